/** From one second to another, both included; Unix seconds, with a fraction where it matters. */
export interface Seconds {
  readonly from: number;
  readonly to: number;
}

const HOUR_S = 3600;
/** DateTime knows the years 1970 to 2106. */
const within = (second: number) => Math.max(0, Math.min(0xffff_ffff, second));

/** Rows of OpenTelemetry's tables in the time, to whole seconds; parameters are {@link clamped}. */
export const IN_TIME = "TimeUnix >= toDateTime({from:Int64}) AND TimeUnix <= toDateTime({to:Int64})";
export const clamped = ({ from, to }: Seconds) => ({ from: within(Math.floor(from)), to: within(Math.ceil(to)) });

/** Rows of `metric_points` in the hours that the time touches; parameters are {@link hoursOf}. */
export const IN_HOURS =
  "toStartOfHour(at) >= toDateTime({fromHour:Int64}, 'UTC') AND toStartOfHour(at) <= toDateTime({toHour:Int64}, 'UTC')";
export const hoursOf = ({ from, to }: Seconds) => ({
  fromHour: Math.floor(within(from) / HOUR_S) * HOUR_S,
  toHour: Math.floor(within(to) / HOUR_S) * HOUR_S,
});

/** Rows of `metric_points` in the time, to the millisecond; parameters are {@link millisecondsOf}. */
export const IN_MILLISECONDS =
  "at >= fromUnixTimestamp64Milli({fromMs:Int64}, 'UTC') AND at <= fromUnixTimestamp64Milli({toMs:Int64}, 'UTC')";
export const millisecondsOf = ({ from, to }: Seconds) => ({
  fromMs: Math.ceil(within(from) * 1000),
  toMs: Math.floor(within(to) * 1000),
});
