import type { OtelSpanRow } from "@weir/model";
import type { Rejections } from "../received.ts";
import { isIdentifiedSpan } from "../spans/identified.ts";
import { momentOf, originOf, type SentryOrigin, tagsOf } from "./common.ts";
import { attributesOf, type JsonObject, listOf, objectOf, textOf, valuesOf } from "./json-values.ts";

/** Kinds by the beginning of Sentry's `op` (https://develop.sentry.dev/sdk/performance/span-operations/). */
const KINDS: readonly (readonly [RegExp, string])[] = [
  [/^(http\.server|rpc\.server|function\.)/, "Server"],
  [/^(http|db|cache|rpc|grpc|resource|graphql)\b/, "Client"],
  [/^queue\.(publish|submit|create)/, "Producer"],
  [/^queue\.(process|receive|task)/, "Consumer"],
];
const OTEL_KINDS: Readonly<Record<string, string>> = {
  SERVER: "Server",
  CLIENT: "Client",
  PRODUCER: "Producer",
  CONSUMER: "Consumer",
  INTERNAL: "Internal",
};

/** A transaction and its spans as spans (https://develop.sentry.dev/sdk/data-model/event-payloads/transaction/). */
export function transactionRows(event: JsonObject, project: string, rejections: Rejections): OtelSpanRow[] {
  const { contexts, transaction, start_timestamp, timestamp, spans } = event;
  const origin = originOf(event, project);
  const trace = objectOf(objectOf(contexts)["trace"]);
  const root = { ...trace, description: transaction, start_timestamp, timestamp };
  const own = [spanRow(root, origin, tagsOf(event), rejections)];
  const others = listOf(spans).map((span) => {
    const { trace_id = trace["trace_id"], ...said } = objectOf(span);
    return spanRow({ ...said, trace_id }, origin, tagsOf(objectOf(span)), rejections);
  });
  return [...own, ...others].filter((row) => row !== undefined);
}

/** A span that was sent by itself, with attributes that say of what type they are (https://develop.sentry.dev/sdk/telemetry/spans/span-protocol/). */
export function streamedSpanRow(span: JsonObject, project: string, rejections: Rejections): OtelSpanRow | undefined {
  const { name, end_timestamp, attributes, status, ...others } = span;
  const data = valuesOf(attributes);
  const origin = originOf(
    {
      release: data["sentry.release"],
      environment: data["sentry.environment"],
      sdk: { name: data["sentry.sdk.name"], version: data["sentry.sdk.version"] },
    },
    project,
  );
  const said = { description: name, timestamp: end_timestamp, op: data["sentry.op"], status, data };
  return spanRow({ ...others, ...said }, origin, {}, rejections);
}

/** One span; undefined where it has no identity or no time, which is counted. */
function spanRow(
  span: JsonObject,
  origin: SentryOrigin,
  tags: Readonly<Record<string, string>>,
  rejections: Rejections,
): OtelSpanRow | undefined {
  const op = textOf(span["op"]);
  const SpanName = textOf(span["description"]) || op;
  const [TraceId, SpanId] = [textOf(span["trace_id"]), textOf(span["span_id"])];
  if (!isIdentifiedSpan(TraceId, SpanId, SpanName, rejections)) return undefined;
  const began = momentOf(span["start_timestamp"]);
  const ended = momentOf(span["timestamp"]);
  if (began === undefined) {
    rejections.add("unreadable", `span "${SpanName}" does not say when it began`);
    return undefined;
  }
  const data = attributesOf(objectOf(span["data"]));
  return {
    ...origin,
    ...statusOf(textOf(span["status"])),
    Timestamp: began,
    TraceId,
    SpanId,
    SpanName,
    ParentSpanId: textOf(span["parent_span_id"]),
    TraceState: "",
    SpanKind: OTEL_KINDS[data["otel.kind"] ?? ""] ?? KINDS.find(([pattern]) => pattern.test(op))?.[1] ?? "Internal",
    SpanAttributes: { ...tags, ...data, ...(op === "" ? {} : { "sentry.op": op }) },
    Duration: ended !== undefined && ended > began ? ended - began : 0n,
    ...NO_EVENTS,
  };
}

const NO_EVENTS = {
  "Events.Timestamp": [],
  "Events.Name": [],
  "Events.Attributes": [],
  "Links.TraceId": [],
  "Links.SpanId": [],
  "Links.TraceState": [],
  "Links.Attributes": [],
} as const;

/** Sentry's words are gRPC's. */
function statusOf(status: string): Pick<OtelSpanRow, "StatusCode" | "StatusMessage"> {
  if (status === "" || status === "unset") return { StatusCode: "Unset", StatusMessage: "" };
  return status === "ok" ? { StatusCode: "Ok", StatusMessage: "" } : { StatusCode: "Error", StatusMessage: status };
}
