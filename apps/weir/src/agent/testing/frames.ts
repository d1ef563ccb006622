import { CaptureReader, type LiveFrame } from "@weir/wire";
import type { ScriptedCapture } from "@weir/wire/testing";

/** A frame with what a ring knows of it. */
export type TestFrame = LiveFrame & { readonly isChecksumPending: boolean; readonly isSuperFrame: boolean };

/** The frames of a script as a ring would give them. */
export function framesOf(capture: ScriptedCapture): TestFrame[] {
  const frames: TestFrame[] = [];
  const reader = new CaptureReader();
  reader.push(capture.toPcap(), ({ frame, frameStart, frameEnd, atNs, wireBytes, linkType }) => {
    const bytes = frame.slice(frameStart, frameEnd);
    const seconds = 1_700_000_000 + Math.floor(atNs / 1e9);
    const view = new DataView(bytes.buffer);
    const facts = { isChecksumPending: false, isSuperFrame: false };
    frames.push({
      bytes,
      view,
      start: 0,
      end: bytes.length,
      wireBytes,
      seconds,
      nanoseconds: atNs % 1e9,
      linkType,
      ...facts,
    });
  });
  return frames;
}
