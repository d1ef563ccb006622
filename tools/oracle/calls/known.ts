import { readFileSync } from "node:fs";
import type { Said } from "./comparison.ts";

/** A difference that is understood: where it is, and why the two differ. */
export interface KnownDifference {
  /** Path of the capture, from the corpus's root; compared with the end of a path. */
  readonly capture: string;
  readonly fact: string;
  /** The packet; absent where one reason explains a fact's differences in the whole capture. */
  readonly frame?: number;
  readonly reason: string;
}

const LIST = new URL("known-differences.json", import.meta.url);

/** The committed list of differences between tshark's facts and Weir's calls. */
export function knownDifferences(): readonly KnownDifference[] {
  return JSON.parse(readFileSync(LIST, "utf8")) as KnownDifference[];
}

/** Why a difference is there, if that is known. */
export function reasonOf(
  known: readonly KnownDifference[],
  capture: string,
  { fact, frame }: Said,
): string | undefined {
  return known.find(
    (entry) =>
      entry.fact === fact &&
      (entry.frame === undefined || entry.frame === frame) &&
      (capture === entry.capture || capture.endsWith(`/${entry.capture}`)),
  )?.reason;
}
