import { TcpFlag } from "@weir/wire";
import { ScriptedCapture } from "@weir/wire/testing";
import type { ConversationOptions } from "./conversation.ts";
import type { PathLog, Sighting } from "./path.ts";
import { otherSide, type SideName } from "./segment.ts";

/** A sighting that is in the capture, with its packet number. */
export interface CapturedSighting extends Sighting {
  readonly number: number;
}

/** What the capture holds of what passed the vantage, numbered from 1. */
export function capturedOf(log: PathLog, { captureFrom }: ConversationOptions): CapturedSighting[] {
  return log.sightings
    .slice(captureFrom)
    .filter(({ isCaptured }) => isCaptured)
    .map((sighting, index) => ({ ...sighting, number: index + 1 }));
}

/** Writes them down as a pcap file. */
export function pcapOf(captured: readonly CapturedSighting[], options: ConversationOptions): Uint8Array {
  const { firstSequence, maxSegmentBytes, windowScale } = options;
  const capture = new ScriptedCapture();
  const tcp = capture.tcp("10.0.0.1:40000", "10.0.0.2:80");
  const synOptions = Uint8Array.of(2, 4, maxSegmentBytes >> 8, maxSegmentBytes & 255, 3, 3, windowScale, 1);
  for (const { atNs, segment } of captured) {
    const { from, sequence, acknowledgment, payloadBytes, flags, windowBytes } = segment;
    const isSyn = (flags & TcpFlag.syn) !== 0;
    const hasAck = (flags & TcpFlag.ack) !== 0;
    capture.nowNs = Math.round(atNs);
    tcp.segment({
      from,
      flags,
      payload: payloadOf(from, sequence - 1, payloadBytes),
      sequence: (firstSequence[from] + sequence) >>> 0,
      acknowledgment: hasAck ? (firstSequence[otherSide(from)] + acknowledgment) >>> 0 : 0,
      window: isSyn ? Math.min(windowBytes, 0xffff) : Math.ceil(windowBytes / 2 ** windowScale),
      ...(isSyn ? { options: synOptions } : {}),
    });
  }
  return capture.toPcap();
}

/** A side's payload, by its place in the stream: letters that do not repeat themselves, so that misplaced bytes show. */
export function payloadOf(side: SideName, offset: number, bytes: number): Uint8Array {
  const payload = new Uint8Array(bytes);
  const salt = side === "client" ? 1 : 7;
  for (let index = 0; index < bytes; index += 1)
    payload[index] = 97 + ((Math.imul(offset + index + salt, 0x9e3779b1) >>> 12) % 26);
  return payload;
}
