import { type Labels, NAME, signature, withoutLabels } from "../labels.ts";
import { parseNumber } from "../literals.ts";
import { type Sample, vectorOf } from "../value.ts";
import { numberOf, type PromqlFunction, samplesOf } from "./function.ts";

/** How many values are not larger than a bound. */
interface Bucket {
  readonly bound: number;
  readonly count: number;
}

const NOT_OF_SERIES: ReadonlySet<string> = new Set(["le", NAME]);

/** Buckets of each histogram, by the labels that they share. */
function histogramsOf(samples: readonly Sample[]): { readonly labels: Labels; readonly buckets: Bucket[] }[] {
  const found = new Map<string, { readonly labels: Labels; readonly buckets: Bucket[] }>();
  for (const { labels, value } of samples) {
    const bound = parseNumber(labels["le"] ?? "");
    if (bound === undefined) continue;
    const shared = withoutLabels(labels, NOT_OF_SERIES);
    const key = signature(shared);
    const histogram = found.get(key) ?? { labels: shared, buckets: [] };
    histogram.buckets.push({ bound, count: value });
    found.set(key, histogram);
  }
  return [...found.values()];
}

/** Buckets from small to large; those of the same bound are one, and a count never falls. */
function ordered(buckets: readonly Bucket[]): Bucket[] {
  const sums = new Map<number, number>();
  for (const { bound, count } of buckets) sums.set(bound, (sums.get(bound) ?? 0) + count);
  let most = Number.NEGATIVE_INFINITY;
  return [...sums]
    .sort(([a], [b]) => a - b)
    .map(([bound, count]) => {
      most = Math.max(most, count);
      return { bound, count: most };
    });
}

/** A quantile of a histogram: values are taken to lie evenly in their bucket. */
function bucketQuantile(level: number, unordered: readonly Bucket[]): number {
  if (Number.isNaN(level)) return Number.NaN;
  if (level < 0) return Number.NEGATIVE_INFINITY;
  if (level > 1) return Number.POSITIVE_INFINITY;
  const buckets = ordered(unordered);
  const last = buckets.at(-1);
  if (last === undefined || last.bound !== Number.POSITIVE_INFINITY || buckets.length < 2) return Number.NaN;
  if (last.count === 0 || Number.isNaN(last.count)) return Number.NaN;
  const rank = level * last.count;
  const index = Math.min(buckets.length - 1, buckets.slice(0, -1).findIndex(({ count }) => count >= rank) >>> 0);
  if (index === buckets.length - 1) return buckets.at(-2)?.bound ?? Number.NaN;
  const { bound, count } = buckets[index] ?? last;
  if (index === 0 && bound <= 0) return bound;
  const before = buckets[index - 1] ?? { bound: 0, count: 0 };
  return before.bound + (bound - before.bound) * ((rank - before.count) / (count - before.count));
}

/** Functions of classic histograms: series of buckets with the label `le`. */
export const HISTOGRAM_FUNCTIONS: Readonly<Record<string, PromqlFunction>> = {
  histogram_quantile: {
    takes: ["scalar", "vector"],
    returns: "vector",
    compute: ([level, vector]) =>
      vectorOf(
        histogramsOf(samplesOf(vector)).map(({ labels, buckets }) => ({
          labels,
          value: bucketQuantile(numberOf(level), buckets),
        })),
      ),
  },
};
