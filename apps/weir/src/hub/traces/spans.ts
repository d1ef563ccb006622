import type { Span, SpanKind } from "@weir/analysis";
import { parseUnixNs } from "@weir/base";
import type { JoinSpanRow } from "@weir/storage";

const KINDS: Readonly<Record<string, SpanKind>> = {
  Internal: "internal",
  Server: "server",
  Client: "client",
  Producer: "producer",
  Consumer: "consumer",
};

/** A span as it is stored, as the join takes it. */
export function spanOf(traceId: string, row: Omit<JoinSpanRow, "traceId">): Span {
  return {
    traceId,
    spanId: row.spanId,
    parentSpanId: row.parentSpanId,
    name: row.operation,
    kind: KINDS[row.kind] ?? "unspecified",
    serviceName: row.service,
    startedAt: parseUnixNs(row.startedAt) ?? 0n,
    durationNs: row.durationNs,
    status: row.status === "Error" ? "error" : row.status === "Ok" ? "ok" : "unset",
    statusMessage: row.statusMessage,
    attributes: row.attributes,
  };
}
