import { NS_PER_MINUTE } from "./schema/rollups/rollup.ts";

/** From one moment to before another, in Unix nanoseconds; open where an end is absent. */
export interface TimeRange {
  readonly fromNs?: bigint | undefined;
  readonly toNs?: bigint | undefined;
}

/** A range cut into what whole minutes cover and what lies before and after them. */
export interface CutRange {
  /** Begins and ends with a minute; absent where no whole minute lies in the range. */
  readonly minutes?: TimeRange;
  readonly rests: readonly TimeRange[];
}

/** Cuts a range at its first and last whole minute. */
export function cutAtMinutes(range: TimeRange): CutRange {
  const { fromNs, toNs } = range;
  const firstNs = fromNs === undefined ? undefined : minuteAtOrBefore(fromNs + NS_PER_MINUTE - 1n);
  const endNs = toNs === undefined ? undefined : minuteAtOrBefore(toNs);
  if (firstNs !== undefined && endNs !== undefined && firstNs >= endNs) return { rests: [range] };
  return {
    minutes: { fromNs: firstNs, toNs: endNs },
    rests: [
      { fromNs, toNs: firstNs },
      { fromNs: endNs, toNs },
    ].filter((rest) => rest.fromNs !== rest.toNs),
  };
}

function minuteAtOrBefore(unixNs: bigint): bigint {
  const rest = unixNs % NS_PER_MINUTE;
  return unixNs - (rest < 0n ? rest + NS_PER_MINUTE : rest);
}

/** The range as a condition on a column; moments are whole numbers of our own, so they stand in the text. */
export function rangeSql(column: string, { fromNs, toNs }: TimeRange): string {
  const bound = (sign: string, unixNs: bigint) => `${column} ${sign} fromUnixTimestamp64Nano(${unixNs}, 'UTC')`;
  const parts = [
    ...(fromNs === undefined ? [] : [bound(">=", fromNs)]),
    ...(toNs === undefined ? [] : [bound("<", toNs)]),
  ];
  return parts.length === 0 ? "1" : parts.join(" AND ");
}
