import type { ProbeVerdict } from "../contract.ts";
import { ClientPacket, MAX_REVISION, MIN_REVISION } from "./wire.ts";

const MAX_NAME_BYTES = 64;
/** A query id as clients make it: a UUID with hyphens. */
const UUID_BYTES = 36;
const SERVER_NAME = "ClickHouse";

/** Whether bytes begin with a hello, of either side, or with a query. */
export function probeStart(bytes: Uint8Array): ProbeVerdict {
  if (bytes[0] === ClientPacket.hello) return probeHello(bytes);
  return bytes[0] === ClientPacket.query ? probeQuery(bytes) : "noMatch";
}

/** A name, two numbers of a version, and a revision: its three bytes leave little to chance. */
function probeHello(bytes: Uint8Array): ProbeVerdict {
  if (bytes.length < 2) return "needMore";
  const nameBytes = bytes[1] ?? 0;
  if (nameBytes === 0 || nameBytes > MAX_NAME_BYTES) return "noMatch";
  const name = bytes.subarray(2, 2 + nameBytes);
  for (const byte of name) if (byte < 0x20 || byte > 0x7e) return "noMatch";
  let at = 2 + nameBytes;
  for (const largest of [MAX_MAJOR, MAX_MINOR, MAX_REVISION]) {
    const { value, next } = varuintAt(bytes, at);
    if (value === undefined) return next > bytes.length ? "needMore" : "noMatch";
    if (value > largest || (largest === MAX_REVISION && value < MIN_REVISION)) return "noMatch";
    at = next;
  }
  return "match";
}

const MAX_MAJOR = 1_000;
const MAX_MINOR = 1_000;

/** A number of at most three bytes; `next` lies behind the end where it is not whole. */
function varuintAt(bytes: Uint8Array, at: number): { readonly value: number | undefined; readonly next: number } {
  let value = 0;
  for (let index = 0; index < 3; index += 1) {
    const byte = bytes[at + index];
    if (byte === undefined) return { value: undefined, next: bytes.length + 1 };
    value |= (byte & 0x7f) << (7 * index);
    if (byte < 0x80) return { value, next: at + index + 1 };
  }
  return { value: undefined, next: at };
}

/** In the middle of a connection: a query with an id or none, asked first or on behalf of another, then a user, an id, and an address with a port. */
function probeQuery(bytes: Uint8Array): ProbeVerdict {
  const idBytes = bytes[1] ?? 0;
  if (idBytes !== 0 && idBytes !== UUID_BYTES) return "noMatch";
  const kind = bytes[2 + idBytes];
  if (kind === undefined) return bytes.length > 2 && !isHexDigit(bytes[2] ?? 0) ? "noMatch" : "needMore";
  if (kind !== 1 && kind !== 2) return "noMatch";
  let at = 3 + idBytes;
  for (let text = 0; text < 3; text += 1) {
    const length = bytes[at];
    if (length === undefined) return "needMore";
    if (length > MAX_NAME_BYTES) return "noMatch";
    const from = at + 1;
    at = from + length;
    if (text < 2) continue;
    if (bytes.length < at) return "needMore";
    return ADDRESS.test(String.fromCharCode(...bytes.subarray(from, at))) ? "match" : "noMatch";
  }
  return "noMatch";
}

const ADDRESS = /^[[\]0-9a-fA-F.:]+:\d+$/;

function isHexDigit(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66);
}

/** True where bytes that the probe matched are a client's: servers call themselves ClickHouse, and nothing more. */
export function isClientStart(bytes: Uint8Array): boolean {
  if (bytes[0] === ClientPacket.query) return true;
  return bytes[1] !== SERVER_NAME.length || String.fromCharCode(...bytes.subarray(2, 12)) !== SERVER_NAME;
}
