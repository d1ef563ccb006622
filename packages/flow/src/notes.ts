import type { PacketNote } from "./contract.ts";
import { Mark } from "./tcp/analysis.ts";

/** Every note with its bit: the marks' names are the notes. */
const NOTES = Object.entries(Mark) as readonly (readonly [PacketNote, number])[];
const NONE: readonly PacketNote[] = [];

/** The notes of a packet, from the bits of sequence analysis. */
export function notesOf(marks: number): readonly PacketNote[] {
  return marks === 0 ? NONE : NOTES.filter(([, bit]) => (marks & bit) !== 0).map(([note]) => note);
}
