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
} as const;
/** Where each side's buckets begin, as offsets in `ints`: floats of 32 bits, exact up to 16 MiB and within a ten-millionth above. */
export const Buckets = { client: 6, server: 6 + BUCKETS } as const;
const SERIES_INTS = 6 + 2 * BUCKETS;

export function freshThroughput(): Int32Array {
  const ints = new Int32Array(SERIES_INTS);
  new Float64Array(ints.buffer)[Series.widthNs] = FIRST_BUCKET_NS;
  return ints;
}

const float = new Float32Array(1);
const bits = new Int32Array(float.buffer);

/** Reads a bucket. */
export function bucketAt(ints: Int32Array, at: number): number {
  bits[0] = ints[at]!;
  return float[0]!;
}

/** Writes a bucket. */
export function setBucket(ints: Int32Array, at: number, bytes: number): void {
  float[0] = bytes;
  ints[at] = bits[0]!;
}
