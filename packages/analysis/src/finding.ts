import type { Finding, Severity, TreeStep } from "@weir/model";
import type { Edge } from "./edges.ts";
import type { EvidenceCollector } from "./evidence.ts";

/** What a detector says; the rest of a finding follows from edge and evidence. */
export interface Judgement {
  readonly captureId: string;
  readonly rule: string;
  readonly severity: Severity;
  readonly title: string;
  readonly summary: string;
  readonly advice: string;
  readonly refutedBy: string;
  readonly steps: readonly TreeStep[];
  readonly impact: number;
  /** False where the capture cannot decide it. */
  readonly decided?: boolean;
}

/** Reasons that leave a judgement on numbers standing, and are no reason to doubt it: the connection was simply longer than the capture. */
const HARMLESS: ReadonlySet<string> = new Set(["captureEnded", "midStreamStart"]);

/** The finished finding. A decided one on evidence with holes is graded partial. */
export function makeFinding(edge: Edge, evidence: EvidenceCollector, judgement: Judgement): Finding {
  const { captureId, rule, decided = true, ...said } = judgement;
  const { clientService, serverService, serverPort, isLimited = false } = edge;
  const reasons = [...evidence.gradeReasons].filter((reason) => !decided || !HARMLESS.has(reason));
  if (isLimited && !reasons.includes("limitReached")) reasons.push("limitReached");
  return {
    captureId,
    findingId: `${captureId}-${rule}-${clientService}-${serverService}-${serverPort}`.replace(/[^\w.:-]+/g, "_"),
    rule,
    decided,
    ...said,
    clientService,
    serverService,
    serverPort,
    startedAt: evidence.startedAt ?? 0n,
    endedAt: evidence.endedAt ?? 0n,
    evidence: evidence.toEvidence(),
    grade: !decided ? "unknown" : reasons.length > 0 ? "partial" : "whole",
    gradeReasons: reasons,
  };
}
