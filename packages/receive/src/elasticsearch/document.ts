import type { UnixNs } from "@weir/base";
import type { OtelLogRow } from "@weir/model";
import { logRow } from "../logs/log-row.ts";
import { parseMoment } from "../logs/moment.ts";
import { MAX_DEPTH } from "../message/message.ts";
import { BrokenMessage } from "../message/reader.ts";
import { isSpanId, isTraceId } from "../spans/identified.ts";
import { severityNumberOf } from "../spans/severity.ts";

type Texts = Map<string, string>;

/** Fields of one document that are taken; Elasticsearch's own limit (index.mapping.total_fields.limit). */
const MAX_FIELDS = 1_000;
const NS_PER_MS = 1_000_000n;

/** Where the Elastic Common Schema and Fluent Bit name something that OpenTelemetry names otherwise. */
const NAMES: ReadonlyMap<string, string> = new Map([
  ["service.environment", "deployment.environment.name"],
  ["service.node.name", "service.instance.id"],
  ["error.message", "exception.message"],
  ["error.type", "exception.type"],
  ["error.stack_trace", "exception.stacktrace"],
  ["container.image.tag", "container.image.tags"],
  ["kubernetes.namespace", "k8s.namespace.name"],
  ["kubernetes.namespace_name", "k8s.namespace.name"],
  ["kubernetes.pod_name", "k8s.pod.name"],
  ["kubernetes.pod_id", "k8s.pod.uid"],
  ["kubernetes.container_name", "k8s.container.name"],
  ["kubernetes.container_image", "container.image.name"],
  ["kubernetes.docker_id", "container.id"],
  ["kubernetes.host", "k8s.node.name"],
]);
/** What tells of where it was written, not of what happened. */
const RESOURCE = /^(service|host|container|cloud|k8s|os|agent|deployment|orchestrator|process)\./;
const BODIES = ["message", "log", "msg"];
const LEVELS = ["log.level", "level", "severity"];
const SERVICES = ["service.name", "service", "app", "k8s.container.name", "container.name"];

/**
 * A document as a log record: fields of the Elastic Common Schema (https://www.elastic.co/docs/reference/ecs) under OpenTelemetry's names, all others as they are.
 * Throws {@link BrokenMessage} where it cannot be kept.
 */
export function documentRow(document: object, index: string, receivedAt: UnixNs): OtelLogRow {
  const texts = new Map<string, string>();
  flatten(document, "", texts, 0);
  const level = takeFirst(texts, LEVELS);
  const traceId = takeId(texts, ["trace.id", "trace_id"], isTraceId);
  const spanId = takeId(texts, ["span.id", "span_id", "transaction.id"], isSpanId);
  const Timestamp = momentOf(texts, receivedAt);
  const Body = takeFirst(texts, BODIES);
  const ScopeName = takeFirst(texts, ["log.logger"]);
  const ServiceName = SERVICES.map((name) => texts.get(name)).find((name) => name !== undefined) ?? "";
  const named = [...texts].filter(([name]) => name !== "service.name");
  const resource = named.filter(([name]) => RESOURCE.test(name));
  const attributes = named.filter(([name]) => !RESOURCE.test(name));
  return logRow({
    ...{ Timestamp, TraceId: traceId, SpanId: spanId, ServiceName, ScopeName },
    SeverityText: level,
    SeverityNumber: severityNumberOf(level),
    Body: Body === "" ? JSON.stringify(document) : Body,
    ResourceAttributes: Object.fromEntries(resource),
    LogAttributes: { ...Object.fromEntries(attributes), ...(index === "" ? {} : { "elasticsearch.index": index }) },
  });
}

/** Objects inside of objects become names with dots, as they may stand there already. Lists stay as JSON. */
function flatten(value: object, prefix: string, texts: Texts, depth: number): void {
  if (depth > MAX_DEPTH) throw new BrokenMessage("objects are nested too deeply");
  for (const [name, inner] of Object.entries(value) as [string, unknown][]) {
    const path = `${prefix}${name}`;
    if (inner === null) continue;
    if (typeof inner === "object" && !Array.isArray(inner)) flatten(inner, `${path}.`, texts, depth + 1);
    else texts.set(otelName(path), typeof inner === "string" ? inner : JSON.stringify(inner));
    if (texts.size > MAX_FIELDS) throw new BrokenMessage(`it has more than ${MAX_FIELDS} fields`);
  }
}

function otelName(name: string): string {
  return NAMES.get(name) ?? (name.startsWith("kubernetes.") ? `k8s.${name.slice("kubernetes.".length)}` : name);
}

/** The first of these fields that is there; it is no attribute then. */
function takeFirst(texts: Texts, names: readonly string[]): string {
  const name = names.find((candidate) => texts.has(candidate));
  const text = name === undefined ? undefined : texts.get(name);
  if (name !== undefined) texts.delete(name);
  return text ?? "";
}

/** An identity; what is none stays an attribute. */
function takeId(texts: Texts, names: readonly string[], isId: (id: string) => boolean): string {
  const name = names.find((candidate) => isId((texts.get(candidate) ?? "").toLowerCase()));
  return name === undefined ? "" : takeFirst(texts, [name]).toLowerCase();
}

/** `@timestamp`: RFC 3339, or milliseconds since 1970 (Elasticsearch's `strict_date_optional_time||epoch_millis`); when it came where it says none. */
function momentOf(texts: Texts, receivedAt: UnixNs): UnixNs {
  const text = takeFirst(texts, ["@timestamp"]);
  if (text === "") return receivedAt;
  const moment = /^\d{1,15}$/.test(text) ? BigInt(text) * NS_PER_MS : parseMoment(text);
  if (moment === undefined) throw new BrokenMessage(`"${text.slice(0, 40)}" in @timestamp is no time`);
  return moment;
}
