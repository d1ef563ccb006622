import { TroubleInt } from "../memory/trouble-record.ts";
import { Mark } from "../tcp/analysis.ts";
import { sampleRoundTrip } from "../tcp/round-trips.ts";
import type { Arrival } from "./arrival.ts";
import { CHUNK_HEADER_BYTES, type Chunks } from "./chunks.ts";

/** Bytes of a heartbeat's information that tell it from the one before. */
const TOLD_BYTES = 64;
const NONE = 0;

/** HEARTBEAT: is the other side still there (RFC 9260 §8.3)? */
export function takeHeartbeat({ memory, forward, sender, packet }: Arrival, chunk: Chunks): number {
  memory.countTrouble(forward - memory.base, TroubleInt.keepAlives);
  sender.heartbeatAtNs = packet.atNs;
  sender.heartbeatHash = hashOf(chunk);
  return Mark.keepAlive;
}

/** HEARTBEAT ACK: it is, and says what was said once more. A round trip. */
export function takeHeartbeatAck({ memory, forward, reverse, receiver, packet }: Arrival, chunk: Chunks): number {
  memory.countTrouble(forward - memory.base, TroubleInt.keepAliveAcks);
  if (receiver.heartbeatHash !== NONE && receiver.heartbeatHash === hashOf(chunk)) {
    sampleRoundTrip(memory, reverse, Math.max(0, packet.atNs - receiver.heartbeatAtNs));
    receiver.heartbeatHash = NONE;
  }
  return Mark.keepAliveAck;
}

/** The information that a heartbeat carries and its answer repeats, as one number (FNV-1a); never NONE. */
function hashOf({ bytes, at, end }: Chunks): number {
  let hash = 0x811c9dc5;
  const told = Math.min(end, at + CHUNK_HEADER_BYTES + TOLD_BYTES);
  for (let place = at + CHUNK_HEADER_BYTES; place < told; place += 1)
    hash = Math.imul(hash ^ bytes[place]!, 0x01000193);
  return hash === NONE ? 1 : hash;
}
