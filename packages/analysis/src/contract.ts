import type { Call, Connection, Finding, Retry, TreeStep } from "@weir/model";

/**
 * A detector reads finished records and judges them. It holds aggregates per edge, never the records themselves, so its
 * memory grows with the number of edges and not with the traffic.
 */
export interface Detector {
  /** Rule id, `family.name`: `tcp.receiver-not-reading`. Also the heading in docs/reference/findings.md. */
  readonly rule: string;
  connection?(connection: Connection): void;
  call?(call: Call): void;
  /** A logical call that took several attempts, which have come as calls. */
  retry?(retry: Retry): void;
  /** All findings of what was seen, any order. */
  finish(captureId: string): Finding[];
}

/** One node of a decision tree: a question asked of a subject, with where to go on each answer. */
export interface TreeNode<Subject, Outcome> {
  /** The question, for people. */
  readonly question: string;
  /** Answers it: undefined where the capture lacks what it needs. */
  test(subject: Subject): boolean | undefined;
  /** What was measured, for people. */
  measured(subject: Subject): string;
  /** What it was held against, for people. */
  readonly threshold: string;
  /** Why the capture cannot tell, for people; asked where `test` answers undefined. */
  because?(subject: Subject): string | undefined;
  readonly yes: TreeNode<Subject, Outcome> | Outcome;
  readonly no: TreeNode<Subject, Outcome> | Outcome;
  /** True where `no` goes on to other causes, which a yes leaves unasked; else a yes refutes them. */
  readonly isOneOfSeveral?: boolean;
  /** Where the capture cannot tell; default: as `no`, with the step marked. */
  readonly unknown?: TreeNode<Subject, Outcome> | Outcome;
}

/** Where an executed tree arrived, by which path, and what became of the branches beside it. */
export interface Verdict<Outcome> {
  readonly outcome: Outcome;
  readonly steps: readonly TreeStep[];
  /** Outcomes that an answer ruled out. */
  readonly refuted: readonly Outcome[];
  /** Outcomes that a question led to which the capture cannot answer: neither shown nor refuted. */
  readonly open: readonly Outcome[];
}

/** What docs/reference/findings.md says about a detector. */
export interface DetectorDescription {
  readonly rules: readonly string[];
  readonly meaning: string;
  readonly thresholds: string;
  readonly refutedBy: string;
}
