/** Where a measure is computed. */
export interface MeasureScope {
  /** Condition on the rows that count. */
  readonly when: string | undefined;
  /** Seconds that rates are divided by, as SQL. */
  readonly seconds: string;
}

/** An aggregate over the rows that meet all of the conditions. */
export function aggregate(
  name: string,
  value: string,
  conditions: readonly (string | undefined)[],
  parameters = "",
): string {
  const given = conditions.filter((condition) => condition !== undefined);
  if (given.length === 0) return `${name}${parameters}(${value})`;
  const args = [value, given.join(" AND ")].filter((arg) => arg !== "").join(", ");
  return `${name}If${parameters}(${args})`;
}
