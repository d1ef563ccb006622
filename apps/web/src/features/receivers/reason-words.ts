/** Reasons of the hub, in words. */
const REASONS: Readonly<Record<string, string>> = {
  unreadable: "could not be read",
  invalidTraceId: "without a valid trace id",
  invalidSpanId: "without a valid span id",
  unknownMetricKind: "metrics without data of a known kind",
  unnamedMetric: "points without a name",
  unknownTemplate: "records that the device has not described yet",
  notIp: "flows of something else than IP",
  counterSample: "counters of interfaces",
  unknownSample: "samples of another kind",
  unsupportedAction: "changes of what is there",
  unsupportedItem: "of a kind that is not kept",
  tooMany: "beyond what one request may hold",
  refusedByStore: "refused by the store",
  malformed: "not of this protocol",
  tooLarge: "too large",
  unsupported: "in an unknown encoding",
  unauthenticated: "without a token that is known",
  forbidden: "by somebody who may not send",
  busy: "while too much was waiting",
  notAcknowledged: "not stored in time",
  queueFull: "while too much was waiting for the receiver",
  gaveUp: "given up after five minutes",
  refused: "refused by the receiver",
  rejected: "rejected by the receiver",
  stopped: "left at the hub's end",
  notSent: "not sent by the system",
  noAddress: "without addresses",
  overflow: "in no series of their own",
};

const TABLES: Readonly<Record<string, string>> = {
  otel_traces: "spans",
  otel_logs: "log records",
  otel_metrics_gauge: "gauge points",
  otel_metrics_sum: "sum points",
  otel_metrics_histogram: "histogram points",
  otel_metrics_exponential_histogram: "exponential histogram points",
  otel_metrics_summary: "summary points",
  flow_records: "flow records",
  profile_samples: "profile samples",
  profile_stacks: "stacks",
};

/** Why something was not kept; the hub's own word where it is a new one. */
export function reasonWords(reason: string): string {
  return REASONS[reason] ?? reason;
}

/** What a table's rows are: one of them, or several. */
export function tableWords(table: string, count: number): string {
  const words = TABLES[table] ?? "rows";
  return count === 1 ? words.replace(/s$/, "") : words;
}
