import { otelExponentialHistograms } from "@weir/model";
import {
  type Labels,
  type Matcher,
  matchesAll,
  NAME,
  PROMQL_LIMITS,
  PromqlError,
  type Series,
  signature,
} from "@weir/promql";
import {
  METRIC_PARTS,
  type MetricNameRow,
  type MetricPart,
  metricNamesSql,
  metricPointsSql,
  metricSeriesSql,
  type PointsAsked,
  type QueryRunner,
  type Seconds,
} from "@weir/storage";
import { READER_LIMITS } from "../reader.ts";
import { edgeSeries } from "./edge-series.ts";
import { labelName, prometheusName } from "./names.ts";

/** Metrics that are told apart at most. */
const MAX_METRICS = 20_000;

/** A metric as Prometheus would name it, with where it is stored. */
export interface KnownMetric {
  readonly name: string;
  readonly part: MetricPart;
  readonly row: MetricNameRow;
}

/** Series of what was received, and of the edges that Weir itself saw. */
export class StoredSeries {
  readonly #runner: QueryRunner;
  readonly #signal: AbortSignal;
  #samples = 0;

  constructor(runner: QueryRunner, signal: AbortSignal) {
    this.#runner = runner;
    this.#signal = signal;
  }

  /** Metrics that were received in a time, under every name that they have in Prometheus. */
  async metrics(time: Seconds): Promise<KnownMetric[]> {
    const { rows } = await this.#runner.all(metricNamesSql(time, MAX_METRICS), READER_LIMITS, this.#signal);
    return rows.flatMap((cells) => {
      const [table, name, unit, isMonotonic, description] = cells as [string, string, string, number, string];
      const row: MetricNameRow = { table, name, unit, isMonotonic, description };
      const parts = METRIC_PARTS.filter((part) => part.table === table && hasKind(part, row));
      return parts.map((part) => ({ name: prometheusName(row, part), part, row }));
    });
  }

  /** Series that match, with their samples. */
  async series(matchers: readonly Matcher[], fromMs: number, toMs: number): Promise<Series[]> {
    const time = { from: fromMs / 1000, to: toMs / 1000 };
    const test = matchesAll(matchers);
    const found = new Map<string, Points>();
    const askedFor = await this.#asked(matchers, time);
    if (askedFor.length === 0) await this.#refuseNative(matchers, time);
    for (const asked of askedFor) {
      for (const cells of await this.#rows(asked, metricPointsSql(asked))) {
        const labels = labelsOf(asked.part, cells);
        if (!test(labels)) continue;
        const [seconds, values, flags] = cells.slice(6) as [number[], (number | string)[], number[]];
        this.count(seconds.length);
        const key = signature(labels);
        const points = found.get(key) ?? new Points(labels);
        points.add(seconds, values, flags);
        found.set(key, points);
      }
    }
    const edges = await edgeSeries(this.#runner, this.#signal, matchers, time);
    for (const { times } of edges) this.count(times.length);
    return [
      ...[...found.values()].map((points) => points.series(fromMs, toMs)),
      ...edges.map((edge) => cut(edge, fromMs, toMs)),
    ];
  }

  /** Labels of the series that match; every matcher may be one of several lists. */
  async labelSets(lists: readonly (readonly Matcher[])[], time: Seconds): Promise<Labels[]> {
    const found = new Map<string, Labels>();
    for (const matchers of lists) {
      const test = matchesAll(matchers);
      for (const asked of await this.#asked(matchers, time)) {
        for (const cells of await this.#rows(asked, metricSeriesSql(asked))) {
          const labels = labelsOf(asked.part, cells);
          if (test(labels)) found.set(signature(labels), labels);
        }
      }
      for (const { labels } of await edgeSeries(this.#runner, this.#signal, matchers, time))
        found.set(signature(labels), labels);
    }
    return [...found.values()];
  }

  /** Where to look for what matches. */
  async #asked(matchers: readonly Matcher[], time: Seconds): Promise<PointsAsked[]> {
    const byName = matchesAll(matchers.filter(({ label }) => label === NAME));
    const known = (await this.metrics(time)).filter(({ name }) => byName({ [NAME]: name }));
    const exact = matchers.filter(({ operator, value }) => operator === "=" && value !== "");
    const job = exact.find(({ label }) => label === "job")?.value;
    const values = exact.filter(({ label }) => !NOT_ATTRIBUTES.has(label)).map(({ value }) => value);
    return METRIC_PARTS.flatMap((part) => {
      const names = [...new Set(known.filter((metric) => metric.part === part).map(({ row }) => row.name))];
      return names.length === 0 ? [] : [{ part, names, time, values, job, series: PROMQL_LIMITS.series }];
    });
  }

  /** Native histograms are kept, and their buckets not read: who asks for them is told so, not given nothing. */
  async #refuseNative(matchers: readonly Matcher[], time: Seconds): Promise<void> {
    const asked = matchers.find(({ label, operator }) => label === NAME && operator === "=")?.value;
    const counts = (await this.metrics(time)).filter(({ part }) => part.table === otelExponentialHistograms.table);
    const native = counts.map(({ name }) => name.replace(/_(sum|count)$/, ""));
    const name = native.find((each) => asked === each || asked === `${each}_bucket`);
    if (name === undefined) return;
    throw new PromqlError(
      "execution",
      `${name} is a native histogram, whose buckets are not read here; there are ${name}_sum and ${name}_count`,
    );
  }

  async #rows(asked: PointsAsked, query: ReturnType<typeof metricPointsSql>): Promise<readonly (readonly unknown[])[]> {
    const { rows } = await this.#runner.all(query, READER_LIMITS, this.#signal);
    if (rows.length > asked.series)
      throw new PromqlError("limit", `more than ${asked.series} series match: name more labels`);
    return rows;
  }

  count(samples: number): void {
    this.#samples += samples;
    if (this.#samples > PROMQL_LIMITS.samples)
      throw new PromqlError(
        "limit",
        `the query reads more than ${PROMQL_LIMITS.samples} samples: name more labels, or ask about less time`,
      );
  }
}

/** Labels that do not stand among the attributes. */
const NOT_ATTRIBUTES: ReadonlySet<string> = new Set([NAME, "job", "instance", "le", "quantile"]);

function hasKind({ kind }: MetricPart, { isMonotonic }: MetricNameRow): boolean {
  return kind === "counter" ? isMonotonic === 1 : isMonotonic === 0;
}

function labelsOf(part: MetricPart, cells: readonly unknown[]): Labels {
  const [name, unit, job, instance, attributes, own] = cells as [string, string, string, string, Labels, string];
  const named = Object.entries(attributes).filter(([, value]) => value !== "");
  return {
    ...Object.fromEntries(named.map(([attribute, value]) => [labelName(attribute), value])),
    ...(job === "" ? {} : { job }),
    ...(instance === "" ? {} : { instance }),
    ...(part.label === undefined ? {} : { [part.label.name]: own }),
    [NAME]: prometheusName({ name, unit }, part),
  };
}

/** OpenTelemetry's flag of a point that says that there is no value any more. */
const NO_VALUE = 1;

/** The points of one series, as they come from one place after the other. */
class Points {
  readonly #labels: Labels;
  readonly #bySecond = new Map<number, number | undefined>();

  constructor(labels: Labels) {
    this.#labels = labels;
  }

  add(seconds: readonly number[], values: readonly (number | string)[], flags: readonly number[]): void {
    for (const [index, second] of seconds.entries()) {
      const ended = ((flags[index] ?? 0) & NO_VALUE) !== 0;
      // The store has seconds: of a value and an end in the same one, the value stands.
      if (ended && this.#bySecond.has(second)) continue;
      this.#bySecond.set(second, ended ? undefined : numberOf(values[index]));
    }
  }

  series(fromMs: number, toMs: number): Series {
    const sorted = [...this.#bySecond]
      .sort(([a], [b]) => a - b)
      .map(([second, value]) => [Math.round(second * 1000), value] as const);
    const inTime = sorted.filter(([time]) => time >= fromMs && time <= toMs);
    const measured = inTime.filter((entry): entry is readonly [number, number] => entry[1] !== undefined);
    return {
      labels: this.#labels,
      times: Float64Array.from(measured, ([time]) => time),
      values: Float64Array.from(measured, ([, value]) => value),
      ends: Float64Array.from(
        inTime.filter(([, value]) => value === undefined),
        ([time]) => time,
      ),
    };
  }
}

/** Numbers that JSON does not know come as text. */
function numberOf(cell: number | string | undefined): number {
  if (typeof cell === "number") return cell;
  return Number(String(cell).replace(/inf$/, "Infinity"));
}

function cut({ labels, times, values, ends }: Series, fromMs: number, toMs: number): Series {
  const from = times.findIndex((time) => time >= fromMs);
  const to = times.findLastIndex((time) => time <= toMs) + 1;
  const begin = from < 0 ? times.length : from;
  return { labels, times: times.slice(begin, to), values: values.slice(begin, to), ends };
}
