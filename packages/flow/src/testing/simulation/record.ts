import { ScriptedCapture } from "@weir/wire/testing";
import type { ConversationOptions } from "./conversation.ts";
import { frameOf } from "./frame.ts";
import type { PathLog, Sighting } from "./path.ts";

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
  const capture = new ScriptedCapture();
  for (const { atNs, segment, isMarked } of captured) {
    capture.nowNs = Math.round(atNs);
    capture.frame(frameOf(segment, isMarked, options));
  }
  return capture.toPcap();
}
