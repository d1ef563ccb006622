import { field, type RecordDefinition, type RecordOf } from "./field.ts";
import { GRADES } from "./grade.ts";

/** How bad it is for the service's users. */
export const SEVERITIES = ["critical", "warning", "info"] as const;
export type Severity = (typeof SEVERITIES)[number];

/** One question of a decision tree as it was answered for this finding. */
export interface TreeStep {
  /** The question, e.g. "Did the server's window stand at zero?". */
  readonly question: string;
  /** What was measured, with its unit, e.g. "4.2 s at zero in 31 packets". */
  readonly measured: string;
  /** What it was held against, e.g. "more than 200 ms". */
  readonly threshold: string;
  /** taken: this branch led on; ruledOut: refuted by the measurement; cannotTell: the capture lacks what it needs. */
  readonly outcome: "taken" | "ruledOut" | "cannotTell";
  /** Where it cannot tell: why not. */
  readonly because?: string | undefined;
}

/** Names a span that an application reported. */
export interface SpanReference {
  readonly traceId: string;
  readonly spanId: string;
}

/** What proves a finding. Lists are cut to a limit; the counts are whole. */
export interface Evidence {
  readonly connectionIds: readonly string[];
  readonly connectionCount: number;
  readonly callIds: readonly string[];
  readonly callCount: number;
  /** Packet numbers as Wireshark shows them. */
  readonly packets: readonly number[];
  /** Stream numbers as Wireshark shows them, with the transport: "tcp 12". */
  readonly streams: readonly string[];
  /** Spans of the same exchanges; absent where it is judged by packets alone. */
  readonly spans?: readonly SpanReference[] | undefined;
}

const fields = [
  field("captureId", "string", "The capture it was found in", { otel: "weir.capture.id" }),
  field("findingId", "string", "Identity: capture, rule and edge", { otel: "weir.finding.id" }),
  field("rule", "string", "The rule that judged: docs/reference/findings.md", {
    cardinality: "few",
    otel: "weir.finding.rule",
  }),
  field("severity", "string", "How bad it is", { values: SEVERITIES, cardinality: "few" }),
  field("decided", "bool", "False where the capture cannot decide it; the summary then says why"),
  field("title", "string", "One line: which edge, what is wrong"),
  field("summary", "string", "A few sentences: what was seen, how often, what it means"),
  field("advice", "string", "What to do next"),
  field("refutedBy", "string", "What would prove it wrong"),
  field("clientService", "string", "Client side of the edge", { sensitivity: "internal" }),
  field("serverService", "string", "Server side of the edge", { sensitivity: "internal" }),
  field("serverPort", "int", "Port of the server", {}),
  field("startedAt", "time", "First evidence"),
  field("endedAt", "time", "Last evidence"),
  field("impact", "float", "Rank among findings: affected time and calls, larger is worse"),
  field("steps", "json", "The path through the decision tree: TreeStep[]"),
  field("evidence", "json", "Connections, calls and packets that prove it: Evidence"),
  field("grade", "string", "How far it can be trusted", { values: GRADES, cardinality: "few" }),
  field("gradeReasons", "string[]", "Why not whole"),
] as const;

/** A judgement with a rule, a threshold, the evidence and what would refute it. */
export const findingRecord = {
  name: "finding",
  table: "findings",
  meaning: "A judgement with a rule, a threshold, the evidence and what would refute it.",
  fields,
} as const satisfies RecordDefinition;

type Declared = RecordOf<typeof fields>;
export type Finding = Omit<Declared, "steps" | "evidence"> & {
  readonly steps: readonly TreeStep[];
  readonly evidence: Evidence;
};
