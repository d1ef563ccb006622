import { ConnectionFlag, countHigh, countLow, Int, NEVER, Real, SideInt } from "../memory/connection-record.ts";
import { Trouble } from "../memory/trouble-record.ts";
import { Complete } from "../tcp/completeness.ts";
import { keepEvidence } from "../tcp/marks.ts";
import { distance } from "../tcp/sequence.ts";
import { acknowledge } from "./acknowledgment.ts";
import { type Arrival, noteSeen } from "./arrival.ts";
import { causeName, NO_CAUSE } from "./causes.ts";
import { ChunkField, type Chunks, ChunkType, MIRRORED_TAG, verificationTag } from "./chunks.ts";

/** SHUTDOWN, or SHUTDOWN ACK: its sender has no more to send (RFC 9260 §9.2). */
export function takeShutdown(arrival: Arrival, chunk: Chunks): number {
  if (!arrival.isCopy) countLow(arrival.memory.ints, arrival.forward + SideInt.closes);
  noteCloser(arrival);
  if (chunk.type !== ChunkType.shutdown || !chunk.has(ChunkField.cumulativeTsn + 4)) return 0;
  return acknowledge(arrival, chunk.uint32(ChunkField.cumulativeTsn) | 0);
}

/** ABORT: the association is over at once (RFC 9260 §9.1). One with a tag that is nobody's is for nobody (§8.5.1): someone else wrote it. */
export function takeAbort(arrival: Arrival, chunk: Chunks): number {
  const { memory, forward, packet, pauseNs, association, fromClient, receiver } = arrival;
  const { ints, base } = memory;
  if (!isMeant(arrival, chunk)) return 0;
  countHigh(ints, forward + SideInt.closes);
  noteSeen(arrival, Complete.rst);
  if ((ints[base + Int.flags]! & ConnectionFlag.wasReset) === 0) {
    const acknowledged = ints[forward + SideInt.lastAck]!;
    const isEarly =
      receiver.nextTsn !== undefined && acknowledged !== 0 && distance(acknowledged, receiver.nextTsn) > 0;
    ints[base + Int.flags]! |=
      ConnectionFlag.wasReset |
      (fromClient ? 0 : ConnectionFlag.resetByServer) |
      (isEarly ? ConnectionFlag.resetTooEarly : 0);
    const trouble = memory.needTrouble();
    memory.trouble.ints[trouble + Trouble.resetTtl] = packet.ttl;
    memory.trouble.reals[(trouble >> 1) + Trouble.resetAfterNs] = pauseNs;
    association.abortCause = chunk.has(ChunkField.cause + 2) ? causeName(chunk.uint16(ChunkField.cause)) : NO_CAUSE;
  }
  noteCloser(arrival);
  keepEvidence(memory, packet.number);
  return 0;
}

/** True where a packet's tag is the receiver's, or its sender's own where it says so; also where neither is known. */
function isMeant({ packet, sender, receiver }: Arrival, chunk: Chunks): boolean {
  const expected = (chunk.flags & MIRRORED_TAG) === 0 ? receiver.tag : sender.tag;
  return expected === undefined || expected === verificationTag(packet);
}

/** The first word of an end says who began it. */
function noteCloser({ memory: { ints, reals, base }, packet, fromClient }: Arrival): void {
  const closedAt = (base >> 1) + Real.closedAtNs;
  if (reals[closedAt] !== NEVER) return;
  reals[closedAt] = packet.atNs;
  if (!fromClient) ints[base + Int.flags]! |= ConnectionFlag.closedByServer;
}
