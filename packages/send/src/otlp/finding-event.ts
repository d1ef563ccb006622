import { type Field, type Finding, findingRecord, type Severity, snakeCase, type TreeStep } from "@weir/model";
import type { Attributes, OutgoingLog } from "@weir/receive";
import { attributesOf, type NamedAttribute } from "./attributes.ts";

/** Name of the event that says what was found. */
export const FINDING = "weir.finding";

/** Connections, calls and packets of the evidence that are named; their counts are whole. */
const MAX_NAMED = 20;
const SEVERITY: Readonly<Record<Severity, { readonly severityNumber: number; readonly severityText: string }>> = {
  critical: { severityNumber: 17, severityText: "ERROR" },
  warning: { severityNumber: 13, severityText: "WARN" },
  info: { severityNumber: 9, severityText: "INFO" },
};
/** The body says them, or they are told in another form. */
const ELSEWHERE: readonly string[] = ["title", "steps", "evidence", "startedAt", "endedAt"];

/** A finding's fields with the attributes that they become. */
export const FINDING_ATTRIBUTES: readonly NamedAttribute[] = findingRecord.fields
  .filter(({ name }) => !ELSEWHERE.includes(name))
  .map((field: Field) => ({ field, attribute: field.otel ?? `weir.finding.${snakeCase(field.name)}` }));

/** What a finding's event says beside its fields, with what it means. */
export const FINDING_EVIDENCE: Readonly<Record<string, { readonly type: string; readonly meaning: string }>> = {
  "weir.finding.steps": {
    type: "string[]",
    meaning: "The path through the decision tree, a line each: what was measured, against what, and what that decided",
  },
  "weir.finding.connections": { type: "int", meaning: "Connections that prove it" },
  "weir.finding.calls": { type: "int", meaning: "Calls that prove it" },
  "weir.finding.connection_ids": { type: "string[]", meaning: `Those connections, ${MAX_NAMED} at most` },
  "weir.finding.call_ids": { type: "string[]", meaning: `Those calls, ${MAX_NAMED} at most` },
  "weir.finding.packets": { type: "string[]", meaning: `Their packets by Wireshark's numbers, ${MAX_NAMED} at most` },
  "weir.finding.trace_ids": { type: "string[]", meaning: `Traces of spans that prove it, ${MAX_NAMED} at most` },
};

/** A finding as an event of OpenTelemetry's logs, of its last evidence's time. `observedNs`: when Weir knew. */
export function findingEvent(finding: Finding, version: string, observedNs: bigint): OutgoingLog {
  const { clientService, serverService, severity, title, endedAt } = finding;
  return {
    resource: { "service.name": clientService || serverService || "unknown" },
    scope: { name: "weir", version },
    eventName: FINDING,
    atNs: endedAt,
    observedNs,
    ...SEVERITY[severity],
    body: title,
    attributes: { ...attributesOf(FINDING_ATTRIBUTES, finding), ...evidenceOf(finding) },
  };
}

function evidenceOf({ steps, evidence }: Finding): Attributes {
  const { connectionCount, callCount, connectionIds, callIds, packets, spans = [] } = evidence;
  const lists = {
    "weir.finding.steps": steps.map(stepText),
    "weir.finding.connection_ids": connectionIds.slice(0, MAX_NAMED),
    "weir.finding.call_ids": callIds.slice(0, MAX_NAMED),
    "weir.finding.packets": packets.slice(0, MAX_NAMED).map(String),
    "weir.finding.trace_ids": [...new Set(spans.map(({ traceId }) => traceId))].slice(0, MAX_NAMED),
  };
  return {
    "weir.finding.connections": connectionCount,
    "weir.finding.calls": callCount,
    ...Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0)),
  };
}

const OUTCOMES: Readonly<Record<TreeStep["outcome"], string>> = {
  taken: "yes",
  ruledOut: "ruled out",
  cannotTell: "cannot tell",
};

function stepText({ question, measured, threshold, outcome, because }: TreeStep): string {
  const why = because === undefined ? "" : `, because ${because}`;
  return `${question} ${measured} (against ${threshold}): ${OUTCOMES[outcome]}${why}`;
}
