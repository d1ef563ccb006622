import { encodeUtf8 } from "@weir/base";
import { WireWriter } from "../message/writer.ts";
import type { OtlpEncoding, OtlpSignal } from "./index.ts";

/** Codes of gRPC that a receiver answers with (google/rpc/code.proto). */
export const RpcCode = {
  invalidArgument: 3,
  permissionDenied: 7,
  resourceExhausted: 8,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
  unauthenticated: 16,
} as const;
export type RpcCode = (typeof RpcCode)[keyof typeof RpcCode];

const REJECTED: Readonly<Record<OtlpSignal, string>> = {
  traces: "rejectedSpans",
  logs: "rejectedLogRecords",
  metrics: "rejectedDataPoints",
  profiles: "rejectedProfiles",
};

/** Answer to an export request that was taken: with a partial success where some of its items were not kept. */
export function otlpAnswer(
  signal: OtlpSignal,
  encoding: OtlpEncoding,
  rejected: { readonly items: number; readonly message: string },
): Uint8Array<ArrayBuffer> {
  const { items, message } = rejected;
  if (encoding === "json") {
    const partialSuccess = { [REJECTED[signal]]: String(items), errorMessage: message };
    return encodeUtf8(JSON.stringify(items === 0 ? {} : { partialSuccess }));
  }
  const writer = new WireWriter();
  if (items > 0) writer.message(1, new WireWriter().number(1, items).text(2, message).bytes);
  return writer.bytes;
}

/** A failure, as OTLP says it: google.rpc.Status, with google.rpc.RetryInfo where it passes with time. */
export interface RpcFailure {
  readonly code: RpcCode;
  readonly message: string;
  readonly retryAfterSeconds?: number;
}

const RETRY_INFO = "type.googleapis.com/google.rpc.RetryInfo";

/** A failure in one of the two encodings. */
export function rpcStatus(
  { code, message, retryAfterSeconds }: RpcFailure,
  encoding: OtlpEncoding,
): Uint8Array<ArrayBuffer> {
  if (encoding === "json") {
    const details = [{ "@type": RETRY_INFO, retryDelay: `${retryAfterSeconds}s` }];
    return encodeUtf8(JSON.stringify({ code, message, ...(retryAfterSeconds === undefined ? {} : { details }) }));
  }
  const writer = new WireWriter().number(1, code).text(2, message);
  if (retryAfterSeconds !== undefined) {
    const retryInfo = new WireWriter().message(1, new WireWriter().number(1, retryAfterSeconds).bytes).bytes;
    writer.message(3, new WireWriter().text(1, RETRY_INFO).message(2, retryInfo).bytes);
  }
  return writer.bytes;
}
