import { decodeUtf8 } from "@weir/base";
import type { Sample } from "../prometheus/messages.ts";
import { type Series, type SeriesExemplar, type SeriesKind, seriesRows } from "../prometheus/rows.ts";
import { type Reading, Rejections } from "../received.ts";
import { type ExposedFamily, type ExposedSample, parseExposition } from "./exposition.ts";

/** One answer of a target, or that there was none. */
export interface Scrape {
  /** On every series: `job`, `instance` and what else is said of the target. */
  readonly labels: readonly Label[];
  /** When it was asked. */
  readonly atUnixMs: number;
  readonly durationMs: number;
  /** Whether it answered; what it showed is the body. */
  readonly isUp: boolean;
  readonly contentType: string;
  /** What {@link readScrape} said of the scrape before; empty at the first. */
  readonly shownBefore: string;
}

type Label = readonly [name: string, value: string];
/** A series as it is remembered from one scrape to the next: its labels in their order, and what was said of it. */
type ShownSeries = readonly [labels: readonly Label[], kind: SeriesKind, help: string, unit: string];

const KINDS: Readonly<Record<string, SeriesKind>> = { counter: "counter", gauge: "gauge" };
/** Endings of series that belong to a family of another name. */
const PART = /_(total|bucket|count|sum|created|info)$/;
/** Labels that the hub sets itself: what a target says under these names is kept as `exported_…`. */
const OWN_LABELS = ["job", "instance"];

/**
 * One scrape of a target as rows, as Prometheus keeps it: series with `job` and `instance`, `up` and what the scrape took beside them. A series that was shown in the scrape before and is not any more
 * gets a point without a value (`Flags` 1), and so do all of them where the target does not answer. `shown` is for the next scrape: a text, so that it goes from thread to thread at once. Input never throws.
 */
export function readScrape(body: Uint8Array, scrape: Scrape): { readonly reading: Reading; readonly shown: string } {
  const rejections = new Rejections();
  const exposition = parseExposition(
    scrape.isUp ? decodeUtf8(body) : "",
    scrape.contentType === "application/openmetrics-text",
  );
  for (const line of exposition.broken) rejections.add("unreadable", `line "${line}"`);
  const series = exposition.samples.map((sample) => seriesOf(sample, exposition.families, scrape));
  const shown = new Map(series.map((each) => [keyOf(each.labels), each]));
  const before = scrape.shownBefore === "" ? [] : (JSON.parse(scrape.shownBefore) as ShownSeries[]);
  const gone = before.filter(([labels]) => !shown.has(keyOf(labels))).map((each) => endedSeries(each, scrape.atUnixMs));
  const tables = seriesRows([...series, ...gone, ...ownSeries(scrape, series.length)], rejections);
  return {
    reading: { kind: "received", tables, rejections: rejections.list() },
    shown: JSON.stringify([...shown.values()].map(rememberedSeries)),
  };
}

function seriesOf(
  sample: ExposedSample,
  families: ReadonlyMap<string, ExposedFamily>,
  { atUnixMs, labels: ofTarget }: Scrape,
): Series {
  const { name, value, atUnixMs: measuredAt = atUnixMs, exemplar } = sample;
  const family = families.get(name) ?? families.get(name.replace(PART, ""));
  const labels = new Map<string, string>([["__name__", name]]);
  for (const [label, text] of sample.labels) labels.set(OWN_LABELS.includes(label) ? `exported_${label}` : label, text);
  for (const [label, text] of ofTarget) labels.set(label, text);
  const exemplars = exemplar === undefined ? [] : [exemplarOf(exemplar, measuredAt)];
  return {
    ...{ labels, kind: KINDS[family?.type ?? ""] ?? "unknown", help: family?.help ?? "", unit: family?.unit ?? "" },
    ...{ samples: [{ value, timestamp: whole(measuredAt) }], histograms: [], exemplars },
  };
}

/** What Prometheus says of every scrape. */
function ownSeries({ labels, atUnixMs, durationMs, isUp }: Scrape, samples: number): Series[] {
  const values = {
    up: isUp ? 1 : 0,
    scrape_duration_seconds: durationMs / 1_000,
    scrape_samples_scraped: samples,
  };
  return Object.entries(values).map(([name, value]) => ({
    ...{ labels: new Map([["__name__", name], ...labels]), kind: "gauge", help: "", unit: "" },
    ...{ samples: [{ value, timestamp: whole(atUnixMs) }], histograms: [], exemplars: [] },
  }));
}

function rememberedSeries({ labels, kind, help, unit }: Series): ShownSeries {
  return [[...labels], kind, help, unit];
}

function endedSeries([labels, kind, help, unit]: ShownSeries, atUnixMs: number): Series {
  const none: Sample = { value: undefined, timestamp: whole(atUnixMs) };
  return { labels: new Map(labels), kind, help, unit, samples: [none], histograms: [], exemplars: [] };
}

function exemplarOf(
  { labels, value, atUnixMs }: NonNullable<ExposedSample["exemplar"]>,
  measuredAt: number,
): SeriesExemplar {
  return { labels, value, timestampMs: whole(atUnixMs ?? measuredAt) };
}

function keyOf(labels: Iterable<Label>): string {
  return JSON.stringify([...labels].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function whole(milliseconds: number): bigint {
  return BigInt(Math.round(milliseconds));
}
