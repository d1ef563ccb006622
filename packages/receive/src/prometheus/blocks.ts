import { decodeUtf8 } from "@weir/base";
import { type IngestTable, otelGauges, otelSums } from "@weir/model";
import {
  type BlockWriter,
  type ByteWriter,
  type OtelWriters,
  type PairsColumn,
  secondOfMs,
  writersOf,
} from "@weir/native";
import type { EncodedReading, EncodedTables } from "../encoded/encoded-reading.ts";
import type { BrokenItems } from "../message/broken-items.ts";
import { type Halves, type Place, WireCursor } from "../message/cursor.ts";
import { Places } from "../message/places.ts";
import { fromProtobuf } from "../message/protobuf.ts";
import { encodedReading } from "../message/read-request.ts";
import { BrokenMessage } from "../message/reader.ts";
import type { Rejections } from "../received.ts";
import { timeSeries } from "./messages.ts";
import { CUMULATIVE, growsByName, labelled, NO_RECORDED_VALUE, seriesRows } from "./rows.ts";
import { SeriesPlaces } from "./series-places.ts";

/**
 * Requests of remote-write 1 from their bytes into columns, with no object for a sample between: what servers with much to say send. `rows.ts` says what the columns mean, reads the
 * series that have more to them (native histograms, labels that come twice), and is what this is tested against.
 */

/** Wire: the series of a request. */
const TIMESERIES = 0x0a;
/** Of how many messages a series is inside. */
const DEPTH = 1;
/** model/value/value.go: StaleNaN, by its halves. */
const STALE = { low: 2, high: 0x7ff0_0000 } as const;
/** Longest ending of a name that says what a series counts. */
const MAX_ENDING = "_bucket".length;

type Points = OtelWriters<(typeof otelGauges)["columns"]>;

/** Reads a request of version 1, its compression undone. Input never throws. */
export function readSampleBlocks(body: Uint8Array): EncodedReading {
  return encodedReading((tables, broken, rejections) => {
    const cursor = new WireCursor(body);
    const reader = new SeriesReader(cursor, tables, broken, rejections);
    const list = new Places();
    broken.budget.spend();
    while (cursor.at < cursor.end) {
      const tag = cursor.tag();
      if (tag === TIMESERIES) list.add(cursor.counted(), cursor.at);
      else cursor.skip(tag);
    }
    for (let index = 0; index < list.count; index += 1) reader.read(list.from(index), list.to(index));
  });
}

class SeriesReader {
  readonly #cursor: WireCursor;
  readonly #tables: EncodedTables;
  readonly #broken: BrokenItems;
  readonly #rejections: Rejections;
  readonly #series: SeriesPlaces;
  readonly #gauges: BlockWriter;
  readonly #gaugeColumns: Points;
  readonly #sums: BlockWriter;
  readonly #sumColumns: OtelWriters<(typeof otelSums)["columns"]>;

  constructor(cursor: WireCursor, tables: EncodedTables, broken: BrokenItems, rejections: Rejections) {
    this.#cursor = cursor;
    this.#tables = tables;
    this.#broken = broken;
    this.#rejections = rejections;
    this.#series = new SeriesPlaces(cursor);
    this.#gauges = tables.writer(otelGauges);
    this.#gaugeColumns = writersOf(otelGauges, this.#gauges);
    this.#sums = tables.writer(otelSums);
    this.#sumColumns = writersOf(otelSums, this.#sums);
  }

  /** A broken series is left out and counted. */
  read(from: number, to: number): void {
    this.#broken.budget.spend();
    try {
      if (this.#series.look(from, to)) this.#plain();
      else this.#byRows(from, to);
    } catch (error) {
      if (!(error instanceof BrokenMessage)) throw error;
      this.#broken.add(timeSeries.name, error);
    }
  }

  #byRows(from: number, to: number): void {
    const series = fromProtobuf(timeSeries, this.#cursor.bytes.subarray(from, to), this.#broken, DEPTH);
    for (const { table, rows } of seriesRows([labelled(series)], this.#rejections)) {
      const writer = this.#tables.writer(table as IngestTable);
      for (const row of rows) writer.addRow(row);
    }
  }

  #plain(): void {
    const { samples, name, messages } = this.#series;
    this.#broken.budget.spend(messages);
    const ending = decodeUtf8(this.#cursor.bytes.subarray(Math.max(name.from, name.to - MAX_ENDING), name.to));
    const grows = growsByName(ending);
    for (let index = 0; index < samples.unixMs.length; index += 1) {
      this.#point(grows ? this.#sumColumns : this.#gaugeColumns, index);
      if (grows) {
        this.#sumColumns.AggregationTemporality.cells.uint32(CUMULATIVE);
        this.#sumColumns.IsMonotonic.cells.byte(1);
        this.#sums.endRow();
      } else this.#gauges.endRow();
    }
  }

  #point(columns: Points, index: number): void {
    const { name, job, samples } = this.#series;
    const { bytes } = this.#cursor;
    this.#resource(columns.ResourceAttributes);
    for (const empty of NO_TEXT_COLUMNS) columns[empty].cells.byte(0);
    columns.ScopeAttributes.end(0);
    columns.ScopeDroppedAttrCount.cells.uint32(0);
    writeText(columns.ServiceName.cells, bytes, job);
    columns.MetricName.cells.utf8(bytes, name.from, name.to);
    this.#attributes(columns.Attributes);
    columns.StartTimeUnix.cells.halves(0, 0);
    secondOfMs(columns.TimeUnix.cells, samples.unixMs[index] as number);
    writeSample(columns, samples.values[index] as Halves);
    for (const empty of NO_EXEMPLARS) columns[empty].end(0);
  }

  #resource(column: PairsColumn): void {
    const { job, instance } = this.#series;
    const { bytes } = this.#cursor;
    let count = 0;
    for (const [place, attribute] of [
      [job, "service.name"],
      [instance, "service.instance.id"],
    ] as const) {
      if (place.to <= place.from) continue;
      column.names.text(attribute);
      column.values.utf8(bytes, place.from, place.to);
      count += 1;
    }
    column.end(count);
  }

  #attributes(column: PairsColumn): void {
    const { names, values } = this.#series;
    const { bytes } = this.#cursor;
    for (let index = 0; index < names.count; index += 1) {
      column.names.utf8(bytes, names.from(index), names.to(index));
      column.values.utf8(bytes, values.from(index), values.to(index));
    }
    column.end(names.count);
  }
}

/** Columns that remote-write has nothing for. */
const NO_TEXT_COLUMNS = [
  "ResourceSchemaUrl",
  "ScopeName",
  "ScopeVersion",
  "ScopeSchemaUrl",
  "MetricDescription",
  "MetricUnit",
] as const;
const NO_EXEMPLARS = [
  "Exemplars.FilteredAttributes",
  "Exemplars.TimeUnix",
  "Exemplars.Value",
  "Exemplars.SpanId",
  "Exemplars.TraceId",
] as const;

function writeText(cells: ByteWriter, bytes: Uint8Array, { from, to }: Place): void {
  if (to <= from) cells.byte(0);
  else cells.utf8(bytes, from, to);
}

/** A value, or that the series ended. */
function writeSample({ Value, Flags }: Points, { low, high }: Halves): void {
  const isStale = low === STALE.low && high === STALE.high;
  Value.cells.halves(isStale ? 0 : low, isStale ? 0 : high);
  Flags.cells.uint32(isStale ? NO_RECORDED_VALUE : 0);
}
