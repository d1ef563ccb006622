import { EDGE_LABELS, EDGE_METRICS, type EdgeMetric } from "@weir/model";
import { type Labels, type Matcher, matchesAll, NAME, PROMQL_LIMITS, PromqlError, type Series } from "@weir/promql";
import { edgeMinutesSql, type QueryRunner, type Seconds } from "@weir/storage";
import { READER_LIMITS } from "../reader.ts";

const MINUTE_S = 60;
const NONE = new Float64Array(0);

/** Series of what Weir saw on the edges between services: a sample for each minute, at its end. */
export async function edgeSeries(
  runner: QueryRunner,
  signal: AbortSignal,
  matchers: readonly Matcher[],
  time: Seconds,
): Promise<Series[]> {
  const series: Series[] = [];
  const test = matchesAll(matchers);
  const byName = matchesAll(matchers.filter(({ label }) => label === NAME));
  for (const metric of EDGE_METRICS.filter(({ name }) => byName({ [NAME]: name }))) {
    const { rows } = await runner.all(
      edgeMinutesSql(metric, { from: time.from - MINUTE_S, to: time.to }, PROMQL_LIMITS.series),
      READER_LIMITS,
      signal,
    );
    if (rows.length > PROMQL_LIMITS.series)
      throw new PromqlError("limit", `more than ${PROMQL_LIMITS.series} edges match: name more labels`);
    for (const cells of rows) series.push(...seriesOf(metric, cells).filter(({ labels }) => test(labels)));
  }
  return series;
}

function seriesOf(metric: EdgeMetric, cells: readonly unknown[]): Series[] {
  const [capture, ...rest] = cells as [string, ...unknown[]];
  const named = EDGE_LABELS.map((label, index) => [label, String(rest[index])] as const);
  const labels = { [NAME]: metric.name, capture, ...Object.fromEntries(named) };
  const [before, minutes, values] = rest.slice(EDGE_LABELS.length) as [number, number[], unknown[]];
  const order = minutes.map((_, index) => index).sort((a, b) => (minutes[a] ?? 0) - (minutes[b] ?? 0));
  const times = order.map((index) => minutes[index] ?? 0);
  if (metric.kind === "counter")
    return [
      counted(
        labels,
        before,
        times,
        order.map((index) => Number(values[index])),
      ),
    ];
  return metric.quantiles.map((quantile, position) =>
    measured(
      { ...labels, quantile: String(quantile) },
      times,
      order.map((index) => Number((values[index] as unknown[])[position]) / 1e9),
    ),
  );
}

/** A counter goes on while nothing happens, from the minute before its first one to its last. */
function counted(labels: Labels, before: number, minutes: readonly number[], added: readonly number[]): Series {
  const times: number[] = [];
  const values: number[] = [];
  let sum = before;
  for (const [index, minute] of minutes.entries()) {
    const from = times.at(-1) ?? minute - MINUTE_S;
    for (let at = from + (times.length === 0 ? 0 : MINUTE_S); at <= minute; at += MINUTE_S) {
      if (times.length >= PROMQL_LIMITS.samples) throw new PromqlError("limit", "the time has too many minutes");
      times.push(at);
      values.push(sum);
    }
    sum += added[index] ?? 0;
    times.push(minute + MINUTE_S);
    values.push(sum);
  }
  return { labels, times: Float64Array.from(times, (at) => at * 1000), values: Float64Array.from(values), ends: NONE };
}

function measured(labels: Labels, minutes: readonly number[], values: readonly number[]): Series {
  const known = minutes
    .map((minute, index) => [minute, values[index] ?? Number.NaN] as const)
    .filter(([, value]) => !Number.isNaN(value));
  return {
    labels,
    times: Float64Array.from(known, ([minute]) => (minute + MINUTE_S) * 1000),
    values: Float64Array.from(known, ([, value]) => value),
    ends: NONE,
  };
}
