import { createHash } from "node:crypto";
import { parseUnixNs } from "@weir/base";
import { callRecord, type Field } from "@weir/model";
import type { Attributes, OutgoingSpan } from "@weir/receive";

/** Fields of a call that become attributes: those with a name of OpenTelemetry's, payload left out. */
const ATTRIBUTES: readonly Field[] = callRecord.fields.filter(
  ({ otel, type, sensitivity }: Field) =>
    otel !== undefined && type !== "map" && type !== "pairs" && type !== "time" && sensitivity !== "secret",
);
const OTHERS = ["callId", "startedAt", "durationNs", "requestNs", "traceId", "parentSpanId"];

/** What is asked of each call, in the order of the cells that {@link callSpan} takes. */
export const CALL_FIELDS: readonly string[] = [...new Set([...OTHERS, ...ATTRIBUTES.map(({ name }) => name)])];

const FAILED: ReadonlySet<unknown> = new Set(["clientError", "serverError", "timeout", "aborted"]);
/** They say what a span says already. */
const NOT_ATTRIBUTES: ReadonlySet<string> = new Set(["trace_id", "span_id"]);

/**
 * A call as the span of its client: below the span whose context it carried on the wire, or alone in a trace of its own. The same call is the same span, however often it is sent.
 */
export function callSpan(cells: readonly unknown[], version: string): OutgoingSpan {
  const value = (name: string) => cells[CALL_FIELDS.indexOf(name)];
  const text = (name: string) => String(value(name) ?? "");
  const startNs = parseUnixNs(text("startedAt")) ?? 0n;
  const lengthNs = BigInt(Number(value("durationNs") ?? value("requestNs") ?? 0));
  const status = text("status");
  return {
    resource: { "service.name": text("clientService") || text("clientAddress") },
    scope: { name: "weir", version },
    traceId: text("traceId") || hash(`trace ${text("callId")}`, 32),
    spanId: hash(`span ${text("callId")}`, 16),
    parentSpanId: text("traceId") === "" ? "" : text("parentSpanId"),
    name: text("operation") || text("protocol"),
    kind: "Client",
    startNs,
    endNs: startNs + lengthNs,
    attributes: attributesOf(value),
    status: FAILED.has(status) ? "Error" : status === "ok" ? "Ok" : "Unset",
    statusMessage: FAILED.has(status) ? [status, text("statusCode")].filter((part) => part !== "").join(" ") : "",
    events: [],
    links: [],
  };
}

function attributesOf(value: (name: string) => unknown): Attributes {
  const given = ATTRIBUTES.flatMap(({ name, otel = "" }) => {
    const of = value(name);
    const isKnown = typeof of === "number" || typeof of === "boolean" || (typeof of === "string" && of !== "");
    return isKnown && !NOT_ATTRIBUTES.has(otel) ? [[otel, of] as const] : [];
  });
  return Object.fromEntries(given);
}

function hash(text: string, digits: number): string {
  return createHash("sha256").update(text).digest("hex").slice(0, digits);
}
