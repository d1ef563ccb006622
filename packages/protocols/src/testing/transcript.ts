import { encodeUtf8, type Mark, NS_PER_MS, NS_PER_S, parseUnixNs, type UnixNs } from "@weir/base";
import { Direction, type EndReason } from "@weir/model";

/**
 * A transcript is a connection written down as text, for fixtures that a network engineer can read and write:
 *
 * ```
 * about: one request, one response
 * source: by hand, after RFC 9112 section 2
 * kind: good
 *
 * 0.000 > "GET /cart HTTP/1.1\r\n"        client to server; seconds since the first packet
 *         "Host: shop.example\r\n\r\n"    goes on with the same packet
 * 0.012 < "HTTP/1.1 200 OK\r\n" 3 * "ab"  server to client; 3 * repeats
 *       < hex 00 ff 10                    without a time: one millisecond after the last packet
 *       < gap 1460                        bytes that never come
 *       < fin                             this direction is finished
 *       close fin                         the connection is over: fin, reset, idle, captureEnd or replaced
 * ```
 *
 * `#` begins a comment outside of quotes. Escapes in quotes: \r \n \t \0 \\ \" and \xNN for one byte; other text is UTF-8.
 * Heads: `about`, `source` and `kind` (good, or hostile: damaged or made to hurt) must be there; `transport` (tcp, udp), `ports`
 * (client server) and `start: middle` (the connection began before the capture) may be, and `keys` (a line of a TLS key log, several times), `inside`
 * (word of the protocol that is found inside the folder's own, with those keys) and `date` (absolute time of the first packet, RFC 3339).
 */
export interface Transcript {
  readonly about: string;
  /** Where it comes from: the document, the test suite, or `by hand`. */
  readonly source: string;
  readonly kind: "good" | "hostile";
  readonly transport: "tcp" | "udp";
  readonly clientPort: number;
  readonly serverPort: number;
  readonly midStream: boolean;
  /** TLS secrets, as a key log has them. */
  readonly keys?: string | undefined;
  /** Word of the protocol inside. */
  readonly inside?: string | undefined;
  readonly startUnixNs?: UnixNs | undefined;
  readonly events: readonly TranscriptEvent[];
  readonly close: { readonly reason: EndReason; readonly mark: Mark };
}

export type TranscriptEvent =
  | { readonly kind: "data"; readonly direction: Direction; readonly bytes: Uint8Array; readonly mark: Mark }
  | { readonly kind: "gap"; readonly direction: Direction; readonly missingBytes: number; readonly mark: Mark }
  | { readonly kind: "fin"; readonly direction: Direction; readonly mark: Mark };

const HEAD_NAMES = ["about", "source", "kind", "transport", "ports", "start", "keys", "inside", "date"];
const END_REASONS: readonly EndReason[] = ["fin", "reset", "idle", "captureEnd", "replaced"];
const PACKET_LINE = /^\s*(?:(\d+(?:\.\d{1,9})?)\s+)?(?:([<>])\s*(.*)|close\s+(\w+)\s*(?:#.*)?)$/;
const ITEM =
  /\s*(?:(?:(\d+)\s*\*\s*)?"((?:[^"\\]|\\.)*)"|hex((?:\s+[0-9a-fA-F]{2,})+)|gap\s+(\d+)|(fin)\b|(#.*|[A-Za-z(].*)$)/y;
/** What a packet without a time comes after the one before it. */
const DEFAULT_STEP_NS = NS_PER_MS;

interface Packet {
  readonly direction: Direction;
  readonly mark: Mark;
  readonly parts: Uint8Array[];
}

type Fail = (why: string) => never;

/** What was read so far. */
interface Reading {
  readonly heads: Map<string, string>;
  readonly events: TranscriptEvent[];
  close: Transcript["close"] | undefined;
  packet: Packet | undefined;
  mark: Mark;
}

/** Reads a transcript. Throws, with the line's number, on what it does not understand: fixtures are ours. */
export function parseTranscript(text: string): Transcript {
  const reading: Reading = {
    heads: new Map(),
    events: [],
    close: undefined,
    packet: undefined,
    mark: { packetNumber: 0, atNs: -DEFAULT_STEP_NS },
  };
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (/^\s*(?:#|$)/.test(line)) continue;
    readLine(line, reading, (why) => {
      throw new Error(`transcript line ${index + 1}: ${why}: ${line}`);
    });
  }
  const { events, close, mark } = reading;
  return { ...readHeads(reading.heads), events, close: close ?? { reason: "captureEnd", mark } };
}

function readLine(line: string, reading: Reading, fail: Fail): void {
  const head = /^(\w+):\s*(.*)$/.exec(line);
  if (head !== null) {
    if (!HEAD_NAMES.includes(head[1]!) || reading.mark.packetNumber > 0) fail("not a head, or not at the top");
    const before = head[1] === "keys" ? (reading.heads.get("keys") ?? "") : "";
    reading.heads.set(head[1]!, `${before}${before === "" ? "" : "\n"}${head[2]!.trim()}`);
    return;
  }
  const match = PACKET_LINE.exec(line);
  if (match === null) {
    readItems(line, reading.packet ?? fail("not understood"), reading.events, fail);
    return;
  }
  const [, time, arrow, rest, reason] = match;
  if (reading.close !== undefined) fail("behind the close");
  const { packetNumber, atNs } = reading.mark;
  const mark: Mark = {
    packetNumber: packetNumber + 1,
    atNs: time === undefined ? atNs + DEFAULT_STEP_NS : Math.round(Number(time) * NS_PER_S),
  };
  reading.mark = mark;
  if (arrow === undefined) {
    reading.close = { reason: END_REASONS.find((known) => known === reason) ?? fail("not a reason"), mark };
    return;
  }
  reading.packet = { direction: arrow === ">" ? Direction.toServer : Direction.toClient, mark, parts: [] };
  readItems(rest!, reading.packet, reading.events, fail);
}

function readHeads(heads: ReadonlyMap<string, string>): Omit<Transcript, "events" | "close"> {
  const ports = (heads.get("ports") ?? "40000 40001").split(/\s+/).map(Number);
  return {
    about: needed(heads, "about"),
    source: needed(heads, "source"),
    kind: oneOf(needed(heads, "kind"), ["good", "hostile"]),
    transport: oneOf(heads.get("transport") ?? "tcp", ["tcp", "udp"]),
    clientPort: ports[0]!,
    serverPort: ports[1]!,
    midStream: heads.get("start") === "middle",
    keys: heads.get("keys"),
    inside: heads.get("inside"),
    startUnixNs: parseUnixNs(heads.get("date") ?? ""),
  };
}

function readItems(text: string, packet: Packet, events: TranscriptEvent[], fail: Fail): void {
  const { direction, mark, parts } = packet;
  ITEM.lastIndex = 0;
  while (ITEM.lastIndex < text.trimEnd().length) {
    const match = ITEM.exec(text) ?? fail("not understood");
    const [, times, quoted, hex, gap, fin, comment] = match;
    if (quoted !== undefined) parts.push(repeated(bytesOfQuoted(quoted), Number(times ?? 1)));
    else if (hex !== undefined) parts.push(fromHex(hex));
    else if (gap !== undefined) events.push({ kind: "gap", direction, missingBytes: Number(gap), mark });
    else if (fin !== undefined) events.push({ kind: "fin", direction, mark });
    else if (comment?.startsWith("#") !== true) fail("not understood");
    else break;
  }
  if (parts.length === 0) return;
  const last = events.at(-1);
  const bytes = joined(parts);
  if (last?.kind === "data" && last.mark === mark) events[events.length - 1] = { ...last, bytes };
  else events.push({ kind: "data", direction, bytes, mark });
}

const ESCAPES: Readonly<Record<string, number>> = { r: 13, n: 10, t: 9, "0": 0, "\\": 92, '"': 34 };

function bytesOfQuoted(quoted: string): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const [, plain, byte, letter] of quoted.matchAll(/([^\\]+)|\\x([0-9a-fA-F]{2})|\\(.)/g)) {
    if (plain !== undefined) parts.push(encodeUtf8(plain));
    else if (byte !== undefined) parts.push(Uint8Array.of(Number.parseInt(byte, 16)));
    else parts.push(Uint8Array.of(ESCAPES[letter!] ?? unknownEscape(letter!)));
  }
  return joined(parts);
}

function unknownEscape(letter: string): never {
  throw new Error(`transcript: unknown escape \\${letter}`);
}

function fromHex(text: string): Uint8Array {
  const digits = text.replace(/\s+/g, "");
  if (digits.length % 2 === 1) throw new Error(`transcript: half a byte in hex${text}`);
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

function repeated(bytes: Uint8Array, times: number): Uint8Array {
  return joined(Array.from({ length: times }, () => bytes));
}

/** All parts in one piece. */
export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function needed(heads: ReadonlyMap<string, string>, name: string): string {
  const value = heads.get(name);
  if (value === undefined || value === "") throw new Error(`transcript: "${name}:" is missing`);
  return value;
}

function oneOf<const T extends string>(value: string, allowed: readonly T[]): T {
  const found = allowed.find((candidate) => candidate === value);
  if (found === undefined) throw new Error(`transcript: ${value} is not one of ${allowed.join(", ")}`);
  return found;
}
