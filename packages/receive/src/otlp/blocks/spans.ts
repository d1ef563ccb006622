import { decodeUtf8, toHex } from "@weir/base";
import { otelTraces } from "@weir/model";
import { type BlockWriter, ByteWriter, momentOfHalves, type OtelWriters, writersOf } from "@weir/native";
import type { BrokenItems } from "../../message/broken-items.ts";
import type { Place, WireCursor } from "../../message/cursor.ts";
import { Places } from "../../message/places.ts";
import type { Rejections } from "../../received.ts";
import { SPAN_KINDS, SPAN_STATUSES } from "../span-rows.ts";
import { EventReader } from "./events.ts";
import { isId, writeId } from "./ids.ts";
import { writeAttributes } from "./values.ts";
import type { Origin } from "./walk.ts";

/** Wire: fields of Span and of its Status (opentelemetry/proto/trace/v1). */
const FIELD = {
  ...{ traceId: 0x0a, spanId: 0x12, traceState: 0x1a, parentSpanId: 0x22, name: 0x2a, kind: 0x30, start: 0x39 },
  ...{ end: 0x41, attribute: 0x4a, event: 0x5a, link: 0x6a, status: 0x7a },
} as const;
const STATUS_MESSAGE = 0x12;
const STATUS_CODE = 0x18;
/** Of how many messages a span's attributes are inside. */
const DEPTH = 4;
const TWO_32 = 2 ** 32;
const TRACE_ID_BYTES = 16;
const SPAN_ID_BYTES = 8;

const asCell = (text: string) => {
  const cell = new ByteWriter();
  cell.text(text);
  return cell.bytes();
};
const KINDS = SPAN_KINDS.map(asCell);
const STATUSES = SPAN_STATUSES.map(asCell);
const UNSPECIFIED = asCell("Unspecified");
const UNSET = asCell("Unset");

/** Reads spans into the columns of `otel_traces`: the same rows as `span-rows.ts` makes. */
export class SpanReader {
  readonly #cursor: WireCursor;
  readonly #columns: OtelWriters<(typeof otelTraces)["columns"]>;
  readonly #block: BlockWriter;
  readonly #broken: BrokenItems;
  readonly #rejections: Rejections;
  readonly #events: EventReader;
  readonly #attributes = new Places();
  readonly #traceId = { from: 0, to: 0 };
  readonly #spanId = { from: 0, to: 0 };
  readonly #parentSpanId = { from: 0, to: 0 };
  readonly #traceState = { from: 0, to: 0 };
  readonly #name = { from: 0, to: 0 };
  readonly #message = { from: 0, to: 0 };
  readonly #places: readonly Place[] = [
    ...[this.#traceId, this.#spanId, this.#parentSpanId, this.#traceState, this.#name, this.#message],
  ];
  readonly #start = { low: 0, high: 0 };
  readonly #end = { low: 0, high: 0 };
  #kind = 0;
  #status = 0;

  constructor(cursor: WireCursor, block: BlockWriter, broken: BrokenItems, rejections: Rejections) {
    this.#cursor = cursor;
    const columns = writersOf(otelTraces, block);
    this.#columns = columns;
    this.#block = block;
    this.#events = new EventReader(cursor, columns, broken);
    this.#broken = broken;
    this.#rejections = rejections;
  }

  read(from: number, to: number, origin: Origin): void {
    this.#block.mark();
    try {
      this.#fields(from, to);
      writeAttributes(this.#cursor, this.#attributes, this.#columns.SpanAttributes, this.#broken, DEPTH);
      this.#events.write();
    } catch (error) {
      this.#block.rollback();
      throw error;
    }
    if (this.#isIdentified()) {
      this.#rest(origin);
      this.#block.endRow();
    } else this.#block.rollback();
  }

  #fields(from: number, to: number): void {
    const cursor = this.#cursor;
    this.#clear();
    for (cursor.enter(from, to); cursor.at < to; ) {
      const tag = cursor.tag();
      switch (tag) {
        case FIELD.traceId:
          cursor.countedInto(this.#traceId);
          break;
        case FIELD.spanId:
          cursor.countedInto(this.#spanId);
          break;
        case FIELD.traceState:
          cursor.countedInto(this.#traceState);
          break;
        case FIELD.parentSpanId:
          cursor.countedInto(this.#parentSpanId);
          break;
        case FIELD.name:
          cursor.countedInto(this.#name);
          break;
        case FIELD.kind:
          this.#kind = cursor.low32();
          break;
        case FIELD.start:
          cursor.fixed64(this.#start);
          break;
        case FIELD.end:
          cursor.fixed64(this.#end);
          break;
        case FIELD.attribute:
          this.#attributes.add(cursor.counted(), cursor.at);
          break;
        case FIELD.event:
          this.#events.events.add(cursor.counted(), cursor.at);
          break;
        case FIELD.link:
          this.#events.links.add(cursor.counted(), cursor.at);
          break;
        case FIELD.status:
          this.#readStatus(to);
          break;
        default:
          cursor.skip(tag);
      }
    }
  }

  #clear(): void {
    for (const place of this.#places) place.from = place.to = 0;
    this.#start.low = this.#start.high = this.#end.low = this.#end.high = 0;
    this.#kind = this.#status = 0;
    this.#attributes.clear();
    this.#events.clear();
  }

  /** The cursor goes on behind it, in the span that ends at `end`. */
  #readStatus(end: number): void {
    const cursor = this.#cursor;
    const from = cursor.counted();
    const to = cursor.at;
    this.#broken.budget.spend();
    this.#status = this.#message.from = this.#message.to = 0;
    for (cursor.enter(from, to); cursor.at < to; ) {
      const tag = cursor.tag();
      if (tag === STATUS_MESSAGE) cursor.countedInto(this.#message);
      else if (tag === STATUS_CODE) this.#status = cursor.low32();
      else cursor.skip(tag);
    }
    cursor.enter(to, end);
  }

  /** Whether it has an identity; one without is counted. */
  #isIdentified(): boolean {
    const { bytes } = this.#cursor;
    const [trace, span] = [this.#traceId, this.#spanId];
    const hasTraceId = isId(bytes, trace.from, trace.to, TRACE_ID_BYTES);
    if (hasTraceId && isId(bytes, span.from, span.to, SPAN_ID_BYTES)) return true;
    const hex = ({ from, to }: Place) => toHex(bytes.subarray(from, to));
    const name = decodeUtf8(bytes.subarray(this.#name.from, this.#name.to));
    if (hasTraceId) this.#rejections.add("invalidSpanId", `span "${name}" has the span id "${hex(span)}"`);
    else this.#rejections.add("invalidTraceId", `span "${name}" has the trace id "${hex(trace)}"`);
    return false;
  }

  #rest({ resource, scope }: Origin): void {
    const { bytes } = this.#cursor;
    const columns = this.#columns;
    const text = (cells: ByteWriter, { from, to }: Place) => cells.utf8(bytes, from, to);
    const id = (cells: ByteWriter, { from, to }: Place) => writeId(cells, bytes, from, to);
    momentOfHalves(columns.Timestamp.cells, this.#start.low, this.#start.high);
    id(columns.TraceId.cells, this.#traceId);
    id(columns.SpanId.cells, this.#spanId);
    id(columns.ParentSpanId.cells, this.#parentSpanId);
    text(columns.TraceState.cells, this.#traceState);
    text(columns.SpanName.cells, this.#name);
    columns.SpanKind.cells.raw(KINDS[this.#kind] ?? UNSPECIFIED);
    columns.ServiceName.cells.raw(resource.service);
    columns.ResourceAttributes.repeat(resource.attributes);
    columns.ScopeName.cells.raw(scope.name);
    columns.ScopeVersion.cells.raw(scope.version);
    this.#duration(columns.Duration.cells);
    columns.StatusCode.cells.raw(STATUSES[this.#status] ?? UNSET);
    text(columns.StatusMessage.cells, this.#message);
  }

  /** A span that ends before it begins has no length; see `span-rows.ts`. */
  #duration(cells: ByteWriter): void {
    const [start, end] = [this.#start, this.#end];
    const high = end.high - start.high;
    const low = end.low - start.low;
    if (high < 0 || (high === 0 && low < 0)) cells.halves(0, 0);
    else if (low < 0) cells.halves(low + TWO_32, high - 1);
    else cells.halves(low, high);
  }
}
