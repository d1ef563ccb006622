import type { Span } from "@weir/analysis";
import { parseUnixNs } from "@weir/base";
import type { JoinSpanRow } from "@weir/storage";
import { spanKind, spanStatus } from "../../join/span-words.ts";

/** A span as it is stored, as the join takes it. */
export function spanOf(traceId: string, row: Omit<JoinSpanRow, "traceId">): Span {
  return {
    traceId,
    spanId: row.spanId,
    parentSpanId: row.parentSpanId,
    name: row.operation,
    kind: spanKind(row.kind),
    serviceName: row.service,
    startedAt: parseUnixNs(row.startedAt) ?? 0n,
    durationNs: row.durationNs,
    status: spanStatus(row.status),
    statusMessage: row.statusMessage,
    attributes: row.attributes,
  };
}
