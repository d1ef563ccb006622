import type { UnixNs } from "@weir/base";
import type { OtelLogRow } from "@weir/model";
import { logRow, present } from "../logs/log-row.ts";
import { isSpanId, isTraceId } from "../spans/identified.ts";
import { severityNumberOf } from "../spans/severity.ts";
import { momentOf, originOf, tagsOf } from "./common.ts";
import { type JsonObject, listOf, objectOf, textOf, valuesOf } from "./json-values.ts";

/** Frames of a stack that are written down. */
const MAX_FRAMES = 200;

/** An event, mostly an exception, as a log record with OpenTelemetry's `exception.*` (https://develop.sentry.dev/sdk/data-model/event-payloads/). */
export function eventRow(event: JsonObject, project: string, receivedAt: UnixNs): OtelLogRow {
  const trace = objectOf(objectOf(event["contexts"])["trace"]);
  const { request, user } = event;
  const [traceId, spanId] = [textOf(trace["trace_id"]), textOf(trace["span_id"])];
  const exception = exceptionOf(event);
  const level = textOf(event["level"]) || (exception["exception.type"] === undefined ? "info" : "error");
  return logRow({
    ...originOf(event, project),
    Timestamp: momentOf(event["timestamp"]) ?? receivedAt,
    TraceId: isTraceId(traceId) ? traceId : "",
    SpanId: isSpanId(spanId) ? spanId : "",
    SeverityText: level,
    SeverityNumber: severityNumberOf(level),
    Body: bodyOf(event, exception),
    EventName: exception["exception.type"] === undefined ? "" : "exception",
    LogAttributes: {
      ...tagsOf(event),
      ...exception,
      ...present({
        "sentry.event_id": textOf(event["event_id"]) || undefined,
        "sentry.transaction": textOf(event["transaction"]) || undefined,
        "code.namespace": textOf(event["logger"]) || undefined,
        "http.request.method": textOf(objectOf(request)["method"]) || undefined,
        "url.full": textOf(objectOf(request)["url"]) || undefined,
        "user.id": textOf(objectOf(user)["id"]) || undefined,
      }),
    },
  });
}

/** A log record of Sentry's own kind: attributes carry their type. */
export function logItemRow(log: JsonObject, project: string, receivedAt: UnixNs): OtelLogRow {
  const level = textOf(log["level"]);
  const traceId = textOf(log["trace_id"]);
  const attributes = valuesOf(log["attributes"]);
  return logRow({
    ...originOf({ release: attributes["sentry.release"], environment: attributes["sentry.environment"] }, project),
    Timestamp: momentOf(log["timestamp"]) ?? receivedAt,
    TraceId: isTraceId(traceId) ? traceId : "",
    SeverityText: level,
    SeverityNumber: severityNumberOf(level),
    Body: textOf(log["body"]),
    LogAttributes: attributes,
  });
}

/** The exception that was thrown last; those before it are its causes. */
function exceptionOf(event: JsonObject): Readonly<Record<string, string>> {
  const { exception } = event;
  const thrown = objectOf(listOf(objectOf(exception)["values"] ?? exception).at(-1));
  const { type, value, stacktrace, mechanism } = thrown;
  if (type === undefined && value === undefined) return {};
  const handled = objectOf(mechanism)["handled"];
  return present({
    "exception.type": textOf(type) || "unknown",
    "exception.message": textOf(value),
    "exception.stacktrace": stackText(`${textOf(type)}: ${textOf(value)}`, objectOf(stacktrace)["frames"]),
    "exception.escaped": typeof handled === "boolean" ? String(!handled) : undefined,
  });
}

/** Sentry has the innermost frame last, people read it first. */
function stackText(title: string, frames: unknown): string | undefined {
  const list = listOf(frames).slice(-MAX_FRAMES).reverse();
  if (list.length === 0) return undefined;
  const lines = list.map((frame) => {
    const { function: name, filename, abs_path, lineno, colno } = objectOf(frame);
    const place = [textOf(filename) || textOf(abs_path), lineno, colno].filter(
      (part) => part !== undefined && part !== "",
    );
    return `    at ${textOf(name) || "?"} (${place.join(":")})`;
  });
  return [title, ...lines].join("\n");
}

function bodyOf(event: JsonObject, exception: Readonly<Record<string, string>>): string {
  const { message, logentry } = event;
  const entry = objectOf(logentry ?? message);
  const said = textOf(message) || textOf(entry["formatted"]) || textOf(entry["message"]);
  return said || [exception["exception.type"], exception["exception.message"]].filter(Boolean).join(": ");
}
