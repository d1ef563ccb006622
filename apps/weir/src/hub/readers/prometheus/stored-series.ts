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
  PLAIN_PART,
  type PointsAsked,
  pointsBySeries,
  type QueryRunner,
  type Seconds,
} from "@weir/storage";
import { READER_LIMITS } from "../reader.ts";
import { edgeSeries } from "./edge-series.ts";
import { labelReader } from "./identity.ts";
import { isPlain, prometheusName } from "./names.ts";
import { inTime } from "./order.ts";
import { GatheredPoints } from "./points.ts";

/** Metrics that are told apart at most. */
const MAX_METRICS = 20_000;
/** Series that are named one by one at most: their hashes stand in one parameter of a statement. */
const MAX_CHOSEN = 2_000;

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
    const found = new GatheredPoints();
    // What stands under a plain name is read while the store says what else has it.
    const plain = plainName(matchers);
    const [known] = await Promise.all([
      this.#known(matchers, time),
      plain === undefined ? undefined : this.#read(askedOf(PLAIN_PART, [plain], matchers, time), matchers, found),
    ]);
    if (known.length === 0) await this.#refuseNative(matchers, time);
    const others = known.filter(({ part, row }) => part.table !== PLAIN_PART.table || row.name !== plain);
    for (const asked of askedFrom(others, matchers, time)) await this.#read(asked, matchers, found);
    const edges = await edgeSeries(this.#runner, this.#signal, matchers, time);
    for (const { times } of edges) this.count(times.length);
    return [...found.series(fromMs, toMs), ...edges.map((edge) => ({ ...edge, ...inTime(edge, fromMs, toMs) }))];
  }

  /** Labels of the series that match; every matcher may be one of several lists. */
  async labelSets(lists: readonly (readonly Matcher[])[], time: Seconds): Promise<Labels[]> {
    const found = new Map<string, Labels>();
    for (const matchers of lists) {
      const test = matchesAll(matchers);
      for (const asked of askedFrom(await this.#known(matchers, time), matchers, time)) {
        const labelsOf = labelReader(asked.part);
        for (const [identity] of await this.#seriesOf(asked)) {
          const labels = labelsOf(String(identity));
          if (test(labels)) found.set(signature(labels), labels);
        }
      }
      for (const { labels } of await edgeSeries(this.#runner, this.#signal, matchers, time))
        found.set(signature(labels), labels);
    }
    return [...found.values()];
  }

  /** Metrics of which the name matches. */
  async #known(matchers: readonly Matcher[], time: Seconds): Promise<KnownMetric[]> {
    const byName = matchesAll(matchers.filter(({ label }) => label === NAME));
    return (await this.metrics(time)).filter(({ name }) => byName({ [NAME]: name }));
  }

  /** Reads points of one part into what was found. */
  async #read(asked: PointsAsked, matchers: readonly Matcher[], found: GatheredPoints): Promise<void> {
    const test = matchesAll(matchers);
    const hashes = await this.#chosen(asked, matchers);
    if (hashes?.length === 0) return;
    // One more than may be read tells that there are more.
    const query = metricPointsSql({ ...asked, hashes }, PROMQL_LIMITS.samples - this.#samples + 1);
    const all = pointsBySeries(await this.#runner.blocks(query, READER_LIMITS, this.#signal));
    this.count(all.reduce((sum, { times, ends }) => sum + times.length + ends.length, 0));
    if (all.length > PROMQL_LIMITS.series) throw tooManySeries();
    const labelsOf = labelReader(asked.part);
    for (const points of all) {
      const labels = labelsOf(points.identity);
      if (test(labels)) found.add(labels, points);
    }
  }

  /** Series to be read where matchers say more than which values there must be, and leave few; undefined where all are read. */
  async #chosen(asked: PointsAsked, matchers: readonly Matcher[]): Promise<readonly string[] | undefined> {
    const others = matchers.filter((matcher) => matcher.label !== NAME && !isExact(matcher));
    if (others.length === 0 || asked.part.table !== PLAIN_PART.table) return undefined;
    const test = matchesAll(matchers);
    const labelsOf = labelReader(asked.part);
    const all = await this.#seriesOf(asked);
    const matching = all.filter(([identity]) => test(labelsOf(String(identity))));
    if (matching.length === all.length && all.length > 0) return undefined;
    return matching.length > MAX_CHOSEN ? undefined : matching.map(([, hash]) => String(hash));
  }

  async #seriesOf(asked: PointsAsked): Promise<readonly (readonly unknown[])[]> {
    const rows = await this.#rows(metricSeriesSql(asked, PROMQL_LIMITS.series + 1));
    if (rows.length > PROMQL_LIMITS.series) throw tooManySeries();
    return rows;
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

/** The name that is asked for, where Prometheus could have written it itself. */
function plainName(matchers: readonly Matcher[]): string | undefined {
  const name = matchers.find((matcher) => matcher.label === NAME && isExact(matcher))?.value;
  return name !== undefined && isPlain(name) ? name : undefined;
}

const isExact = ({ operator, value }: Matcher) => operator === "=" && value !== "";

/** Where to look for what matches. */
function askedFrom(known: readonly KnownMetric[], matchers: readonly Matcher[], time: Seconds): PointsAsked[] {
  return METRIC_PARTS.flatMap((part) => {
    const names = [...new Set(known.filter((metric) => metric.part === part).map(({ row }) => row.name))];
    return names.length === 0 ? [] : [askedOf(part, names, matchers, time)];
  });
}

function askedOf(part: MetricPart, names: readonly string[], matchers: readonly Matcher[], time: Seconds): PointsAsked {
  return { part, names, time, exact: matchers.filter((matcher) => matcher.label !== NAME && isExact(matcher)) };
}

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
