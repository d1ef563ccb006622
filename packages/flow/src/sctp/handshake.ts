import { ConnectionFlag, countHigh, countLow, Int, NEVER, Real, SideReal } from "../memory/connection-record.ts";
import { noteWindowBytes } from "../tcp/window.ts";
import type { Arrival } from "./arrival.ts";
import { ChunkField, type Chunks } from "./chunks.ts";

/** INIT: the client's side of the handshake begins (RFC 9260 §5.1). */
export function takeInit(arrival: Arrival, chunk: Chunks): number {
  const { ints, reals, base } = arrival.memory;
  const real = base >> 1;
  // Where both ask at once (RFC 9260 §5.2.1), the handshake is who asked first's.
  if (!arrival.fromClient) {
    takeNumbers(arrival, chunk);
    return 0;
  }
  if (!arrival.isCopy) countLow(ints, base + Int.syns);
  if (reals[real + Real.synAtNs] === NEVER) reals[real + Real.synAtNs] = arrival.packet.atNs;
  reals[real + Real.lastSynAtNs] = arrival.packet.atNs;
  ints[base + Int.flags]! |= ConnectionFlag.awaitsAck;
  takeNumbers(arrival, chunk);
  return 0;
}

/** INIT ACK: the server's answer, with the cookie. */
export function takeInitAck(arrival: Arrival, chunk: Chunks): number {
  const { ints, reals, base } = arrival.memory;
  takeNumbers(arrival, chunk);
  if (arrival.fromClient) return 0;
  if (!arrival.isCopy) countHigh(ints, base + Int.syns);
  if (arrival.association.echoedAtNs === undefined) reals[(base >> 1) + Real.lastSynAckAtNs] = arrival.packet.atNs;
  return 0;
}

/** COOKIE ECHO: the client's answer to that. */
export function takeCookieEcho({ association, fromClient, memory, packet }: Arrival): number {
  const { reals, base } = memory;
  if (!fromClient || association.echoedAtNs !== undefined) return 0;
  const real = base >> 1;
  association.echoedAtNs = packet.atNs;
  const askedAtNs = reals[real + Real.lastSynAtNs]!;
  if (askedAtNs !== NEVER) reals[real + Real.firstRttNs] = packet.atNs - askedAtNs;
  return 0;
}

/** COOKIE ACK: the handshake is done. */
export function takeCookieAck({ memory, fromClient, packet }: Arrival): number {
  const { ints, reals, base } = memory;
  if (fromClient || reals[(base >> 1) + Real.handshakeAtNs] !== NEVER) return 0;
  reals[(base >> 1) + Real.handshakeAtNs] = packet.atNs;
  ints[base + Int.flags]! &= ~ConnectionFlag.awaitsAck;
  return 0;
}

/** What INIT and INIT ACK say of their sender: its tag, its window, its first TSN. */
function takeNumbers({ memory, forward, sender }: Arrival, chunk: Chunks): void {
  if (!chunk.has(ChunkField.initEnd)) return;
  sender.tag = chunk.uint32(ChunkField.initiateTag);
  const hasBegun = memory.reals[(forward >> 1) + SideReal.firstDataAtNs] !== NEVER;
  if (!hasBegun) sender.nextTsn = chunk.uint32(ChunkField.initialTsn) | 0;
  noteWindowBytes(memory, forward, chunk.uint32(ChunkField.initWindow));
}
