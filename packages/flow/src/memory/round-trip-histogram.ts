/**
 * Round trips by length: four buckets per doubling, from one microsecond to more than a minute, each as wide as an eighth to a quarter of what is in
 * it. Told from the bits of a double: the exponent is the octave, the two highest bits of the fraction the bucket in it.
 */
const FIRST_OCTAVE = 10;
const OCTAVES = 27;
const PER_OCTAVE = 4;
const BUCKETS = OCTAVES * PER_OCTAVE;
const EXPONENT_BIAS = 1023;

export function freshHistogram(): Int32Array {
  return new Int32Array(BUCKETS);
}

const real = new Float64Array(1);
const bits = new Uint32Array(real.buffer);
/** Which half of a double holds its exponent, on this machine. */
const HIGH = ((): 0 | 1 => {
  real[0] = 1;
  return bits[1] === 0 ? 0 : 1;
})();

/** Counts `times` round trips of a length. HOT PATH. */
export function countRoundTrip(ints: Int32Array, at: number, durationNs: number, times: number): void {
  real[0] = durationNs;
  const index = (bits[HIGH]! >>> 18) - (EXPONENT_BIAS + FIRST_OCTAVE) * PER_OCTAVE;
  ints[at + Math.min(BUCKETS - 1, Math.max(0, index))]! += times;
}

/** Lengths below which half of the round trips lie, and 95 and 99 of a hundred. Reused: overwritten by the next {@link readQuantiles}. */
export const quantiles = { p50Ns: 0, p95Ns: 0, p99Ns: 0 };

/** Reads the quantiles of a histogram: each is the middle of the bucket where it is reached. */
export function readQuantiles(ints: Int32Array, at: number, samples: number): typeof quantiles {
  const [half, most, nearlyAll] = [Math.ceil(samples * 0.5), Math.ceil(samples * 0.95), Math.ceil(samples * 0.99)];
  let before = 0;
  for (let index = 0; index < BUCKETS && before < nearlyAll; index += 1) {
    const seen = before + ints[at + index]!;
    if (before < half && seen >= half) quantiles.p50Ns = middleOf(index);
    if (before < most && seen >= most) quantiles.p95Ns = middleOf(index);
    if (seen >= nearlyAll) quantiles.p99Ns = middleOf(index);
    before = seen;
  }
  return quantiles;
}

function middleOf(index: number): number {
  const octave = 2 ** (FIRST_OCTAVE + Math.floor(index / PER_OCTAVE));
  return octave * (1 + ((index % PER_OCTAVE) + 0.5) / PER_OCTAVE);
}
