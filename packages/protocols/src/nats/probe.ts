import { decodeLatin1 } from "@weir/base";
import type { ProbeVerdict } from "../contract.ts";

/** Beginnings that are NATS's alone: JSON behind a word. HTTP's CONNECT has a name there. */
const OPENINGS = ['INFO {"', 'CONNECT {"'] as const;
/** Lines of a stream without a beginning: subject, reply or queue, subscription id, sizes. */
const LINES =
  /^(?:H?PUB [^\s]+ (?:[^\s]+ )?\d+(?: \d+)?|H?MSG [^\s]+ [^\s]+ (?:[^\s]+ )?\d+(?: \d+)?|SUB [^\s]+ +(?:[^\s]+ )?[^\s]+|UNSUB [A-Za-z0-9]+(?: \d+)?)\r\n/;
const WORDS = ["PUB ", "HPUB ", "MSG ", "HMSG ", "SUB ", "UNSUB "] as const;
/** Lines that are waited for. */
const MAX_LINE_BYTES = 512;

/** Whether a stream begins with NATS. PING, PONG and +OK alone prove nothing: others say them too. */
export function probeNats(bytes: Uint8Array): ProbeVerdict {
  const first = bytes[0];
  if (first === undefined) return "needMore";
  // I, C, P, H, M, S or U.
  if (
    first !== 0x49 &&
    first !== 0x43 &&
    first !== 0x50 &&
    first !== 0x48 &&
    first !== 0x4d &&
    first !== 0x53 &&
    first !== 0x55
  )
    return "noMatch";
  const text = decodeLatin1(bytes, 0, Math.min(bytes.length, MAX_LINE_BYTES));
  for (const opening of OPENINGS) {
    if (text.startsWith(opening)) return "match";
    if (opening.startsWith(text)) return "needMore";
  }
  const word = WORDS.find((candidate) => text.startsWith(candidate) || candidate.startsWith(text));
  if (word === undefined) return "noMatch";
  if (text.includes("\n")) return LINES.test(text) ? "match" : "noMatch";
  return text.length < MAX_LINE_BYTES && PRINTABLE.test(text) ? "needMore" : "noMatch";
}

const PRINTABLE = /^[\x20-\x7e\r]*$/;
