/** A quantile of values by linear interpolation between the two nearest ranks; the list is put in order. */
export function quantileOf(level: number, values: number[]): number {
  if (values.length === 0 || Number.isNaN(level)) return Number.NaN;
  if (level < 0) return Number.NEGATIVE_INFINITY;
  if (level > 1) return Number.POSITIVE_INFINITY;
  values.sort(byValue);
  const rank = level * (values.length - 1);
  const lower = Math.max(0, Math.floor(rank));
  const upper = Math.min(values.length - 1, lower + 1);
  const weight = rank - Math.floor(rank);
  return (values[lower] ?? Number.NaN) * (1 - weight) + (values[upper] ?? Number.NaN) * weight;
}

/** From small to large, what is no number first. */
export function byValue(a: number, b: number): number {
  if (Number.isNaN(a)) return Number.isNaN(b) ? 0 : -1;
  return Number.isNaN(b) ? 1 : a < b ? -1 : a > b ? 1 : 0;
}
