import type { ProbeVerdict } from "../contract.ts";
import { parseLogin, parsePrelogin } from "./login.ts";
import { readAnswer } from "./tokens.ts";
import { endsMessage, HEADER_BYTES, PacketType, packetLength, TdsReader } from "./wire.ts";

/** Whether a stream begins with a TDS packet, and who sends it. */
export interface TdsProbe {
  readonly verdict: ProbeVerdict;
  readonly asks: boolean | undefined;
}

const NO_MATCH: TdsProbe = { verdict: "noMatch", asks: undefined };
const NEED_MORE: TdsProbe = { verdict: "needMore", asks: undefined };
const MAX_STATUS = 0x1f;
/** Longest packet that is waited for: what packets have by default. */
const MAX_PROBE_BYTES = 4_096;

/** Looks at the first packet: a PRELOGIN or LOGIN7, in the middle of a connection a batch, a remote call, or a whole answer. */
export function probeTds(bytes: Uint8Array): TdsProbe {
  const type = bytes[0] ?? 0;
  const check = CHECKS[type];
  if (check === undefined || (bytes[1] ?? 0) > MAX_STATUS) return NO_MATCH;
  if (bytes.length < HEADER_BYTES) return NEED_MORE;
  const length = packetLength(bytes);
  if (length === undefined || length > MAX_PROBE_BYTES) return NO_MATCH;
  if (bytes.length < length) return NEED_MORE;
  const fits = check(bytes.subarray(HEADER_BYTES, length), endsMessage(bytes));
  return fits ? { verdict: "match", asks: type !== PacketType.answer } : NO_MATCH;
}

/** Whether a packet behind a hole begins a message: what is known to be TDS needs less proof. Messages count their packets from 1. */
export function resumesMessage(bytes: Uint8Array): ProbeVerdict {
  if (bytes.length < HEADER_BYTES) return "needMore";
  const isFirst = (bytes[1] ?? 0) <= MAX_STATUS && (bytes[6] ?? 0) <= 1;
  return isFirst && packetLength(bytes) !== undefined ? "match" : "noMatch";
}

const CHECKS: Readonly<Record<number, (body: Uint8Array, isWhole: boolean) => boolean>> = {
  [PacketType.prelogin]: (body) => parsePrelogin(body) !== undefined,
  [PacketType.login7]: (body) => parseLogin(body) !== undefined,
  [PacketType.sqlBatch]: (body) => hasHeaders(body) || isUtf16(body),
  [PacketType.rpc]: (body) => hasHeaders(body) || isCall(body),
  [PacketType.answer]: (body, isWhole) =>
    isWhole && (readAnswer(body, body, [8, 4]) !== undefined || parsePrelogin(body) !== undefined),
};

/** ALL_HEADERS with the transaction descriptor, as every client of TDS 7.2 and later sends it. */
function hasHeaders(body: Uint8Array): boolean {
  const reader = new TdsReader(body);
  const total = reader.int(4);
  const first = reader.int(4);
  return total >= 22 && total < 256 && first >= 18 && first <= total - 4 && reader.int(2) === 2;
}

/** A procedure's number, or its name with the length in front: what stands first before TDS 7.2. */
function isCall(body: Uint8Array): boolean {
  const reader = new TdsReader(body);
  const length = reader.int(2);
  const number = reader.int(2);
  if (length === 0xffff) return number >= 1 && number <= 15 && reader.int(2) < 8;
  return length > 3 && length <= 128 && body.length >= 4 + 2 * length && isUtf16(body.subarray(2, 2 + 2 * length));
}

/** Letters as UTF-16 has them: every other byte is zero. */
function isUtf16(body: Uint8Array): boolean {
  if (body.length < 8 || body.length % 2 === 1) return false;
  for (let at = 0; at < Math.min(body.length, 32); at += 2) {
    const letter = body[at] ?? 0;
    if (body[at + 1] !== 0 || letter < 9 || letter > 126) return false;
  }
  return true;
}
