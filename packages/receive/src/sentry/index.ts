import { decodeUtf8, type UnixNs } from "@weir/base";
import { type OtelLogRow, type OtelSpanRow, otelLogs, otelTraces } from "@weir/model";
import { parseJson } from "../message/json.ts";
import { reading } from "../message/read-request.ts";
import { BrokenMessage } from "../message/reader.ts";
import type { Reading, Received, Rejections } from "../received.ts";
import { type EnvelopeItem, parseEnvelope } from "./envelope.ts";
import { eventRow, logItemRow } from "./event-log.ts";
import { type JsonObject, listOf, objectOf, textOf } from "./json-values.ts";
import { streamedSpanRow, transactionRows } from "./transaction-spans.ts";

/** An envelope or an event, read. */
export interface SentryReading {
  readonly reading: Reading;
  /** What the sender is answered; empty where it named no event. */
  readonly eventId: string;
}

/** Reads `POST /api/PROJECT/envelope/`: events and logs as rows of `otel_logs`, transactions as rows of `otel_traces`. Input never throws. */
export function readSentryEnvelope(body: Uint8Array, project: string, receivedAt: UnixNs): SentryReading {
  let eventId = "";
  const read = reading((_, rejections) => {
    const envelope = parseEnvelope(body);
    eventId = envelope.eventId;
    const rows = new SentryRows(project, receivedAt, rejections);
    for (const item of envelope.items) rows.addItem(item);
    return rows.tables;
  });
  return { reading: read, eventId };
}

/** Reads `POST /api/PROJECT/store/`, which older SDKs send one event to. Input never throws. */
export function readSentryEvent(body: Uint8Array, project: string, receivedAt: UnixNs): SentryReading {
  let eventId = "";
  const read = reading((_, rejections) => {
    const event = objectOf(parseJson(decodeUtf8(body)));
    if (Object.keys(event).length === 0) throw new BrokenMessage("an event without anything");
    eventId = textOf(event["event_id"]);
    const rows = new SentryRows(project, receivedAt, rejections);
    rows.add(event["type"] === "transaction" ? "transaction" : "event", event);
    return rows.tables;
  });
  return { reading: read, eventId };
}

class SentryRows {
  readonly #logs: OtelLogRow[] = [];
  readonly #spans: OtelSpanRow[] = [];
  readonly #project: string;
  readonly #receivedAt: UnixNs;
  readonly #rejections: Rejections;

  constructor(project: string, receivedAt: UnixNs, rejections: Rejections) {
    this.#project = project;
    this.#receivedAt = receivedAt;
    this.#rejections = rejections;
  }

  get tables(): Received["tables"] {
    return [
      { table: otelLogs, rows: this.#logs },
      { table: otelTraces, rows: this.#spans },
    ].filter(({ rows }) => rows.length > 0);
  }

  /** One item; a broken one is counted alone. */
  addItem({ type, payload }: EnvelopeItem): void {
    if (!["event", "transaction", "span", "log"].includes(type)) {
      this.#rejections.add("unsupportedItem", `an item of type "${type.slice(0, 40)}"`);
      return;
    }
    try {
      this.add(type, objectOf(parseJson(decodeUtf8(payload))));
    } catch (error) {
      if (!(error instanceof BrokenMessage)) throw error;
      this.#rejections.add("unreadable", `${type}: ${error.message}`);
    }
  }

  /** An event, a transaction, or a list of spans or logs. */
  add(type: string, value: JsonObject): void {
    if (type === "event") this.#logs.push(eventRow(value, this.#project, this.#receivedAt));
    else if (type === "transaction") this.#spans.push(...transactionRows(value, this.#project, this.#rejections));
    else if (type === "span") this.#addSpans(value);
    else {
      for (const log of listOf(value["items"]))
        this.#logs.push(logItemRow(objectOf(log), this.#project, this.#receivedAt));
    }
  }

  #addSpans(value: JsonObject): void {
    for (const span of listOf(value["items"])) {
      const row = streamedSpanRow(objectOf(span), this.#project, this.#rejections);
      if (row !== undefined) this.#spans.push(row);
    }
  }
}
