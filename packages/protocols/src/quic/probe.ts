import type { ProbeVerdict } from "../contract.ts";
import { readGoogleStart } from "./google.ts";
import { isReservedVersion, versionOf } from "./versions.ts";
import {
  FIXED,
  LONG,
  type LongPacket,
  MAX_CONNECTION_ID_BYTES,
  readInvariants,
  readLongPacket,
  readOfferedVersions,
  sameBytes,
  versionNumberOf,
} from "./wire.ts";

/** RFC 9000 §14.1: datagrams with Initial packets are not shorter. */
const MIN_INITIAL_DATAGRAM_BYTES = 1200;
/** RFC 9000 §17.2: packet number and tag at least. */
const MIN_PROTECTED_BYTES = 20;
const MAX_OFFERED_VERSIONS = 32;

/**
 * Whether a datagram is QUIC's: packets with long headers of a version that is known, which fill it; a Version Negotiation packet; or a client's first
 * try with a version that only exercises the negotiation; a hello of Google's. Packets with short headers look like anything.
 */
export function probeDatagram(bytes: Uint8Array): ProbeVerdict {
  const first = bytes[0] ?? 0;
  if (bytes.length < MIN_PROTECTED_BYTES) return "noMatch";
  if ((first & LONG) === 0) return readGoogleStart(bytes) === undefined ? "noMatch" : "match";
  const number = versionNumberOf(bytes);
  if (number === 0) return isVersionNegotiation(bytes) ? "match" : "noMatch";
  if ((first & FIXED) === 0) return "noMatch";
  if (versionOf(number) !== undefined) return isOfLongPackets(bytes) ? "match" : "noMatch";
  const isFirst = isReservedVersion(number) ? isFirstTry(bytes) : readGoogleStart(bytes) !== undefined;
  return isFirst ? "match" : "noMatch";
}

/** Packets of one connection, one behind the other; a packet with a short header may be the last, zeros may follow. */
function isOfLongPackets(bytes: Uint8Array): boolean {
  let previous: LongPacket | undefined;
  for (let rest = bytes; rest.length > 0; ) {
    if (((rest[0] ?? 0) & LONG) === 0) return previous !== undefined;
    const packet = readLongPacket(rest);
    if (packet === undefined || !isPlausible(packet)) return false;
    if (previous !== undefined && !sameBytes(previous.destinationId, packet.destinationId)) return false;
    previous = packet;
    rest = rest.subarray(packet.bytes.length);
  }
  return previous !== undefined;
}

function isPlausible({ type, bytes, numberAt }: LongPacket): boolean {
  return type === "retry" || bytes.length - numberAt >= MIN_PROTECTED_BYTES;
}

/** RFC 8999 §6: two connection ids and a list of versions, one of which at least is known. */
function isVersionNegotiation(bytes: Uint8Array): boolean {
  const head = readInvariants(bytes);
  if (head === undefined || (bytes.length - head.end) % 4 !== 0 || bytes.length === head.end) return false;
  if (head.destinationId.length > MAX_CONNECTION_ID_BYTES || head.sourceId.length > MAX_CONNECTION_ID_BYTES)
    return false;
  return readOfferedVersions(bytes, head.end, MAX_OFFERED_VERSIONS).some((offered) => versionOf(offered) !== undefined);
}

function isFirstTry(bytes: Uint8Array): boolean {
  const head = readInvariants(bytes);
  return (
    head !== undefined &&
    bytes.length >= MIN_INITIAL_DATAGRAM_BYTES &&
    head.destinationId.length >= 8 &&
    head.destinationId.length <= MAX_CONNECTION_ID_BYTES &&
    head.sourceId.length <= MAX_CONNECTION_ID_BYTES
  );
}
