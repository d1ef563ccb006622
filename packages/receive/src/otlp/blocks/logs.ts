import { toHex } from "@weir/base";
import { otelLogs } from "@weir/model";
import { type BlockWriter, momentOfHalves, type OtelWriters, writersOf } from "@weir/native";
import type { BrokenItems } from "../../message/broken-items.ts";
import type { WireCursor } from "../../message/cursor.ts";
import { Places } from "../../message/places.ts";
import type { Rejections } from "../../received.ts";
import { isId, isZero, writeId } from "./ids.ts";
import { RowCells } from "./row-cells.ts";
import { writeAttributes, writeValue } from "./values.ts";
import type { Origin } from "./walk.ts";

/** Wire: fields of LogRecord (opentelemetry/proto/logs/v1). */
const FIELD = {
  ...{ time: 0x09, severityNumber: 0x10, severityText: 0x1a, body: 0x2a, attribute: 0x32, flags: 0x45 },
  ...{ traceId: 0x4a, spanId: 0x52, observedTime: 0x59, eventName: 0x62 },
} as const;
const MOST_SEVERE = 24;
/** Of how many messages a record's attributes and its body are inside. */
const DEPTH = 4;

/** Columns that one field fills. */
const CELL = { severityNumber: 0, severityText: 1, body: 2, flags: 3, eventName: 4 } as const;

/** Reads log records into the columns of `otel_logs`: the same rows as `log-rows.ts` makes. */
export class LogReader {
  readonly #cursor: WireCursor;
  readonly #columns: OtelWriters<(typeof otelLogs)["columns"]>;
  readonly #row: RowCells;
  readonly #broken: BrokenItems;
  readonly #rejections: Rejections;
  readonly #attributes = new Places();
  readonly #traceId = { from: 0, to: 0 };
  readonly #spanId = { from: 0, to: 0 };
  readonly #time = { low: 0, high: 0 };
  readonly #observedTime = { low: 0, high: 0 };

  constructor(cursor: WireCursor, block: BlockWriter, broken: BrokenItems, rejections: Rejections) {
    this.#cursor = cursor;
    const columns = writersOf(otelLogs, block);
    this.#columns = columns;
    const { SeverityNumber, SeverityText, Body, TraceFlags, EventName } = columns;
    this.#row = new RowCells(cursor, block, [SeverityNumber, SeverityText, Body, TraceFlags, EventName]);
    this.#broken = broken;
    this.#rejections = rejections;
  }

  read(from: number, to: number, origin: Origin): void {
    this.#row.begin();
    try {
      this.#fields(from, to);
      writeAttributes(this.#cursor, this.#attributes, this.#columns.LogAttributes, this.#broken, DEPTH);
    } catch (error) {
      this.#row.rollback();
      throw error;
    }
    if (this.#isIdentified()) {
      this.#rest(origin);
      this.#row.end();
    } else this.#row.rollback();
  }

  #fields(from: number, to: number): void {
    const cursor = this.#cursor;
    this.#attributes.clear();
    this.#traceId.from = this.#traceId.to = this.#spanId.from = this.#spanId.to = 0;
    this.#time.low = this.#time.high = this.#observedTime.low = this.#observedTime.high = 0;
    for (cursor.enter(from, to); cursor.at < to; ) {
      const tag = cursor.tag();
      switch (tag) {
        case FIELD.time:
          cursor.fixed64(this.#time);
          break;
        case FIELD.observedTime:
          cursor.fixed64(this.#observedTime);
          break;
        case FIELD.severityNumber:
          this.#severity(cursor.low32());
          break;
        case FIELD.severityText:
          this.#row.text(CELL.severityText);
          break;
        case FIELD.body:
          this.#body(to);
          break;
        case FIELD.attribute:
          this.#attributes.add(cursor.counted(), cursor.at);
          break;
        case FIELD.flags:
          this.#row.cellOf(CELL.flags).byte(cursor.fixed32() & 0xff);
          break;
        case FIELD.traceId:
          cursor.countedInto(this.#traceId);
          break;
        case FIELD.spanId:
          cursor.countedInto(this.#spanId);
          break;
        case FIELD.eventName:
          this.#row.text(CELL.eventName);
          break;
        default:
          cursor.skip(tag);
      }
    }
  }

  #severity(value: number): void {
    this.#row.cellOf(CELL.severityNumber).byte(value >= 0 && value <= MOST_SEVERE ? value : 0);
  }

  /** The cursor goes on behind it, in the record that ends at `end`. */
  #body(end: number): void {
    const cursor = this.#cursor;
    const from = cursor.counted();
    const { at } = cursor;
    this.#broken.budget.spend();
    writeValue(cursor, from, at, this.#row.cellOf(CELL.body), this.#broken, DEPTH);
    cursor.enter(at, end);
  }

  /** A log record needs no trace; where it names one, the name must be one. */
  #isIdentified(): boolean {
    const { bytes } = this.#cursor;
    const [trace, span] = [this.#traceId, this.#spanId];
    if (!isZero(bytes, trace.from, trace.to) && !isId(bytes, trace.from, trace.to, 16)) {
      const id = toHex(bytes.subarray(trace.from, trace.to));
      this.#rejections.add("invalidTraceId", `a log record has the trace id "${id}"`);
      return false;
    }
    if (!isZero(bytes, span.from, span.to) && !isId(bytes, span.from, span.to, 8)) {
      const id = toHex(bytes.subarray(span.from, span.to));
      this.#rejections.add("invalidSpanId", `a log record has the span id "${id}"`);
      return false;
    }
    return true;
  }

  /** The cells that need more than one field, and those of the origin. */
  #rest({ resource, resourceSchema, scope, scopeSchema }: Origin): void {
    const { bytes } = this.#cursor;
    const columns = this.#columns;
    const [trace, span] = [this.#traceId, this.#spanId];
    const time = this.#time.low === 0 && this.#time.high === 0 ? this.#observedTime : this.#time;
    momentOfHalves(columns.Timestamp.cells, time.low, time.high);
    writeId(columns.TraceId.cells, bytes, trace.from, trace.to);
    writeId(columns.SpanId.cells, bytes, span.from, span.to);
    columns.ServiceName.cells.raw(resource.service);
    columns.ResourceSchemaUrl.cells.raw(resourceSchema);
    columns.ResourceAttributes.repeat(resource.attributes);
    columns.ScopeSchemaUrl.cells.raw(scopeSchema);
    columns.ScopeName.cells.raw(scope.name);
    columns.ScopeVersion.cells.raw(scope.version);
    columns.ScopeAttributes.repeat(scope.attributes);
  }
}
