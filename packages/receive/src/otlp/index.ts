import { decodeUtf8 } from "@weir/base";
import { BrokenItems } from "../message/broken-items.ts";
import { fromJson, parseJson } from "../message/json.ts";
import type { MessageType } from "../message/message.ts";
import { fromProtobuf } from "../message/protobuf.ts";
import { BrokenMessage } from "../message/reader.ts";
import { type Reading, type Received, Rejections } from "../received.ts";
import { logRows } from "./log-rows.ts";
import { exportLogsServiceRequest } from "./logs-messages.ts";
import { metricRows } from "./metric-rows.ts";
import { exportMetricsServiceRequest } from "./metrics-messages.ts";
import { spanRows } from "./span-rows.ts";
import { exportTraceServiceRequest } from "./trace-messages.ts";

/** The two encodings of OTLP. */
export type OtlpEncoding = "protobuf" | "json";

/** The signals, with what stands in their paths and services. */
export const OTLP_SIGNALS = ["traces", "logs", "metrics"] as const;
export type OtlpSignal = (typeof OTLP_SIGNALS)[number];

/** Reads an export request of OTLP 1 as rows of OpenTelemetry's tables. Input never throws. */
export function readOtlp(signal: OtlpSignal, encoding: OtlpEncoding, body: Uint8Array): Reading {
  switch (signal) {
    case "traces":
      return read(exportTraceServiceRequest, encoding, body, spanRows);
    case "logs":
      return read(exportLogsServiceRequest, encoding, body, logRows);
    case "metrics":
      return read(exportMetricsServiceRequest, encoding, body, metricRows);
    default:
      return signal satisfies never;
  }
}

function read<T>(
  type: MessageType<T>,
  encoding: OtlpEncoding,
  body: Uint8Array,
  rowsOf: (request: T, rejections: Rejections) => Received["tables"],
): Reading {
  const broken = new BrokenItems();
  const rejections = new Rejections();
  try {
    const request =
      encoding === "json" ? fromJson(type, parseJson(decodeUtf8(body)), broken) : fromProtobuf(type, body, broken);
    const tables = rowsOf(request, rejections);
    if (broken.count > 0) rejections.add("unreadable", broken.example, broken.count);
    return { kind: "received", tables, rejections: rejections.list() };
  } catch (error) {
    if (error instanceof BrokenMessage) return { kind: "malformed", reason: error.message };
    throw error;
  }
}
