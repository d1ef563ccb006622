import { otelLogsTable, otelMetricsTables, otelTracesTable, traceTimesTable, traceTimesView } from "../otel/tables.ts";
import type { Migration, Operation } from "./migration.ts";

const tables = [otelTracesTable, otelLogsTable, ...otelMetricsTables, traceTimesTable];

/** The tables of the Collector's ClickHouse exporter. Where a Collector has made them already, they are taken over as they are. */
export const opentelemetry: Migration = {
  number: 3,
  name: "opentelemetry",
  operations: [
    ...tables.map((table): Operation => ({ kind: "createTable", table })),
    { kind: "createView", view: traceTimesView },
  ],
};
