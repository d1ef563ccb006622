import { type Labels, type Matcher, matchesAll, PromqlError, type Series, signature } from "@weir/promql";
import {
  type LogLabels,
  logCountsSql,
  logLabelSetsSql,
  logLinesSql,
  logStatsSql,
  type QueryRunner,
} from "@weir/storage";
import { labelName } from "../prometheus/names.ts";
import { READER_LIMITS } from "../reader.ts";
import type { LogRange, LogSelector, Stage } from "./expression.ts";
import { type Line, measuredIn, pipeline } from "./pipeline.ts";

/** Lines that are looked at, where the store cannot tell which match. */
export const MAX_LINES_READ = 100_000;
/** Streams, and streams with their moments, of one answer. */
const MAX_GROUPS = 200_000;

/** Log lines of the store as Loki has them: labels of a stream are the service and what the resource says of itself; attributes of a record stand beside. */
export class StoredLines {
  readonly #runner: QueryRunner;
  readonly #signal: AbortSignal;

  constructor(runner: QueryRunner, signal: AbortSignal) {
    this.#runner = runner;
    this.#signal = signal;
  }

  /** Lines that come through, newest first or oldest first; `isCut` where more had to be looked at than may be. */
  async lines(
    selector: LogSelector,
    period: { readonly fromNs: bigint; readonly toNs: bigint },
    newestFirst: boolean,
    limit: number,
  ): Promise<{ readonly lines: readonly Line[]; readonly isCut: boolean }> {
    const needsReading = selector.stages.some(({ kind }) => kind !== "line");
    const most = needsReading ? MAX_LINES_READ : limit;
    const query = logLinesSql({ ...period, ...pushedDown(selector), newestFirst, limit: most });
    const { rows } = await this.#runner.all(query, READER_LIMITS, this.#signal);
    const matches = matchesAll(selector.matchers);
    const through = pipeline(selector.stages);
    const lines: Line[] = [];
    for (const cells of rows) {
      const [ns, text, ...labels] = cells as [string, string, ...LogLabels];
      if (!matches(streamLabels(labels))) continue;
      const line = through({ atNs: BigInt(ns), text, labels: { ...streamLabels(labels), ...recordLabels(labels) } });
      if (line !== undefined && lines.push(line) === limit) break;
    }
    return { lines, isCut: rows.length === most && lines.length < limit };
  }

  /** What a range's windows are made of: a sample for each line, or for each stream and step of time. */
  async series(range: LogRange, fromMs: number, toMs: number, gridMs: number): Promise<Series[]> {
    const isCounted = range.unwrap === undefined && range.stages.every(({ kind }) => kind === "line");
    return isCounted ? this.#counted(range, fromMs, toMs, gridMs) : this.#measured(range, fromMs, toMs);
  }

  /** Labels of the streams of a time. */
  async labelSets(matchers: readonly Matcher[], fromNs: bigint, toNs: bigint): Promise<Labels[]> {
    const query = logLabelSetsSql({ fromNs, toNs, ...pushedDown({ matchers, stages: [] }), limit: MAX_GROUPS });
    const { rows } = await this.#runner.all(query, READER_LIMITS, this.#signal);
    const matches = matchesAll(matchers);
    const found = rows.map((cells) => streamLabels(cells as unknown as LogLabels)).filter(matches);
    return [...new Map(found.map((labels) => [signature(labels), labels])).values()];
  }

  /** How much there is. */
  async stats(
    matchers: readonly Matcher[],
    period: { readonly fromNs: bigint; readonly toNs: bigint },
  ): Promise<object> {
    const query = logStatsSql({ ...period, ...pushedDown({ matchers, stages: [] }), limit: 1 });
    const { rows } = await this.#runner.all(query, READER_LIMITS, this.#signal);
    const [streams = 0, entries = 0, bytes = 0] = (rows[0] ?? []) as readonly number[];
    return { streams, chunks: streams, entries, bytes };
  }

  async #counted(range: LogRange, fromMs: number, toMs: number, gridMs: number): Promise<Series[]> {
    const fromNs = BigInt(fromMs) * 1_000_000n;
    const period = { fromNs: fromNs + 1n, toNs: BigInt(toMs) * 1_000_000n + 1n };
    const query = logCountsSql(
      { ...period, ...pushedDown(range), limit: MAX_GROUPS + 1 },
      fromNs,
      BigInt(gridMs) * 1_000_000n,
    );
    const { rows } = await this.#runner.all(query, READER_LIMITS, this.#signal);
    if (rows.length > MAX_GROUPS)
      throw new PromqlError(
        "limit",
        `more than ${MAX_GROUPS} streams and moments: name more labels, or take a wider step`,
      );
    const matches = matchesAll(range.matchers);
    const gathered = new Gathered(range);
    for (const cells of rows) {
      const [step, lines, bytes, ...labels] = cells as [number, number, number, ...LogLabels];
      const [service, resource, severity] = labels;
      const own = { ...streamLabels([service, resource]), ...levelLabel(severity) };
      if (matches(streamLabels([service, resource])))
        gathered.add(own, fromMs + step * gridMs, range.counts === "bytes" ? bytes : lines);
    }
    return gathered.series();
  }

  async #measured(range: LogRange, fromMs: number, toMs: number): Promise<Series[]> {
    const period = { fromNs: BigInt(fromMs) * 1_000_000n + 1n, toNs: BigInt(toMs) * 1_000_000n + 1n };
    const { lines, isCut } = await this.lines(range, period, false, MAX_LINES_READ);
    if (isCut || lines.length === MAX_LINES_READ)
      throw new PromqlError(
        "limit",
        `more than ${MAX_LINES_READ} lines would have to be read: filter them, or ask about less time`,
      );
    const gathered = new Gathered(range);
    for (const { labels, atNs, text } of lines) {
      const atMs = Number(atNs / 1000n) / 1000;
      if (range.unwrap === undefined) {
        gathered.add(labels, atMs, range.counts === "bytes" ? Buffer.byteLength(text) : 1);
        continue;
      }
      const value = measuredIn(labels[range.unwrap.label], range.unwrap.unit);
      const { [range.unwrap.label]: _, ...others } = labels;
      if (value !== undefined) gathered.add(others, atMs, value);
    }
    return gathered.series();
  }
}

/** Samples by the labels of their series. */
class Gathered {
  readonly #by: LogRange["by"];
  readonly #found = new Map<string, { readonly labels: Labels; readonly points: [number, number][] }>();

  constructor({ by }: LogRange) {
    this.#by = by;
  }

  add(all: Labels, atMs: number, value: number): void {
    const by = this.#by;
    const kept =
      by === undefined
        ? all
        : Object.fromEntries(Object.entries(all).filter(([name]) => by.labels.includes(name) !== by.without));
    const key = signature(kept);
    const series = this.#found.get(key) ?? { labels: kept, points: [] };
    series.points.push([atMs, value]);
    this.#found.set(key, series);
  }

  series(): Series[] {
    return [...this.#found.values()].map(({ labels, points }) => {
      points.sort(([a], [b]) => a - b);
      return {
        labels,
        times: Float64Array.from(points, ([at]) => at),
        values: Float64Array.from(points, ([, value]) => value),
        ends: new Float64Array(0),
      };
    });
  }
}

/** What the store can tell by itself; labels are looked at again, as names of attributes have dots. */
function pushedDown({
  matchers,
  stages,
}: {
  readonly matchers: readonly Matcher[];
  readonly stages: readonly Stage[];
}) {
  const exact = matchers.filter(({ operator, value }) => operator === "=" && value !== "");
  const before = stages.findIndex(({ kind }) => kind !== "line");
  const first = before < 0 ? stages : stages.slice(0, before);
  return {
    service: exact.find(({ label }) => label === "service_name")?.value,
    values: exact.filter(({ label }) => label !== "service_name").map(({ value }) => value),
    filters: first.flatMap((stage) => (stage.kind === "line" ? [stage.filter] : [])),
  };
}

function streamLabels([service, resource]: readonly [string, Labels, ...unknown[]]): Labels {
  const named = Object.entries(resource).filter(([name, value]) => value !== "" && name !== "service.name");
  return {
    ...Object.fromEntries(named.map(([name, value]) => [labelName(name), value])),
    ...(service === "" ? {} : { service_name: service }),
  };
}

const levelLabel = (severity: string): Labels => (severity === "" ? {} : { detected_level: severity.toLowerCase() });

function recordLabels([, , severity, attributes = {}, traceId = "", spanId = ""]: LogLabels): Labels {
  const named = Object.entries(attributes).filter(([, value]) => value !== "");
  return {
    ...Object.fromEntries(named.map(([name, value]) => [labelName(name), value])),
    ...levelLabel(severity),
    ...(traceId === "" ? {} : { trace_id: traceId }),
    ...(spanId === "" ? {} : { span_id: spanId }),
  };
}
