import { parseUnixNs } from "@weir/base";

/** A bar that can still be seen. */
const MIN_WIDTH = 0.002;

/** Something that began and lasted. */
interface Lasting {
  readonly startedAt: string;
  readonly durationNs?: number | undefined;
}

/** It with its bar; from the line's begin in nanoseconds, and as shares of the whole. */
export interface Placed<Item> {
  readonly item: Item;
  readonly fromNs: number;
  readonly left: number;
  readonly width: number;
}

/** Puts things on one line that begins with the earliest, in the order in which they were given. */
export function placeOnLine<Item extends Lasting>(
  items: readonly Item[],
): { readonly placed: readonly Placed<Item>[]; readonly durationNs: number } {
  const starts = items.map(({ startedAt }) => parseUnixNs(startedAt) ?? 0n);
  const first = starts.reduce((least, at) => (at < least ? at : least), starts[0] ?? 0n);
  const timed = items.map((item, index) => ({ item, fromNs: Number((starts[index] ?? first) - first) }));
  const durationNs = Math.max(1, ...timed.map(({ item, fromNs }) => fromNs + (item.durationNs ?? 0)));
  const placed = timed.map(({ item, fromNs }) => {
    const left = Math.min(1 - MIN_WIDTH, fromNs / durationNs);
    return { item, fromNs, left, width: Math.min(1 - left, Math.max(MIN_WIDTH, (item.durationNs ?? 0) / durationNs)) };
  });
  return { placed, durationNs };
}
