/**
 * Sequence numbers live on a circle of 2^32 (RFC 9293 §3.4): comparing them means looking at the signed distance.
 * They are kept as signed 32-bit integers, so that equal ones are equal.
 */

/** How far `later` lies behind `earlier`; negative where it lies before. */
export function distance(earlier: number, later: number): number {
  return (later - earlier) | 0;
}

export function plus(sequence: number, count: number): number {
  return (sequence + count) | 0;
}

/** No window is larger (RFC 7323 §2.3): numbers that are farther apart have nothing to do with each other. */
export const LARGEST_WINDOW_BYTES = 2 ** 30;

/** True where `later` is at `earlier` or behind it, by less than the largest window. */
export function isWithinWindow(earlier: number, later: number): boolean {
  const bytes = distance(earlier, later);
  return bytes >= 0 && bytes < LARGEST_WINDOW_BYTES;
}
