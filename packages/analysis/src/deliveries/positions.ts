import type { PositionRange } from "./keys.ts";

/** Ranges of one partition that are remembered; those with the lowest offsets are forgotten beyond it. */
const MAX_RANGES = 256;
/** Partitions that are remembered. */
const MAX_PLACES = 512;

/** Who published which offsets: ranges do not overlap, and mostly come in order. */
export class Positions<Owner> {
  readonly #byPlace = new Map<string, { readonly first: number; readonly last: number; readonly owner: Owner }[]>();

  add({ place, first, last }: PositionRange, owner: Owner): void {
    const ranges = this.#byPlace.get(place) ?? [];
    if (ranges.length === 0) {
      if (this.#byPlace.size >= MAX_PLACES) return;
      this.#byPlace.set(place, ranges);
    }
    let at = ranges.length;
    while (at > 0 && (ranges[at - 1]?.first ?? 0) > first) at -= 1;
    ranges.splice(at, 0, { first, last, owner });
    if (ranges.length > MAX_RANGES) ranges.shift();
  }

  /** Owners of offsets within a range, at most so many, the latest first. */
  within({ place, first, last }: PositionRange, most: number): { readonly owner: Owner; readonly offset: number }[] {
    const ranges = this.#byPlace.get(place) ?? [];
    const found: { owner: Owner; offset: number }[] = [];
    for (let at = ranges.length - 1; at >= 0 && found.length < most; at -= 1) {
      const range = ranges[at];
      if (range === undefined || range.last < first) break;
      if (range.first <= last) found.push({ owner: range.owner, offset: Math.max(first, range.first) });
    }
    return found;
  }
}
