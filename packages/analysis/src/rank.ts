import type { Finding, Severity } from "@weir/model";
import { findCause } from "./cause.ts";
import { groupEdges } from "./group-edges.ts";
import { asSymptom, isSymptom } from "./symptom.ts";

const SEVERITY_ORDER: Readonly<Record<Severity, number>> = { critical: 0, warning: 1, info: 2 };
/** Impacts differ by at least this share along the order, so that sorting by impact alone gives the same order. */
const IMPACT_STEP = 1.001;
/** The same for findings without any impact. */
const LEAST_IMPACT = 0.001;

/**
 * Puts causes before symptoms, then the worst first: the deepest broken edge stands first, and takes over the severity and the impact of
 * the worst that it explains. Deterministic; sorting by impact alone gives the same order, and ranking twice changes nothing. Findings of
 * several captures may be ranked together: a symptom of one then finds its cause in another.
 */
export function rankFindings(findings: readonly Finding[]): Finding[] {
  const ordered = [...linkCauses(groupEdges(findings))].sort(compareFindings);
  let least = 0;
  const raised: Finding[] = [];
  for (const finding of ordered.reverse()) {
    const impact = Math.max(finding.impact, least);
    raised.push(impact === finding.impact ? finding : { ...finding, impact });
    least = Math.max(impact * IMPACT_STEP, LEAST_IMPACT);
  }
  return raised.reverse();
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

function linkCauses(findings: readonly Finding[]): Finding[] {
  const causeOf = new Map<Finding, Finding>();
  const explained = new Map<Finding, Finding[]>();
  for (const finding of findings) {
    const cause = finding.decided ? findCause(finding, findings) : undefined;
    if (cause === undefined) continue;
    causeOf.set(finding, cause);
    explained.set(cause, [...(explained.get(cause) ?? []), finding]);
  }
  return findings.map((finding) => {
    const cause = causeOf.get(finding);
    return cause === undefined ? withWeightOf(finding, explained.get(finding) ?? []) : asSymptom(finding, cause);
  });
}

/** A cause is at least as bad as what it causes. */
function withWeightOf(cause: Finding, symptoms: readonly Finding[]): Finding {
  if (symptoms.length === 0) return cause;
  const impact = Math.max(cause.impact, ...symptoms.map((symptom) => symptom.impact));
  const isCritical = symptoms.some(({ severity }) => severity === "critical");
  return { ...cause, impact, severity: isCritical ? "critical" : cause.severity };
}
