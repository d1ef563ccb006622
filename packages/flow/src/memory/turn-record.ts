/**
 * Who was waited for: from the client's last byte to the server's first (think time, DeepFlow's art), and from the server's last byte to the client's
 * next (idle time, cit). A side table's record, made at the first turn. Offsets of doubles, then of integers.
 */
export const Turn = {
  thinkSumNs: 0,
  thinkMaxNs: 1,
  idleSumNs: 2,
  idleMaxNs: 3,
  thinkSamples: 8,
  idleSamples: 9,
} as const;

export function freshTurns(): Int32Array {
  return new Int32Array(10);
}
