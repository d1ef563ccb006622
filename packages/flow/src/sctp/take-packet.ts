import type { Packet } from "@weir/wire";
import { countPacket } from "../count-packet.ts";
import type { ConnectionMemory } from "../memory/connection-memory.ts";
import { CLIENT, Real, SERVER, SideInt } from "../memory/connection-record.ts";
import { TroubleInt } from "../memory/trouble-record.ts";
import { noteStall } from "../stall.ts";
import { Mark } from "../tcp/analysis.ts";
import { Complete } from "../tcp/completeness.ts";
import { isRecent, rememberIdentification } from "../tcp/copies.ts";
import { keepEvidence } from "../tcp/marks.ts";
import { takeSack } from "./acknowledgment.ts";
import { type Arrival, noteSeen } from "./arrival.ts";
import type { Association } from "./association.ts";
import { Chunks, ChunkType } from "./chunks.ts";
import { takeData } from "./data.ts";
import { takeAbort, takeShutdown } from "./ending.ts";
import { takeCookieAck, takeCookieEcho, takeInit, takeInitAck } from "./handshake.ts";
import { takeHeartbeat, takeHeartbeatAck } from "./heartbeat.ts";

/** Marks that make a packet worth showing as evidence. */
const EVIDENCE = Mark.retransmission | Mark.outOfOrder | Mark.lostSegment | Mark.zeroWindow;

const chunks = new Chunks();

/**
 * What one packet changes in its association, chunk by chunk (RFC 9260): the memory's current connection is its own. Counters are those of TCP's, with
 * chunks for segments and TSNs for bytes. Returns the packet's {@link Mark} bits.
 */
export function takePacket(
  memory: ConnectionMemory,
  association: Association,
  packet: Packet,
  fromClient: boolean,
): number {
  const { ints, reals, base } = memory;
  const forward = base + (fromClient ? CLIENT : SERVER);
  const [sender, receiver] = fromClient
    ? [association.client, association.server]
    : [association.server, association.client];
  const isCopy = packet.ipIdentification !== 0 && isRecentOf(ints, forward, packet.ipIdentification);
  const reverse = base + (fromClient ? SERVER : CLIENT);
  const pauseNs = packet.atNs - reals[(base >> 1) + Real.lastAtNs]!;
  const arrival = { memory, association, packet, fromClient, forward, reverse, sender, receiver, pauseNs, isCopy };
  if (pauseNs > reals[(base >> 1) + Real.longestStallNs]!) noteStall(memory, packet, fromClient, dataBytesOf(packet));
  countPacket(memory, packet, forward);
  if (isCopy) memory.countTrouble(forward - base, TroubleInt.copies);
  else if (packet.ipIdentification !== 0) rememberIdentification(ints, forward, packet.ipIdentification);
  let marks = 0;
  chunks.of(packet);
  while (chunks.next()) marks |= takeChunk(arrival, chunks);
  ints[forward + SideInt.lastMarks] = marks;
  if ((marks & EVIDENCE) !== 0 && !isCopy) keepEvidence(memory, packet.number);
  return marks;
}

function isRecentOf(ints: Int32Array, forward: number, identification: number): boolean {
  return ints[forward + SideInt.packets]! > 0 && isRecent(ints, forward, identification);
}

/** User data of all chunks of a packet. */
function dataBytesOf(packet: Packet): number {
  let bytes = 0;
  chunks.of(packet);
  while (chunks.next()) if (chunks.isData) bytes += Math.max(0, chunks.length - chunks.dataHeaderBytes);
  return bytes;
}

function takeChunk(arrival: Arrival, chunk: Chunks): number {
  switch (chunk.type) {
    case ChunkType.data:
    case ChunkType.iData:
      noteSeen(arrival, Complete.data);
      return takeData(arrival, chunk);
    case ChunkType.init:
      noteSeen(arrival, Complete.syn);
      return takeInit(arrival, chunk);
    case ChunkType.initAck:
      noteSeen(arrival, Complete.synAck);
      return takeInitAck(arrival, chunk);
    case ChunkType.cookieEcho:
      return takeCookieEcho(arrival);
    case ChunkType.cookieAck:
      noteSeen(arrival, Complete.ack);
      return takeCookieAck(arrival);
    case ChunkType.sack:
      return takeSack(arrival, chunk);
    case ChunkType.heartbeat:
      return takeHeartbeat(arrival, chunk);
    case ChunkType.heartbeatAck:
      return takeHeartbeatAck(arrival, chunk);
    case ChunkType.shutdown:
    case ChunkType.shutdownAck:
      noteSeen(arrival, Complete.fin);
      return takeShutdown(arrival, chunk);
    case ChunkType.abort:
      return takeAbort(arrival, chunk);
    default:
      return 0;
  }
}
