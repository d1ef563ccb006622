import { decodeUtf8 } from "@weir/base";
import { type OtelLogRow, otelLogs } from "@weir/model";
import { logRow } from "../logs/log-row.ts";
import type { BrokenItems } from "../message/broken-items.ts";
import { fromJson, parseJson } from "../message/json.ts";
import type { Decoded } from "../message/message.ts";
import { reading, readRequest } from "../message/read-request.ts";
import { BrokenMessage } from "../message/reader.ts";
import type { Reading } from "../received.ts";
import { isSpanId, isTraceId } from "../spans/identified.ts";
import { severityNumberOf } from "../spans/severity.ts";
import { parseLabels } from "./labels.ts";
import { jsonEntry, jsonPush, type LokiEntry, pushRequest } from "./messages.ts";

type Texts = Readonly<Record<string, string>>;

/** Labels that name the service, the first that is there. */
const SERVICE_LABELS = ["service_name", "service", "app", "application", "job", "container"];
const LEVEL_LABELS = ["level", "detected_level", "severity"];

/** Reads a request to Loki's `/loki/api/v1/push` as rows of `otel_logs`. Input never throws. */
export function readLoki(encoding: "json" | "protobuf", body: Uint8Array): Reading {
  if (encoding === "protobuf") {
    return readRequest(pushRequest, "protobuf", body, ({ streams }) => [
      {
        table: otelLogs,
        rows: streams.flatMap(({ labels, entries }) => rowsOf(parseLabels(labels), entries.map(entryOf))),
      },
    ]);
  }
  return reading((broken) => {
    const { streams } = fromJson(jsonPush, parseJson(decodeUtf8(body)), broken);
    return [
      { table: otelLogs, rows: streams.flatMap(({ stream, values }) => rowsOf(stream, readable(values, broken))) },
    ];
  });
}

/** The entries that can be read; the others are counted. */
function readable(values: readonly unknown[], broken: BrokenItems): LokiEntry[] {
  return values.flatMap((value) => {
    try {
      return [jsonEntry(value)];
    } catch (error) {
      if (!(error instanceof BrokenMessage)) throw error;
      broken.add("entry", error);
      return [];
    }
  });
}

function entryOf({
  timestamp,
  line,
  structuredMetadata,
}: Decoded<typeof pushRequest>["streams"][number]["entries"][number]): LokiEntry {
  const { seconds, nanos } = timestamp ?? { seconds: 0n, nanos: 0 };
  return {
    atUnixNs: seconds * 1_000_000_000n + BigInt(nanos),
    line,
    metadata: Object.fromEntries(structuredMetadata.map(({ name, value }) => [name, value])),
  };
}

function rowsOf(labels: Texts, entries: readonly LokiEntry[]): OtelLogRow[] {
  const service = firstOf(labels, SERVICE_LABELS);
  return entries.map(({ atUnixNs, line, metadata }) => {
    const level = firstOf(metadata, LEVEL_LABELS) || firstOf(labels, LEVEL_LABELS);
    const traceId = firstOf(metadata, ["trace_id", "traceID", "traceId"]).toLowerCase();
    const spanId = firstOf(metadata, ["span_id", "spanID", "spanId"]).toLowerCase();
    return logRow({
      Timestamp: atUnixNs,
      TraceId: isTraceId(traceId) ? traceId : "",
      SpanId: isSpanId(spanId) ? spanId : "",
      SeverityText: level,
      SeverityNumber: severityNumberOf(level),
      ServiceName: service,
      Body: line,
      ResourceAttributes: labels,
      LogAttributes: metadata,
    });
  });
}

function firstOf(texts: Texts, names: readonly string[]): string {
  return names.map((name) => texts[name]).find((text) => text !== undefined && text !== "") ?? "";
}
