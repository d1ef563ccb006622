import { BrokenItems } from "../../message/broken-items.ts";
import { type MessageType, manyNested, message, nested, one } from "../../message/message.ts";
import { fromProtobuf } from "../../message/protobuf.ts";
import { BrokenMessage } from "../../message/reader.ts";
import { bytes, int64, text } from "../../message/scalar.ts";

/** Of all signals the same: how many items were rejected, and why. */
const partialSuccess = message("ExportPartialSuccess", { rejected: one(1, int64), errorMessage: one(2, text) });
const exportAnswer = message("ExportServiceResponse", { partialSuccess: nested(1, () => partialSuccess) });

const duration = message("Duration", { seconds: one(1, int64), nanos: one(2, int64) });
const retryInfo = message("RetryInfo", { retryDelay: nested(1, () => duration) });
const detail = message("Any", { typeUrl: one(1, text), value: one(2, bytes) });
const rpcStatus = message("Status", { details: manyNested(3, () => detail) });

/** What a receiver did not keep of a request that it took; undefined where its answer is none in Protocol Buffers. */
export function readOtlpAnswer(body: Uint8Array): { readonly rejected: number; readonly message: string } | undefined {
  const answer = tryRead(exportAnswer, body);
  if (answer === undefined) return undefined;
  const { rejected = 0n, errorMessage = "" } = answer.partialSuccess ?? {};
  return { rejected: Number(rejected), message: errorMessage };
}

/** When a receiver wants to be asked again: google.rpc.RetryInfo in a google.rpc.Status. Undefined where it does not say. */
export function readRetryDelayMs(status: Uint8Array): number | undefined {
  const details = tryRead(rpcStatus, status)?.details ?? [];
  const found = details.find(({ typeUrl }) => typeUrl.endsWith("/google.rpc.RetryInfo"));
  const delay = found && tryRead(retryInfo, found.value)?.retryDelay;
  return delay && Number(delay.seconds) * 1000 + Number(delay.nanos) / 1_000_000;
}

function tryRead<T>(type: MessageType<T>, body: Uint8Array): T | undefined {
  try {
    return fromProtobuf(type, body, new BrokenItems());
  } catch (error) {
    if (error instanceof BrokenMessage) return undefined;
    throw error;
  }
}
