import { type EncodedReading, encodeReading } from "../encoded/encoded-reading.ts";
import { readRequest } from "../message/read-request.ts";
import type { Reading } from "../received.ts";
import { readLogBlocks, readSpanBlocks } from "./blocks/index.ts";
import { logRows } from "./log-rows.ts";
import { exportLogsServiceRequest } from "./logs-messages.ts";
import { metricRows } from "./metric-rows.ts";
import { exportMetricsServiceRequest } from "./metrics-messages.ts";
import { profileTables } from "./profile-samples.ts";
import { exportProfilesServiceRequest } from "./profiles-messages.ts";
import { spanRows } from "./span-rows.ts";
import { exportTraceServiceRequest } from "./trace-messages.ts";

/** The two encodings of OTLP. */
export type OtlpEncoding = "protobuf" | "json";

/** The signals, with what stands in their paths and services. */
export const OTLP_SIGNALS = ["traces", "logs", "metrics", "profiles"] as const;
export type OtlpSignal = (typeof OTLP_SIGNALS)[number];

/** Reads an export request of OTLP 1 as rows of OpenTelemetry's tables. Input never throws. */
export function readOtlp(signal: OtlpSignal, encoding: OtlpEncoding, body: Uint8Array): Reading {
  switch (signal) {
    case "traces":
      return readRequest(exportTraceServiceRequest, encoding, body, spanRows);
    case "logs":
      return readRequest(exportLogsServiceRequest, encoding, body, logRows);
    case "metrics":
      return readRequest(exportMetricsServiceRequest, encoding, body, metricRows);
    case "profiles":
      return readRequest(exportProfilesServiceRequest, encoding, body, profileTables);
    default:
      return signal satisfies never;
  }
}

/** The same as blocks of those tables, spans and log records in Protocol Buffers without rows between. */
export function readOtlpEncoded(signal: OtlpSignal, encoding: OtlpEncoding, body: Uint8Array): EncodedReading {
  if (encoding === "protobuf" && signal === "traces") return readSpanBlocks(body);
  if (encoding === "protobuf" && signal === "logs") return readLogBlocks(body);
  return encodeReading(readOtlp(signal, encoding, body));
}
