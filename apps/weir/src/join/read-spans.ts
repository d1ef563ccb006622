import type { Span } from "@weir/analysis";
import type { OtelSpanRow } from "@weir/model";
import { readOtlp } from "@weir/receive";
import { spanKind, spanStatus } from "./span-words.ts";
import { noSpansFile, spansFileLines } from "./spans-file.ts";

/** Spans of files, as far as they were read. */
export interface ReadSpans {
  readonly spans: readonly Span[];
  /** Spans that could not be read, or have no ids. */
  readonly rejected: number;
  readonly isCut: boolean;
}

/** Spans that are held at most. */
const MAX_SPANS = 500_000;

/** Reads files of spans; a span that stands in them twice is one. Throws FILE_UNREADABLE for what holds none. */
export async function readSpansFiles(paths: readonly string[]): Promise<ReadSpans> {
  const spans = new Map<string, Span>();
  let rejected = 0;
  for (const path of paths) {
    for await (const line of spansFileLines(path)) {
      const reading = readOtlp("traces", "json", line);
      if (reading.kind === "malformed") throw noSpansFile(path, reading.reason);
      for (const { items } of reading.rejections) rejected += items;
      for (const { rows } of reading.tables)
        for (const row of rows as readonly OtelSpanRow[]) {
          if (spans.size >= MAX_SPANS) return { spans: [...spans.values()], rejected, isCut: true };
          spans.set(`${row.TraceId} ${row.SpanId} ${row.Timestamp}`, spanOfRow(row));
        }
    }
  }
  return { spans: [...spans.values()], rejected, isCut: false };
}

function spanOfRow(row: OtelSpanRow): Span {
  return {
    traceId: row.TraceId,
    spanId: row.SpanId,
    parentSpanId: row.ParentSpanId,
    name: row.SpanName,
    kind: spanKind(row.SpanKind),
    serviceName: row.ServiceName,
    startedAt: row.Timestamp,
    durationNs: Number(row.Duration),
    status: spanStatus(row.StatusCode),
    statusMessage: row.StatusMessage,
    attributes: row.SpanAttributes,
  };
}
