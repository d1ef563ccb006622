import { otelLogs, otelTraces } from "@weir/model";
import type { EncodedReading } from "../../encoded/encoded-reading.ts";
import { WireCursor } from "../../message/cursor.ts";
import { encodedReading } from "../../message/read-request.ts";
import { LogReader } from "./logs.ts";
import { SpanReader } from "./spans.ts";
import { walkItems } from "./walk.ts";

/**
 * Export requests in Protocol Buffers from their bytes into columns, with no object for a span or a log record between: what senders with much to say send. `span-rows.ts` and
 * `log-rows.ts` say what the columns mean, and are what this is tested against.
 */

const SPAN_NAMES = { ofResource: "ResourceSpans", ofScope: "ScopeSpans", item: "Span" };
const LOG_NAMES = { ofResource: "ResourceLogs", ofScope: "ScopeLogs", item: "LogRecord" };

/** Reads an export request of spans. Input never throws. */
export function readSpanBlocks(body: Uint8Array): EncodedReading {
  return encodedReading((tables, broken, rejections) => {
    const cursor = new WireCursor(body);
    const reader = new SpanReader(cursor, tables.writer(otelTraces), broken, rejections);
    walkItems(cursor, SPAN_NAMES, broken, (from, to, origin) => reader.read(from, to, origin));
  });
}

/** Reads an export request of log records. Input never throws. */
export function readLogBlocks(body: Uint8Array): EncodedReading {
  return encodedReading((tables, broken, rejections) => {
    const cursor = new WireCursor(body);
    const reader = new LogReader(cursor, tables.writer(otelLogs), broken, rejections);
    walkItems(cursor, LOG_NAMES, broken, (from, to, origin) => reader.read(from, to, origin));
  });
}
