import { decodeUtf8 } from "@weir/base";
import type { Sample } from "../prometheus/messages.ts";
import { type Series, type SeriesExemplar, type SeriesKind, seriesRows } from "../prometheus/rows.ts";
import { type Reading, Rejections } from "../received.ts";
import { type ExposedFamily, type ExposedSample, parseExposition } from "./exposition.ts";

/** One answer of a target, or that there was none. */
export interface Scrape {
  /** When it was asked. */
  readonly atUnixMs: number;
  readonly durationMs: number;
  /** What it showed; absent where it did not answer. */
  readonly body?: Uint8Array;
  readonly contentType?: string;
}

const KINDS: Readonly<Record<string, SeriesKind>> = { counter: "counter", gauge: "gauge" };
/** Endings of series that belong to a family of another name. */
const PART = /_(total|bucket|count|sum|created|info)$/;
/** Labels that the hub sets itself: what a target says under these names is kept as `exported_…`. */
const OWN_LABELS = ["job", "instance"];

/**
 * What one target shows, scrape after scrape, as Prometheus keeps it: series with `job` and `instance`, `up` and what the scrape took beside them. A series that is not shown any more gets a
 * point without a value (`Flags` 1), and so do all of them where the target does not answer.
 */
export class ScrapedTarget {
  readonly #labels: ReadonlyMap<string, string>;
  #shown = new Map<string, Series>();

  /** `labels` are on every series, `job` and `instance` among them. */
  constructor(labels: ReadonlyMap<string, string>) {
    this.#labels = labels;
  }

  /** One scrape as rows. Input never throws. */
  read(scrape: Scrape): Reading {
    const rejections = new Rejections();
    const exposition =
      scrape.body === undefined
        ? undefined
        : parseExposition(decodeUtf8(scrape.body), scrape.contentType === "application/openmetrics-text");
    for (const line of exposition?.broken ?? []) rejections.add("unreadable", `line "${line}"`);
    const series = (exposition?.samples ?? []).map((sample) =>
      this.#seriesOf(sample, exposition?.families ?? new Map(), scrape.atUnixMs),
    );
    const shown = new Map(series.map((each) => [keyOf(each.labels), each]));
    const gone = [...this.#shown].filter(([key]) => !shown.has(key)).map(([, each]) => ended(each, scrape.atUnixMs));
    this.#shown = shown;
    const own = this.#ownSeries(scrape, series.length);
    return {
      kind: "received",
      tables: seriesRows([...series, ...gone, ...own], rejections),
      rejections: rejections.list(),
    };
  }

  #seriesOf(sample: ExposedSample, families: ReadonlyMap<string, ExposedFamily>, atUnixMs: number): Series {
    const { name, value, atUnixMs: measuredAt = atUnixMs, exemplar } = sample;
    const family = families.get(name) ?? families.get(name.replace(PART, ""));
    const labels = new Map<string, string>([["__name__", name]]);
    for (const [label, text] of sample.labels)
      labels.set(OWN_LABELS.includes(label) ? `exported_${label}` : label, text);
    for (const [label, text] of this.#labels) labels.set(label, text);
    const exemplars = exemplar === undefined ? [] : [exemplarOf(exemplar, measuredAt)];
    return {
      ...{ labels, kind: KINDS[family?.type ?? ""] ?? "unknown", help: family?.help ?? "", unit: family?.unit ?? "" },
      ...{ samples: [{ value, timestamp: whole(measuredAt) }], histograms: [], exemplars },
    };
  }

  /** What Prometheus says of every scrape. */
  #ownSeries({ atUnixMs, durationMs, body }: Scrape, samples: number): Series[] {
    const values = {
      up: body === undefined ? 0 : 1,
      scrape_duration_seconds: durationMs / 1_000,
      scrape_samples_scraped: samples,
    };
    return Object.entries(values).map(([name, value]) => ({
      ...{ labels: new Map([["__name__", name], ...this.#labels]), kind: "gauge", help: "", unit: "" },
      ...{ samples: [{ value, timestamp: whole(atUnixMs) }], histograms: [], exemplars: [] },
    }));
  }
}

function ended(series: Series, atUnixMs: number): Series {
  const none: Sample = { value: undefined, timestamp: whole(atUnixMs) };
  return { ...series, samples: [none], exemplars: [] };
}

function exemplarOf(
  { labels, value, atUnixMs }: NonNullable<ExposedSample["exemplar"]>,
  measuredAt: number,
): SeriesExemplar {
  return { labels, value, timestampMs: whole(atUnixMs ?? measuredAt) };
}

function keyOf(labels: ReadonlyMap<string, string>): string {
  return JSON.stringify([...labels].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function whole(milliseconds: number): bigint {
  return BigInt(Math.round(milliseconds));
}
