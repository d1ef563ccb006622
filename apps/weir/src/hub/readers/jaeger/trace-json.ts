import { parseUnixNs } from "@weir/base";
import type { SpanRow } from "@weir/storage";

/** The forms of Jaeger's query API (the JSON of its UI): times in microseconds, what reported a span as a process of the trace. */

const KINDS: Readonly<Record<string, string>> = {
  Server: "server",
  Client: "client",
  Producer: "producer",
  Consumer: "consumer",
  Internal: "internal",
};

const tag = (key: string, value: string | boolean) => ({
  key,
  type: typeof value === "boolean" ? "bool" : "string",
  value,
});
const tags = (attributes: Readonly<Record<string, string>>) =>
  Object.entries(attributes).map(([key, value]) => tag(key, value));
const microseconds = (time: string) => Number((parseUnixNs(time) ?? 0n) / 1000n);

/** A trace with its spans. */
export function jaegerTrace(traceID: string, rows: readonly SpanRow[]): object {
  const processes = new Map<string, { readonly id: string; readonly serviceName: string; readonly tags: object[] }>();
  const spans = rows.map((row) => {
    const key = JSON.stringify([row.service, row.resourceAttributes]);
    const process = processes.get(key) ?? {
      id: `p${processes.size + 1}`,
      serviceName: row.service,
      tags: tags(row.resourceAttributes).filter((one) => one.key !== "service.name"),
    };
    processes.set(key, process);
    return spanJson(traceID, row, process.id);
  });
  return {
    traceID,
    spans,
    processes: Object.fromEntries([...processes.values()].map(({ id, ...process }) => [id, process])),
    warnings: null,
  };
}

function spanJson(traceID: string, row: SpanRow, processID: string): object {
  const kind = KINDS[row.kind];
  const references = [
    ...(row.parentSpanId === "" ? [] : [{ refType: "CHILD_OF", traceID, spanID: row.parentSpanId }]),
    ...row.links.map(({ traceId, spanId }) => ({ refType: "FOLLOWS_FROM", traceID: traceId, spanID: spanId })),
  ];
  return {
    traceID,
    spanID: row.spanId,
    operationName: row.operation,
    references,
    startTime: microseconds(row.startedAt),
    duration: Math.round(row.durationNs / 1000),
    tags: [
      ...tags(row.attributes),
      ...(kind === undefined ? [] : [tag("span.kind", kind)]),
      ...(row.status === "Unset" ? [] : [tag("otel.status_code", row.status.toUpperCase())]),
      ...(row.status === "Error" ? [tag("error", true)] : []),
      ...(row.statusMessage === "" ? [] : [tag("otel.status_description", row.statusMessage)]),
      ...(row.scopeName === "" ? [] : [tag("otel.scope.name", row.scopeName)]),
    ],
    logs: row.events.map(({ at, name, attributes }) => ({
      timestamp: microseconds(at),
      fields: [tag("event", name), ...tags(attributes)],
    })),
    processID,
    warnings: null,
  };
}
