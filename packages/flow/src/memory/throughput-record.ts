/**
 * Payload over time in at most {@link BUCKETS} buckets of a width that doubles as the connection grows older. What passes within the first
 * {@link FIRST_BUCKET_NS} is the first bucket, and known from the totals: a side table's record is made only when more comes later.
 */
export const BUCKETS = 32;
/** Width of the buckets in the beginning. */
export const FIRST_BUCKET_NS = 100e6;
export const WIDTH_AT = 0;
export const CLIENT_AT = 1;
export const SERVER_AT = 1 + BUCKETS;

export function freshThroughput(): Int32Array {
  const ints = new Int32Array((1 + 2 * BUCKETS) * 2);
  new Float64Array(ints.buffer)[WIDTH_AT] = FIRST_BUCKET_NS;
  return ints;
}
