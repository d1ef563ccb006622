import type { BucketSpan, NativeHistogram } from "./messages.ts";

/** Buckets one behind the other, from the first that holds something. */
export interface DenseBuckets {
  readonly offset: number;
  readonly counts: readonly bigint[];
}

/** More buckets than a series has that was made to be kept. */
const MAX_BUCKETS = 10_000;

/**
 * Buckets of a native histogram as OpenTelemetry counts them. Prometheus names a bucket by its upper bound and OpenTelemetry by its lower one, so every index is one less;
 * whole counts are differences to the bucket before, computed ones stand as they are. Undefined where there are too many.
 */
export function denseBuckets(
  spans: readonly BucketSpan[],
  deltas: readonly bigint[],
  counts: readonly number[],
): DenseBuckets | undefined {
  const dense: bigint[] = [];
  let at = 0;
  let count = 0n;
  for (const [index, { offset, length }] of spans.entries()) {
    const gap = index === 0 ? 0 : offset;
    if (gap < 0 || dense.length + gap + length > MAX_BUCKETS) return undefined;
    for (let skipped = 0; skipped < gap; skipped += 1) dense.push(0n);
    for (let bucket = 0; bucket < length; bucket += 1, at += 1) {
      count = counts.length > 0 ? rounded(counts[at]) : count + (deltas[at] ?? 0n);
      dense.push(count < 0n ? 0n : count);
    }
  }
  return { offset: (spans[0]?.offset ?? 1) - 1, counts: dense };
}

/** How many values a histogram holds. */
export function countOf({ countInt, countFloat }: NativeHistogram): bigint {
  return countInt ?? rounded(countFloat);
}

/** How many of them are as good as zero. */
export function zeroCountOf({ zeroCountInt, zeroCountFloat }: NativeHistogram): bigint {
  return zeroCountInt ?? rounded(zeroCountFloat);
}

function rounded(count: number | undefined): bigint {
  return count !== undefined && Number.isFinite(count) && count > 0 ? BigInt(Math.round(count)) : 0n;
}
