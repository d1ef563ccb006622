import { decodeLatin1 } from "@weir/base";
import type { ProbeVerdict } from "../contract.ts";
import { beginsPacket, packetBytes } from "./binary.ts";
import { FRAME_HEADER_BYTES, frameOf } from "./datagram-session.ts";

/** Beginning of a line that decides. */
const LINE_BYTES = 1024;
const KEY = "[^\\s\\x00-\\x1f]{1,250}";
/** Servers send 1400 bytes in each datagram but the last. */
const FULL_DATAGRAM_BYTES = 1000;
/** Commands that no other protocol has in this form; Redis takes `get` and `set` too, but with other words behind. */
const CERTAIN = new RegExp(
  `^(?:(?:set|add|replace|append|prepend) ${KEY} \\d+ -?\\d+ \\d+(?: noreply)? ?\\r?\\n` +
    `|cas ${KEY} \\d+ -?\\d+ \\d+ \\d+(?: noreply)? ?\\r?\\n` +
    `|gets? ${KEY}(?: ${KEY})+ ?\\r?\\n|gets ${KEY} ?\\r?\\n|gats? -?\\d+ ${KEY}(?: ${KEY})* ?\\r?\\n` +
    `|(?:incr|decr) ${KEY} \\d+(?: noreply)?\\r?\\n|touch ${KEY} -?\\d+(?: noreply)?\\r?\\n` +
    `|delete (?=[^\\r\\n]*[^\\d \\r\\n])${KEY}(?: noreply| 0)?\\r?\\n|flush_all(?: \\d+)?(?: noreply)?\\r?\\n` +
    `|m[gda] ${KEY}(?: [A-Za-z]\\S*)*\\r?\\n|ms ${KEY} (?:S?\\d+)(?: [A-Za-z]\\S*)*\\r?\\n|mn\\r\\n` +
    `|stats (?:items|slabs|settings|sizes|conns|reset|cachedump \\d+ \\d+)\\r?\\n|cache_memlimit \\d+)`,
);
/** Commands that others have too: what is answered decides. */
const POSSIBLE = new RegExp(`^(?:get ${KEY}|stats|version|verbosity \\d+|delete \\d+|quit) ?\\r?\\n`);
const POSSIBLE_SO_FAR =
  /^(?:[a-z_]{1,14}|(?:gets?|gats?|set|add|replace|append|prepend|cas|delete|incr|decr|touch|m[gsda]|stats|flush_all|verbosity|cache_memlimit) [^\r\n]*)\r?$/;
const ANSWER =
  /^(?:VALUE \S{1,250} \d{1,10} \d{1,10}(?: \d+)? ?\r\n|(?:END|STORED|NOT_STORED|EXISTS|DELETED|TOUCHED)\r\n|NOT_FOUND\r\n|STAT \S+ [^\r\n]*\r\n|VERSION \d+\.\d[^\r\n]*\r\n|(?:CLIENT|SERVER)_ERROR [^\r\n]+\r\n|VA \d+(?: [A-Za-z]\S*)* ?\r\n|(?:HD|EN|NF|NS|EX)(?: [A-Za-z]\S*)*\r\n|MN\r\n|ERROR\r\n(?:ERROR|END|STORED|VALUE))/;
const ANSWER_SO_FAR =
  /^(?:[A-Z_]{1,12}\r?|ERROR\r\n[A-Z]*|(?:VALUE|STAT|VERSION|CLIENT_ERROR|SERVER_ERROR|VA|HD|EN|NF|NS|EX) [^\r\n]*\r?)$/;

/** Whether a stream is memcached's, text or binary. */
export function probeStream(bytes: Uint8Array): ProbeVerdict {
  const first = bytes[0] ?? 0;
  if (first >= 0x80) return beginsPacket(bytes);
  return isLowerLetter(first) || isUpperLetter(first) ? probeText(bytes) : "noMatch";
}

/** Whether a datagram is: it holds the whole of a request, or the beginning of an answer. */
export function probeDatagram(bytes: Uint8Array): ProbeVerdict {
  if (bytes.length <= FRAME_HEADER_BYTES + 2) return "noMatch";
  const { number, total } = frameOf(bytes);
  if (total === 0 || number !== 0) return "noMatch";
  const payload = bytes.subarray(FRAME_HEADER_BYTES);
  if ((payload[0] ?? 0) >= 0x80) return isBinaryDatagram(payload, total) ? "match" : "noMatch";
  const isKnown =
    probeText(payload) === "match" || POSSIBLE.test(decodeLatin1(payload, 0, Math.min(LINE_BYTES, payload.length)));
  return isKnown ? "match" : "noMatch";
}

/** The packets of a datagram fill it; of an answer in several datagrams the first is full. */
function isBinaryDatagram(payload: Uint8Array, total: number): boolean {
  if (beginsPacket(payload) !== "match") return false;
  return total > 1 ? payload.length >= FULL_DATAGRAM_BYTES : (packetBytes(payload) ?? 0) <= payload.length;
}

/** Whether bytes that are memcached's ask. */
export function asksText(bytes: Uint8Array): boolean {
  return isLowerLetter(bytes[0] ?? 0);
}

function probeText(bytes: Uint8Array): ProbeVerdict {
  const text = decodeLatin1(bytes, 0, Math.min(LINE_BYTES, bytes.length));
  if (isUpperLetter(bytes[0] ?? 0)) {
    if (ANSWER.test(text)) return "match";
    return text.length < LINE_BYTES && ANSWER_SO_FAR.test(text) ? "needMore" : "noMatch";
  }
  if (CERTAIN.test(text)) return "match";
  if (POSSIBLE.test(text)) return "needMore";
  return text.length < LINE_BYTES && POSSIBLE_SO_FAR.test(text) ? "needMore" : "noMatch";
}

function isLowerLetter(byte: number): boolean {
  return byte >= 0x61 && byte <= 0x7a;
}

function isUpperLetter(byte: number): boolean {
  return byte >= 0x41 && byte <= 0x5a;
}
