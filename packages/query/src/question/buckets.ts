import { NS_PER_MS, NS_PER_S } from "@weir/base";
import { AUTO_BUCKETS } from "./limits.ts";
import type { TimeRange } from "./question.ts";

const MINUTE = 60 * NS_PER_S;
const HOUR = 60 * MINUTE;
/** Widths that people read easily. */
const WIDTHS = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500].map((ms) => ms * NS_PER_MS),
  ...[1, 2, 5, 10, 15, 30].map((s) => s * NS_PER_S),
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 3, 6, 12, 24, 7 * 24].map((hours) => hours * HOUR),
];

/** The narrowest easy width by which a period has no more than {@link AUTO_BUCKETS} buckets. */
export function autoBucketNs({ fromNs, toNs }: TimeRange): number {
  const lengthNs = Number(toNs - fromNs);
  const found = WIDTHS.find((widthNs) => lengthNs / widthNs <= AUTO_BUCKETS);
  if (found !== undefined) return found;
  const days = 24 * HOUR;
  return Math.ceil(lengthNs / AUTO_BUCKETS / days) * days;
}

/** How many buckets a period touches. */
export function bucketCount({ fromNs, toNs }: TimeRange, widthNs: number): number {
  const width = BigInt(widthNs);
  return Number((toNs - 1n) / width - fromNs / width) + 1;
}
