import type { Finding } from "@weir/model";

/** Rules whose cause may be another service that the failing one waits for. */
const MAY_BE_SYMPTOM: ReadonlySet<string> = new Set(["http.server-errors", "call.unanswered", "app.slow-response"]);
const SEVERITY_ORDER = { critical: 0, warning: 1, info: 2 } as const;
/** Question of the step that marks a symptom. */
const SYMPTOM_QUESTION = "Does the failing service itself wait for something that is broken?";

/**
 * Puts causes before symptoms, then the worst first. A finding about a service's answers is a symptom where that service, as a client, stands on
 * a broken edge at the same time: the deepest broken edge is the cause. Symptoms say so, and are never critical. Deterministic; ranking twice
 * changes nothing.
 */
export function rankFindings(findings: readonly Finding[]): Finding[] {
  const linked = findings.map((finding) => linkSymptom(finding, findings));
  return [...linked].sort(
    (a, b) =>
      Number(b.decided) - Number(a.decided) ||
      Number(isSymptom(a)) - Number(isSymptom(b)) ||
      SEVERITY_ORDER[a.severity] - SEVERITY_ORDER[b.severity] ||
      b.impact - a.impact ||
      a.findingId.localeCompare(b.findingId),
  );
}

function linkSymptom(finding: Finding, all: readonly Finding[]): Finding {
  if (!MAY_BE_SYMPTOM.has(finding.rule) || isSymptom(finding)) return finding;
  const causes = all.filter((other) => isCauseOf(other, finding)).sort((a, b) => b.impact - a.impact);
  const [cause] = causes;
  if (cause === undefined) return finding;
  return {
    ...finding,
    severity: finding.severity === "critical" ? "warning" : finding.severity,
    title: `${finding.title}; a symptom of ${cause.clientService} → ${cause.serverService}`,
    steps: [
      ...finding.steps,
      {
        question: SYMPTOM_QUESTION,
        measured: cause.title,
        threshold: "a finding on an edge that it is the client of, at the same time",
        outcome: "taken",
      },
    ],
  };
}

/** Broken at the same time, and the failing service is the one that asks. Its own transport trouble on the same edge is a cause too. */
function isCauseOf(other: Finding, finding: Finding): boolean {
  if (other === finding || !other.decided || other.severity === "info" || other.rule.startsWith("http.client"))
    return false;
  const isDownstream = other.clientService === finding.serverService && other.serverService !== finding.clientService;
  const isBeneath =
    other.clientService === finding.clientService &&
    other.serverService === finding.serverService &&
    other.serverPort === finding.serverPort &&
    (other.rule.startsWith("tcp.") || other.rule.startsWith("network."));
  return (isDownstream || isBeneath) && other.startedAt <= finding.endedAt && other.endedAt >= finding.startedAt;
}

function isSymptom(finding: Finding): boolean {
  return finding.steps.some(({ question }) => question === SYMPTOM_QUESTION);
}
