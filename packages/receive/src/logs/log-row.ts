import type { OtelLogRow } from "@weir/model";

/** What every sender of logs says. */
type Said = Pick<OtelLogRow, "Timestamp" | "Body"> & Partial<OtelLogRow>;

const UNSAID: Omit<OtelLogRow, "Timestamp" | "Body"> = {
  TraceId: "",
  SpanId: "",
  TraceFlags: 0,
  SeverityText: "",
  SeverityNumber: 0,
  ServiceName: "",
  ResourceSchemaUrl: "",
  ResourceAttributes: {},
  ScopeSchemaUrl: "",
  ScopeName: "",
  ScopeVersion: "",
  ScopeAttributes: {},
  LogAttributes: {},
  EventName: "",
};

/** A row of `otel_logs`; what the sender does not say is empty. A service that is named is an attribute of the resource as well. */
export function logRow(said: Said): OtelLogRow {
  const { ServiceName = "", ResourceAttributes = {} } = said;
  const named = ServiceName === "" ? {} : { "service.name": ServiceName };
  return { ...UNSAID, ...said, ResourceAttributes: { ...ResourceAttributes, ...named } };
}

/** Names and texts without those that nobody said. */
export function present(texts: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  const said = Object.entries(texts).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(said);
}
