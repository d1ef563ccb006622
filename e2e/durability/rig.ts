/** What a run of the durability test did and found. */
export interface Outcome {
  readonly kills: number;
  /** Things that were acknowledged: batches, captures, requests. */
  readonly acknowledged: number;
  /** Of those, what is not there, or not whole. */
  readonly lost: number;
  /** What is there more than once. */
  readonly doubled: number;
}

/** The same numbers from 0 to 1 for the same seed (Mulberry32): a run that found something can be run again. */
export function steadyRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
