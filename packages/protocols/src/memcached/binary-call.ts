import type { Mark } from "@weir/base";
import type { CallStatus, GradeReason } from "@weir/model";
import type { CallDraft } from "../call-draft.ts";
import { type BinaryPacket, statusName, statusOf } from "./binary.ts";

/** A packet, and how it passed. */
export interface BinaryRequest {
  readonly packet: BinaryPacket;
  readonly first: Mark;
  readonly last: Mark;
  readonly bytes: number;
  readonly hasGap: boolean;
}
export type BinaryResponse = BinaryRequest;

const KEY_ENOENT = 1;

/** A request of the binary protocol with its response. Either may be missing; without a `status` the response tells it. */
export function binaryCall(
  request: BinaryRequest | undefined,
  response: BinaryResponse | undefined,
  status: CallStatus | undefined,
  gradeReasons: readonly GradeReason[],
): CallDraft {
  const known = request ?? response;
  const answer = response?.packet;
  return {
    operation: known?.packet.operation?.name ?? `opcode ${known?.packet.opcode ?? 0}`,
    target: request?.packet.key ?? answer?.key ?? "",
    status: status ?? statusOf(answer?.status ?? 0),
    statusCode: answer === undefined ? "" : statusName(answer.status),
    requestFirst: known?.first ?? NOWHERE,
    requestLast: request?.last ?? known?.first ?? NOWHERE,
    responseFirst: response?.first,
    responseLast: response?.last,
    requestBytes: request?.bytes ?? 0,
    responseBytes: response?.bytes ?? 0,
    attributes: attributesOf(request?.packet, answer, status),
    gradeReasons,
  };
}

const NOWHERE: Mark = { packetNumber: 0, atNs: 0 };

function attributesOf(
  request: BinaryPacket | undefined,
  answer: BinaryPacket | undefined,
  status: CallStatus | undefined,
): Record<string, string> {
  const known = request ?? answer;
  const attributes: Record<string, string> = { "db.system.name": "memcached", "weir.memcached.variant": "binary" };
  if (known === undefined) return attributes;
  const { operation, opcode, opaque } = known;
  attributes["weir.memcached.opcode"] = String(opcode);
  attributes["weir.memcached.opaque"] = String(opaque);
  if (operation?.isQuiet === true) attributes["weir.memcached.quiet"] = "true";
  if (answer !== undefined) attributes["db.response.status_code"] = statusName(answer.status);
  const isTold = answer !== undefined ? answer.status <= KEY_ENOENT : status === "ok";
  if (operation?.isRetrieval === true && isTold) {
    const isHit = answer?.status === 0;
    attributes["weir.memcached.hits"] = isHit ? "1" : "0";
    attributes["weir.memcached.misses"] = isHit ? "0" : "1";
    if (isHit) attributes["weir.memcached.value_bytes"] = String(answer.valueBytes);
  }
  if (operation?.isStoring === true && request !== undefined)
    attributes["weir.memcached.value_bytes"] = String(request.valueBytes);
  return attributes;
}
