import { readdirSync, readFileSync } from "node:fs";
import type { Said } from "./comparison.ts";

/** A difference that is understood: where it is, and why the two differ. */
export interface KnownDifference {
  /** Path of the capture, from the corpus's root; compared with the end of a path. */
  readonly capture: string;
  /** The packets at which one of the two says what the other does not. */
  readonly frames: readonly number[];
  /** What it says there. */
  readonly facts: readonly string[];
  readonly reason: string;
}

/** One file for each protocol. */
const FOLDER = new URL("known-differences/", import.meta.url);

/** The committed lists of differences between tshark's facts and Weir's calls. */
export function knownDifferences(): readonly KnownDifference[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith(".json"))
    .flatMap((name) => JSON.parse(readFileSync(new URL(name, FOLDER), "utf8")) as KnownDifference[]);
}

/** Why a difference is there, if that is known: by the lists, else by what the statement shows itself. */
export function reasonOf(
  known: readonly KnownDifference[],
  capture: string,
  { fact, frame, excuse }: Said,
): string | undefined {
  if (frame === undefined) return excuse;
  const entry = known.find(
    (one) =>
      one.frames.includes(frame) &&
      one.facts.includes(fact) &&
      (capture === one.capture || capture.endsWith(`/${one.capture}`)),
  );
  return entry?.reason ?? excuse;
}
