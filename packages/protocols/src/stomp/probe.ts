import { decodeLatin1 } from "@weir/base";
import type { ProbeVerdict } from "../contract.ts";

/** Commands of clients and servers (STOMP 1.2). */
export const CLIENT_COMMANDS: ReadonlySet<string> = new Set([
  "CONNECT",
  "STOMP",
  "SEND",
  "SUBSCRIBE",
  "UNSUBSCRIBE",
  "ACK",
  "NACK",
  "BEGIN",
  "COMMIT",
  "ABORT",
  "DISCONNECT",
]);
export const SERVER_COMMANDS: ReadonlySet<string> = new Set(["CONNECTED", "MESSAGE", "RECEIPT", "ERROR"]);
const COMMANDS = [...CLIENT_COMMANDS, ...SERVER_COMMANDS];
/** A header that each command has, or may have: a word of capitals alone proves nothing. */
const HEADERS =
  /^(?:accept-version|host|login|passcode|heart-beat|destination|content-type|content-length|receipt|receipt-id|id|ack|transaction|version|session|server|subscription|message-id|message|selector|persistent):/;
const MAX_FIRST_LINES_BYTES = 512;

/** Whether a stream begins with a frame: a command that there is, alone in its line, and a header of STOMP's in the next. */
export function probeStomp(bytes: Uint8Array): ProbeVerdict {
  const first = bytes[0];
  if (first === undefined) return "needMore";
  // A to U.
  if (first < 0x41 || first > 0x55) return "noMatch";
  const text = decodeLatin1(bytes, 0, Math.min(bytes.length, MAX_FIRST_LINES_BYTES));
  const [command = "", header, rest] = text.split(/\r?\n/);
  if (header === undefined) return isCommandStart(command.replace(/\r$/, "")) ? "needMore" : "noMatch";
  if (!COMMANDS.includes(command)) return "noMatch";
  if (HEADERS.test(header)) return "match";
  const isUnfinished = rest === undefined && text.length < MAX_FIRST_LINES_BYTES && /^[\x20-\x7e]*\r?$/.test(header);
  return isUnfinished && !header.includes(":") ? "needMore" : "noMatch";
}

/** True where what is there may be a command line. */
export function isCommandLine(bytes: Uint8Array): boolean {
  const text = decodeLatin1(bytes, 0, Math.min(bytes.length, 16));
  const [command = "", behind] = text.split(/\r?\n/);
  return behind === undefined ? isCommandStart(command.replace(/\r$/, "")) : COMMANDS.includes(command);
}

function isCommandStart(text: string): boolean {
  return COMMANDS.some((command) => command.startsWith(text));
}
