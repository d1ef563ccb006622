import type { Packet } from "@weir/wire";
import type { StreamAssembler } from "../tcp/assembler.ts";
import { plus } from "../tcp/sequence.ts";
import { ChunkField, Chunks, ChunkType } from "./chunks.ts";

const chunks = new Chunks();

/**
 * Gives the chunks of a packet to the streams of its directions: `own` is its sender's. `nextTsn` is the TSN behind the last one that the sender has
 * sent, where it ends.
 */
export function assembleChunks(
  packet: Packet,
  own: StreamAssembler,
  other: StreamAssembler,
  nextTsn: number | undefined,
): void {
  const mark = { packetNumber: packet.number, atNs: packet.atNs };
  const chunk = chunks.of(packet);
  while (chunk.next()) {
    switch (chunk.type) {
      case ChunkType.data:
      case ChunkType.iData:
        if (chunk.has(ChunkField.tsn + 4))
          own.segment(chunk.uint32(ChunkField.tsn) | 0, chunk.bytes.subarray(chunk.at, chunk.end), 1, mark);
        break;
      case ChunkType.init:
      case ChunkType.initAck:
        if (chunk.has(ChunkField.initEnd)) own.start(plus(chunk.uint32(ChunkField.initialTsn) | 0, -1));
        break;
      case ChunkType.sack:
        acknowledge(chunk, other, mark.atNs);
        break;
      case ChunkType.forwardTsn:
      case ChunkType.iForwardTsn:
        if (chunk.has(ChunkField.cumulativeTsn + 4)) own.giveUp(plus(chunk.uint32(ChunkField.cumulativeTsn) | 0, 1));
        break;
      case ChunkType.shutdown:
        acknowledge(chunk, other, mark.atNs);
        if (nextTsn !== undefined) own.fin(nextTsn, mark);
        break;
      case ChunkType.shutdownAck:
        if (nextTsn !== undefined) own.fin(nextTsn, mark);
        break;
    }
  }
}

function acknowledge(chunk: Chunks, assembler: StreamAssembler, atNs: number): void {
  if (!chunk.has(ChunkField.cumulativeTsn + 4)) return;
  assembler.acknowledge(plus(chunk.uint32(ChunkField.cumulativeTsn) | 0, 1), atNs);
}
