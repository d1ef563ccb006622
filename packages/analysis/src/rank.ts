import type { Finding, Severity } from "@weir/model";
import { findCause } from "./cause.ts";

const SEVERITY_ORDER: Readonly<Record<Severity, number>> = { critical: 0, warning: 1, info: 2 };
/** Question of the step that marks a symptom. */
const SYMPTOM_QUESTION = "Is it the consequence of another finding?";
/** Impacts differ by at least this share along the order, so that sorting by impact alone gives the same order. */
const IMPACT_STEP = 1.001;

/**
 * Puts causes before symptoms, then the worst first. A symptom names its cause, is never critical, and its weight goes to the cause: the
 * deepest broken edge stands first. Deterministic, and sorting by impact alone gives the same order. Ranking twice changes nothing.
 */
export function rankFindings(findings: readonly Finding[]): Finding[] {
  const ordered = [...linkCauses(findings)].sort(compareFindings);
  let least = 0;
  for (let index = ordered.length - 1; index >= 0; index -= 1) {
    const finding = ordered[index];
    if (finding === undefined) continue;
    const impact = Math.max(finding.impact, least);
    if (impact !== finding.impact) ordered[index] = { ...finding, impact };
    least = impact * IMPACT_STEP + (impact === 0 ? 0.001 : 0);
  }
  return ordered;
}

function compareFindings(a: Finding, b: Finding): number {
  return (
    Number(b.decided) - Number(a.decided) ||
    Number(isSymptom(a)) - Number(isSymptom(b)) ||
    SEVERITY_ORDER[a.severity] - SEVERITY_ORDER[b.severity] ||
    b.impact - a.impact ||
    (a.findingId < b.findingId ? -1 : 1)
  );
}

/** Marks symptoms, and gives each cause the severity and the impact of the worst that it explains. */
function linkCauses(findings: readonly Finding[]): Finding[] {
  const explained = new Map<Finding, Finding[]>();
  const causeOf = new Map<Finding, Finding>();
  for (const finding of findings) {
    if (!finding.decided || isSymptom(finding)) continue;
    const cause = findCause(finding, findings);
    if (cause === undefined) continue;
    causeOf.set(finding, cause);
    explained.set(cause, [...(explained.get(cause) ?? []), finding]);
  }
  return findings.map((finding) => {
    const cause = causeOf.get(finding);
    if (cause !== undefined) return markedSymptom(finding, cause);
    return withWeightOf(finding, explained.get(finding) ?? []);
  });
}

function markedSymptom(finding: Finding, cause: Finding): Finding {
  return {
    ...finding,
    severity: finding.severity === "critical" ? "warning" : finding.severity,
    title: `${finding.title}; a symptom of ${cause.clientService} → ${cause.serverService}`,
    summary: `${finding.summary} At the same time: ${cause.title}.`,
    impact: finding.impact / 2,
    steps: [
      ...finding.steps,
      {
        question: SYMPTOM_QUESTION,
        measured: cause.title,
        threshold: "a finding beneath it, or on an edge that its server is the client of, at the same time",
        outcome: "taken",
      },
    ],
  };
}

function withWeightOf(cause: Finding, symptoms: readonly Finding[]): Finding {
  if (symptoms.length === 0) return cause;
  const impact = Math.max(cause.impact, ...symptoms.map((symptom) => symptom.impact));
  const isCritical = symptoms.some(({ severity }) => severity === "critical");
  return { ...cause, impact, severity: isCritical ? "critical" : cause.severity };
}

function isSymptom({ steps }: Finding): boolean {
  return steps.some(({ question }) => question === SYMPTOM_QUESTION);
}
