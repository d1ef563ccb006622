import type { otelTraces } from "@weir/model";
import { momentOfHalves, type OtelWriters } from "@weir/native";
import type { BrokenItems } from "../../message/broken-items.ts";
import type { WireCursor } from "../../message/cursor.ts";
import { Places } from "../../message/places.ts";
import { writeAttributes } from "./values.ts";

/** Wire: fields of Span.Event and of Span.Link (opentelemetry/proto/trace/v1). */
const EVENT = { time: 0x09, name: 0x12, attribute: 0x1a } as const;
const LINK = { traceId: 0x0a, spanId: 0x12, traceState: 0x1a, attribute: 0x22 } as const;
/** Of how many messages their attributes are inside. */
const DEPTH = 5;

/** Reads the events and the links of spans into lists, column by column. */
export class EventReader {
  readonly events = new Places();
  readonly links = new Places();
  readonly #cursor: WireCursor;
  readonly #columns: OtelWriters<(typeof otelTraces)["columns"]>;
  readonly #broken: BrokenItems;
  readonly #attributes = new Places();
  readonly #time = { low: 0, high: 0 };
  readonly #first = { from: 0, to: 0 };
  readonly #second = { from: 0, to: 0 };
  readonly #third = { from: 0, to: 0 };

  constructor(cursor: WireCursor, columns: OtelWriters<(typeof otelTraces)["columns"]>, broken: BrokenItems) {
    this.#cursor = cursor;
    this.#columns = columns;
    this.#broken = broken;
  }

  clear(): void {
    this.events.clear();
    this.links.clear();
  }

  /** Writes the cells of one span. */
  write(): void {
    const { events, links } = this;
    const columns = this.#columns;
    for (let index = 0; index < events.count; index += 1) this.#event(events.from(index), events.to(index));
    for (const name of ["Events.Timestamp", "Events.Name", "Events.Attributes"] as const)
      columns[name].end(events.count);
    for (let index = 0; index < links.count; index += 1) this.#link(links.from(index), links.to(index));
    for (const name of ["Links.TraceId", "Links.SpanId", "Links.TraceState", "Links.Attributes"] as const)
      columns[name].end(links.count);
  }

  #begin(from: number, to: number): void {
    this.#broken.budget.spend();
    this.#attributes.clear();
    this.#time.low = this.#time.high = 0;
    for (const place of [this.#first, this.#second, this.#third]) place.from = place.to = 0;
    this.#cursor.enter(from, to);
  }

  #event(from: number, to: number): void {
    const cursor = this.#cursor;
    const columns = this.#columns;
    const [time, name] = [this.#time, this.#first];
    this.#begin(from, to);
    while (cursor.at < to) {
      const tag = cursor.tag();
      if (tag === EVENT.time) cursor.fixed64(time);
      else if (tag === EVENT.name) cursor.countedInto(name);
      else if (tag === EVENT.attribute) this.#attributes.add(cursor.counted(), cursor.at);
      else cursor.skip(tag);
    }
    momentOfHalves(columns["Events.Timestamp"].items.cells, time.low, time.high);
    columns["Events.Name"].items.cells.utf8(cursor.bytes, name.from, name.to);
    writeAttributes(cursor, this.#attributes, columns["Events.Attributes"].items, this.#broken, DEPTH);
  }

  #link(from: number, to: number): void {
    const cursor = this.#cursor;
    const { bytes } = cursor;
    const columns = this.#columns;
    const [trace, span, state] = [this.#first, this.#second, this.#third];
    this.#begin(from, to);
    while (cursor.at < to) {
      const tag = cursor.tag();
      if (tag === LINK.traceId) cursor.countedInto(trace);
      else if (tag === LINK.spanId) cursor.countedInto(span);
      else if (tag === LINK.traceState) cursor.countedInto(state);
      else if (tag === LINK.attribute) this.#attributes.add(cursor.counted(), cursor.at);
      else cursor.skip(tag);
    }
    columns["Links.TraceId"].items.cells.hex(bytes, trace.from, trace.to);
    columns["Links.SpanId"].items.cells.hex(bytes, span.from, span.to);
    columns["Links.TraceState"].items.cells.utf8(bytes, state.from, state.to);
    writeAttributes(cursor, this.#attributes, columns["Links.Attributes"].items, this.#broken, DEPTH);
  }
}
