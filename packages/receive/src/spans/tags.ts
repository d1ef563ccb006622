/** What older tracers say in tags and OpenTelemetry in fields of the span. */
export interface TagMeanings {
  readonly SpanKind: string;
  readonly StatusCode: "Unset" | "Ok" | "Error";
  readonly StatusMessage: string;
  readonly ScopeName: string;
  readonly ScopeVersion: string;
  /** The tags that are attributes. */
  readonly SpanAttributes: Readonly<Record<string, string>>;
}

const KINDS: Readonly<Record<string, string>> = {
  client: "Client",
  server: "Server",
  producer: "Producer",
  consumer: "Consumer",
  internal: "Internal",
};
const STATUSES: Readonly<Record<string, "Ok" | "Error">> = { OK: "Ok", ERROR: "Error" };
const TAKEN = new Set([
  "span.kind",
  "otel.status_code",
  "otel.status_description",
  "otel.scope.name",
  "otel.scope.version",
  "otel.library.name",
  "otel.library.version",
]);

/**
 * Reads the tags of OpenTracing and those with which OpenTelemetry's exporters for Jaeger and Zipkin say what these have no fields for
 * (https://opentelemetry.io/docs/specs/otel/trace/sdk_exporters/). An `error` tag that is not `false` means that the span failed.
 */
export function meaningOfTags(tags: Readonly<Record<string, string>>, kind?: string): TagMeanings {
  const error = tags["error"];
  const hasFailed = error !== undefined && error !== "false";
  const said = STATUSES[(tags["otel.status_code"] ?? "").toUpperCase()];
  return {
    SpanKind: KINDS[(kind ?? tags["span.kind"] ?? "").toLowerCase()] ?? "Unspecified",
    StatusCode: said ?? (hasFailed ? "Error" : "Unset"),
    StatusMessage: tags["otel.status_description"] ?? (hasFailed && error !== "true" ? error : ""),
    ScopeName: tags["otel.scope.name"] ?? tags["otel.library.name"] ?? "",
    ScopeVersion: tags["otel.scope.version"] ?? tags["otel.library.version"] ?? "",
    SpanAttributes: Object.fromEntries(Object.entries(tags).filter(([name]) => !TAKEN.has(name))),
  };
}
