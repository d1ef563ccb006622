import { valueTypeOf } from "./check.ts";
import { Evaluation, type LoadedSamples } from "./evaluate.ts";
import type { Expression } from "./expression.ts";
import { type Labels, signature } from "./labels.ts";
import { PROMQL_LIMITS } from "./limits.ts";
import { PromqlError } from "./problem.ts";
import { type Span, samplesNeeded } from "./selectors.ts";
import type { SeriesSource } from "./series.ts";
import type { Value } from "./value.ts";

/** Moments at which a query is evaluated, Unix milliseconds. */
export interface Range extends Span {
  readonly stepMs: number;
}

/** A series of an answer over time: moments in Unix milliseconds, and values. */
export interface ResultSeries {
  readonly labels: Labels;
  readonly points: (readonly [atMs: number, value: number])[];
}

/** Lets others have a turn between two moments; throws where nobody waits for the answer any more. */
export type Breath = () => Promise<void>;

/** The value of a query at one moment. */
export async function queryAt(expression: Expression, atMs: number, source: SeriesSource): Promise<Value> {
  const whole = { startMs: atMs, endMs: atMs };
  const value = new Evaluation(await load(expression, whole, source), whole).at(expression, atMs);
  if (value.kind === "vector") refuseDuplicates(value.samples.map(({ labels }) => labels));
  return value;
}

/** The value of a query at moment after moment, series by series. */
export async function queryOver(
  expression: Expression,
  range: Range,
  source: SeriesSource,
  breathe: Breath,
): Promise<ResultSeries[]> {
  const type = valueTypeOf(expression);
  if (type !== "scalar" && type !== "vector")
    throw new PromqlError("syntax", `over time a number or an instant vector can be asked for, and this is a ${type}`);
  if ((range.endMs - range.startMs) / range.stepMs >= PROMQL_LIMITS.steps)
    throw new PromqlError(
      "limit",
      `more than ${PROMQL_LIMITS.steps} moments: ask about less time, or with a wider step`,
    );
  const evaluation = new Evaluation(await load(expression, range, source), range);
  const results = new Map<string, ResultSeries>();
  const known = new Map<Labels, ResultSeries>();
  for (let atMs = range.startMs; atMs <= range.endMs; atMs += range.stepMs) {
    const value = evaluation.at(expression, atMs);
    const samples =
      value.kind === "vector"
        ? value.samples
        : value.kind === "scalar"
          ? [{ labels: NO_LABELS, value: value.value }]
          : [];
    for (const { labels, value: number } of samples) {
      const series = known.get(labels) ?? seriesOf(results, labels);
      known.set(labels, series);
      if (series.points.at(-1)?.[0] === atMs) throw sameLabels();
      series.points.push([atMs, number]);
    }
    await breathe();
  }
  return [...results].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, series]) => series);
}

const NO_LABELS: Labels = {};

/** The series of the answer with these labels: a new one where there is none. */
function seriesOf(results: Map<string, ResultSeries>, labels: Labels): ResultSeries {
  const key = signature(labels);
  const found = results.get(key);
  if (found !== undefined) return found;
  if (results.size >= PROMQL_LIMITS.results)
    throw new PromqlError(
      "limit",
      `the answer has more than ${PROMQL_LIMITS.results} series: put some together, e.g. sum by (job) (…)`,
    );
  const series: ResultSeries = { labels, points: [] };
  results.set(key, series);
  return series;
}

function refuseDuplicates(labels: readonly Labels[]): void {
  if (new Set(labels.map(signature)).size < labels.length) throw sameLabels();
}

function sameLabels(): PromqlError {
  return new PromqlError(
    "execution",
    "several series of the answer have the same labels: the metric's name told them apart",
  );
}

/** Reads what all selectors need. */
async function load(expression: Expression, whole: Span, source: SeriesSource): Promise<LoadedSamples> {
  const loaded: [ReturnType<typeof samplesNeeded>[number]["selector"], Awaited<ReturnType<SeriesSource>>][] = [];
  for (const { selector, startMs, endMs } of samplesNeeded(expression, whole))
    loaded.push([selector, await source(selector.matchers, startMs, endMs)]);
  return new Map(loaded);
}
