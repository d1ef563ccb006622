import { parseUnixNs } from "@weir/base";
import type { OutgoingSpan } from "@weir/receive";
import type { SpanRow } from "@weir/storage";

/** A stored span as it was sent. */
export function outgoingSpan(traceId: string, row: SpanRow): OutgoingSpan {
  const startNs = parseUnixNs(row.startedAt) ?? 0n;
  return {
    resource: { ...row.resourceAttributes, "service.name": row.service },
    scope: { name: row.scopeName, version: row.scopeVersion },
    traceId,
    spanId: row.spanId,
    parentSpanId: row.parentSpanId,
    name: row.operation,
    kind: row.kind,
    startNs,
    endNs: startNs + BigInt(row.durationNs),
    attributes: row.attributes,
    status: row.status,
    statusMessage: row.statusMessage,
    events: row.events.map(({ at, name, attributes }) => ({ atNs: parseUnixNs(at) ?? 0n, name, attributes })),
    links: row.links,
  };
}

/** A message as Protocol Buffers' JSON has it: identities are base64, whole numbers of 64 bits are text. */
export function protobufJson(message: unknown): unknown {
  return JSON.parse(
    JSON.stringify(message, (key, value: unknown) => {
      if (typeof value === "bigint") return value.toString();
      if (typeof value === "string" && /^(traceId|spanId|parentSpanId)$/.test(key))
        return Buffer.from(value, "hex").toString("base64");
      return value;
    }),
  );
}
