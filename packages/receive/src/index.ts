export { type Bulk, type BulkItem, readBulk } from "./elasticsearch/index.ts";
export { type EncodedReading, encodeReading } from "./encoded/encoded-reading.ts";
export { type AccessLogs, readAccessLogs } from "./envoy/index.ts";
export type { AccessLogIdentifier } from "./envoy/messages.ts";
export { FlowReader } from "./flows/index.ts";
export { readJaegerPostSpans } from "./jaeger/protobuf.ts";
export { readJaegerBatch, readJaegerDatagram } from "./jaeger/thrift.ts";
export { readLoki } from "./loki/index.ts";
export { otlpAnswer, RpcCode, type RpcFailure, rpcStatus } from "./otlp/answer.ts";
export { OTLP_SIGNALS, type OtlpEncoding, type OtlpSignal, readOtlp, readOtlpEncoded } from "./otlp/index.ts";
export { readOtlpAnswer, readRetryDelayMs } from "./otlp/write/answer.ts";
export type { Attributes, AttributeValue, Origin } from "./otlp/write/attributes.ts";
export { type OutgoingLog, writeLogs } from "./otlp/write/logs.ts";
export {
  type OutgoingHistogram,
  type OutgoingMetric,
  type OutgoingNumber,
  type Temporality,
  writeMetrics,
} from "./otlp/write/metrics.ts";
export { type OutgoingSpan, tracesMessage, writeTraces } from "./otlp/write/traces.ts";
export { type PprofOrigin, readPprof } from "./pprof/index.ts";
export { type Frame, stackOf } from "./profiles/stack-table.ts";
export { type RemoteWriteVersion, readRemoteWriteEncoded } from "./prometheus/index.ts";
export { parseApplicationName, readPyroscopePush } from "./pyroscope/index.ts";
export {
  type Malformed,
  REJECT_REASONS,
  type Reading,
  type Received,
  type Rejection,
  type RejectReason,
  type TableRows,
} from "./received.ts";
export { readScrape, type Scrape } from "./scrape/target.ts";
export { readSentryEnvelope, readSentryEvent } from "./sentry/index.ts";
export { readSyslogDatagram, SyslogStream } from "./syslog/index.ts";
export { readZipkin } from "./zipkin/index.ts";
