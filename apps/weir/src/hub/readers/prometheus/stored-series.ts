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
  type BoundQuery,
  METRIC_PARTS,
  type MetricNameRow,
  type MetricPart,
  metricMeaningsSql,
  metricNamesSql,
  metricPointsSql,
  metricSeriesSql,
  type PointsAsked,
  pointsBySeries,
  type QueryRunner,
  type Seconds,
} from "@weir/storage";
import { READER_LIMITS } from "../reader.ts";
import { edgeSeries } from "./edge-series.ts";
import { labelsOf } from "./identity.ts";
import { prometheusName } from "./names.ts";
import { GatheredPoints, inTime } from "./points.ts";

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
    const rows = await this.#rows(metricNamesSql(time, MAX_METRICS));
    return rows.flatMap((cells) => knownAs(cells));
  }

  /** All metrics, with what was said of them. */
  async meanings(): Promise<(KnownMetric & { readonly description: string })[]> {
    const rows = await this.#rows(metricMeaningsSql(MAX_METRICS));
    return rows.flatMap((cells) => knownAs(cells).map((known) => ({ ...known, description: String(cells[4]) })));
  }

  /** Series that match, with their samples. */
  async series(matchers: readonly Matcher[], fromMs: number, toMs: number): Promise<Series[]> {
    const time = { from: fromMs / 1000, to: toMs / 1000 };
    const test = matchesAll(matchers);
    const found = new GatheredPoints();
    const askedFor = await this.#asked(matchers, time);
    if (askedFor.length === 0) await this.#refuseNative(matchers, time);
    for (const asked of askedFor) {
      // One more than may be read tells that there are more.
      const query = metricPointsSql(asked, PROMQL_LIMITS.samples - this.#samples + 1);
      const all = pointsBySeries(await this.#runner.blocks(query, READER_LIMITS, this.#signal));
      this.count(all.reduce((sum, { times, ends }) => sum + times.length + ends.length, 0));
      if (all.length > PROMQL_LIMITS.series) throw tooManySeries();
      for (const points of all) {
        const labels = labelsOf(asked.part, points.identity);
        if (test(labels)) found.add(labels, points);
      }
    }
    const edges = await edgeSeries(this.#runner, this.#signal, matchers, time);
    for (const { times } of edges) this.count(times.length);
    return [...found.series(fromMs, toMs), ...edges.map((edge) => ({ ...edge, ...inTime(edge, fromMs, toMs) }))];
  }

  /** Labels of the series that match; every matcher may be one of several lists. */
  async labelSets(lists: readonly (readonly Matcher[])[], time: Seconds): Promise<Labels[]> {
    const found = new Map<string, Labels>();
    for (const matchers of lists) {
      const test = matchesAll(matchers);
      for (const asked of await this.#asked(matchers, time)) {
        const rows = await this.#rows(metricSeriesSql(asked, PROMQL_LIMITS.series + 1));
        if (rows.length > PROMQL_LIMITS.series) throw tooManySeries();
        for (const [identity] of rows) {
          const labels = labelsOf(asked.part, String(identity));
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
      return names.length === 0 ? [] : [{ part, names, time, values, job }];
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

  async #rows(query: BoundQuery): Promise<readonly (readonly unknown[])[]> {
    return (await this.#runner.all(query, READER_LIMITS, this.#signal)).rows;
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

/** A row of names under every name that it has in Prometheus. */
function knownAs(cells: readonly unknown[]): KnownMetric[] {
  const [table, kind, name, unit] = cells as [string, MetricPart["kind"], string, string];
  const row: MetricNameRow = { table, kind, name, unit };
  const parts = METRIC_PARTS.filter((part) => part.table === table && part.kind === kind);
  return parts.map((part) => ({ name: prometheusName(row, part), part, row }));
}

function tooManySeries(): PromqlError {
  return new PromqlError("limit", `more than ${PROMQL_LIMITS.series} series match: name more labels`);
}
