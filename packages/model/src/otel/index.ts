import { otelLogs } from "./logs.ts";
import { otelExponentialHistograms, otelGauges, otelHistograms, otelSummaries, otelSums } from "./metrics.ts";
import { otelTraces } from "./traces.ts";

export { type Column, type ColumnType, column, type OtelTable, type RowOf, type ScalarColumnType } from "./column.ts";
export { type OtelLogRow, otelLogs } from "./logs.ts";
export {
  type OtelExemplars,
  type OtelExponentialHistogramRow,
  type OtelGaugeRow,
  type OtelHistogramRow,
  type OtelPoint,
  type OtelSummaryRow,
  type OtelSumRow,
  otelExponentialHistograms,
  otelGauges,
  otelHistograms,
  otelSummaries,
  otelSums,
} from "./metrics.ts";
export { logRecord, metricRecord, REPORTED_RECORDS, spanRecord } from "./records.ts";
export { type OtelSpanRow, otelTraces } from "./traces.ts";

/** Every table that the Collector's ClickHouse exporter fills. */
export const OTEL_TABLES = [
  otelTraces,
  otelLogs,
  otelGauges,
  otelSums,
  otelHistograms,
  otelExponentialHistograms,
  otelSummaries,
] as const;
