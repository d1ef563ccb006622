/**
 * Payload over time in at most {@link BUCKETS} buckets of a width that doubles as the connection grows older. Nothing is added per packet: a bucket is
 * what the totals grew by, known when it ends. A side table's record is made only when payload comes after the first bucket.
 */
export const BUCKETS = 32;
/** Width of the buckets in the beginning. */
export const FIRST_BUCKET_NS = 100e6;

/** Doubles of a series, as offsets in `reals`. */
export const Series = {
  widthNs: 0,
  /** Totals of both sides when the present bucket began. */
  clientBefore: 1,
  serverBefore: 2,
  client: 3,
  server: 3 + BUCKETS,
} as const;
const REALS = 3 + 2 * BUCKETS;

export function freshThroughput(): Int32Array {
  const ints = new Int32Array(REALS * 2);
  new Float64Array(ints.buffer)[Series.widthNs] = FIRST_BUCKET_NS;
  return ints;
}
