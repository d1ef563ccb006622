import type { CaptureFile } from "./capture-file.ts";

/** Something that sends packets one step at a time. */
export interface Conversation {
  /** Writes the packets of one step; returns the µs until the next, or undefined when it was the last. */
  advance(file: CaptureFile, nowUs: number): number | undefined;
}
