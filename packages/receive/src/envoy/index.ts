import type { UnixNs } from "@weir/base";
import { type OtelLogRow, otelLogs } from "@weir/model";
import { parseTraceparent } from "@weir/protocols";
import { logRow, present } from "../logs/log-row.ts";
import { readRequest } from "../message/read-request.ts";
import type { Reading } from "../received.ts";
import { commonAttributes, flagsText, httpAttributes, nanoseconds, tcpAttributes } from "./attributes.ts";
import {
  type AccessLogCommon,
  type AccessLogIdentifier,
  type HttpEntry,
  streamAccessLogsMessage,
  type TcpEntry,
} from "./messages.ts";

const SCOPE = "envoy.access_log";
const [INFO, ERROR] = [9, 17];

type Severity = Pick<OtelLogRow, "SeverityText" | "SeverityNumber">;

/** A message of access logs, read. */
export interface AccessLogs {
  readonly reading: Reading;
  /** Who sends: the next messages of the stream do not say it again. */
  readonly identifier: AccessLogIdentifier | undefined;
}

/**
 * Reads a message of envoy.service.accesslog.v3.AccessLogService as rows of `otel_logs`. `known`: who sends, by an earlier message of the stream. Input never throws.
 */
export function readAccessLogs(
  bytes: Uint8Array,
  receivedAt: UnixNs,
  known: AccessLogIdentifier | undefined,
): AccessLogs {
  let identifier = known;
  const reading = readRequest(streamAccessLogsMessage, "protobuf", bytes, (message) => {
    identifier = message.identifier ?? known;
    const http = (message.httpLogs?.logEntry ?? []).map((entry) => httpRow(entry, receivedAt));
    const tcp = (message.tcpLogs?.logEntry ?? []).map((entry) => tcpRow(entry, receivedAt));
    const origin = originOf(identifier);
    return [{ table: otelLogs, rows: [...http, ...tcp].map((row) => logRow({ ...row, ...origin })) }];
  });
  return { reading, identifier };
}

function originOf(identifier: AccessLogIdentifier | undefined): Pick<OtelLogRow, "ServiceName" | "ResourceAttributes"> {
  const { id, cluster, locality } = identifier?.node ?? {};
  return {
    ServiceName: cluster ?? "",
    ResourceAttributes: present({
      "service.instance.id": id || undefined,
      "cloud.region": locality?.region || undefined,
      "cloud.availability_zone": locality?.zone || undefined,
      "envoy.log_name": identifier?.logName || undefined,
    }),
  };
}

type Row = Parameters<typeof logRow>[0];

function httpRow(entry: HttpEntry, receivedAt: UnixNs): Row {
  const attributes = httpAttributes(entry);
  const code = entry.response?.responseCode?.value ?? 0;
  const context = parseTraceparent(attributes["http.request.header.traceparent"] ?? "");
  const words = [attributes["http.request.method"], entry.request?.path, String(code), flagsOf(entry.commonProperties)];
  return {
    ...commonRow(entry.commonProperties, receivedAt),
    ...severityOf(code >= 500 || code === 0),
    ...(context === undefined ? {} : { TraceId: context.traceId, SpanId: context.parentSpanId }),
    Body: words.filter((word) => word !== undefined && word !== "").join(" "),
    LogAttributes: { ...commonOf(entry.commonProperties), ...attributes },
  };
}

function tcpRow(entry: TcpEntry, receivedAt: UnixNs): Row {
  const attributes = { ...commonOf(entry.commonProperties), ...tcpAttributes(entry) };
  const flags = flagsOf(entry.commonProperties);
  const words = ["TCP", attributes["client.address"], "→", attributes["envoy.upstream.cluster"], flags];
  return {
    ...commonRow(entry.commonProperties, receivedAt),
    ...severityOf(flags !== undefined),
    Body: words.filter((word) => word !== undefined).join(" "),
    LogAttributes: attributes,
  };
}

function commonRow(common: AccessLogCommon | undefined, receivedAt: UnixNs) {
  const start = common?.startTime;
  return { Timestamp: start === undefined ? receivedAt : nanoseconds(start), ScopeName: SCOPE };
}

function commonOf(common: AccessLogCommon | undefined): Readonly<Record<string, string>> {
  return common === undefined ? {} : commonAttributes(common);
}

function flagsOf(common: AccessLogCommon | undefined): string | undefined {
  return flagsText(common?.responseFlags);
}

/** Access logs have no severity: what the proxy or what is behind it could not do is an error. */
function severityOf(hasFailed: boolean): Severity {
  return hasFailed ? { SeverityText: "ERROR", SeverityNumber: ERROR } : { SeverityText: "INFO", SeverityNumber: INFO };
}
