import type { Finding } from "@weir/model";
import type { Paint } from "./paint.ts";
import { renderStep } from "./step-text.ts";
import { wrap } from "./wrap.ts";

const SHOWN_NUMBERS = 12;
/** Findings that are told in full; nobody reads more at once, and the worst come first. */
const SHOWN_FINDINGS = 20;

/** Findings in words, worst first, each with its path, its evidence, its grade and what to do. */
export function renderFindings(findings: readonly Finding[], paint: Paint): string[] {
  if (findings.length === 0) {
    return [paint.heading("FINDINGS"), paint.good("  none: nothing in these packets crosses a threshold")];
  }
  const counts = (["critical", "warning", "info"] as const)
    .map((severity) => ({ severity, count: findings.filter((finding) => finding.severity === severity).length }))
    .filter(({ count }) => count > 0)
    .map(({ severity, count }) => paint.severity(severity, `${count} ${severity}`));
  return [
    `${paint.heading("FINDINGS")}  ${counts.join(", ")}`,
    ...findings.slice(0, SHOWN_FINDINGS).flatMap((finding, index) => renderFinding(finding, index + 1, paint)),
    ...(findings.length > SHOWN_FINDINGS
      ? ["", paint.dim(`  … and ${findings.length - SHOWN_FINDINGS} more (--json has all)`)]
      : []),
  ];
}

function renderFinding(finding: Finding, ordinal: number, paint: Paint): string[] {
  const undecided = finding.decided ? "" : paint.warn(" (cannot tell)");
  return [
    "",
    `  ${ordinal}. ${paint.severity(finding.severity, finding.severity.toUpperCase())}  ${paint.strong(finding.title)}${undecided}`,
    ...wrap(finding.summary, 110).map((line) => `     ${line}`),
    ...finding.steps.map((step) => `     ${renderStep(step, paint)}`),
    ...wrap(`Do: ${finding.advice}`, 110).map((line) => `     ${line}`),
    ...wrap(`Refuted by: ${finding.refutedBy}`, 110).map((line) => paint.dim(`     ${line}`)),
    paint.dim(`     Evidence: ${evidenceText(finding)}`),
    paint.dim(
      `     Rule ${finding.rule} · grade ${finding.grade}${finding.gradeReasons.length > 0 ? ` (${finding.gradeReasons.join(", ")})` : ""}`,
    ),
  ];
}

function evidenceText({ evidence }: Finding): string {
  const parts = [
    list("packets", evidence.packets.map(String), evidence.packets.length),
    list("streams", evidence.streams, evidence.connectionCount),
    evidence.callCount > 0 ? `${evidence.callCount} calls` : "",
  ];
  return parts.filter((part) => part !== "").join(" · ") || "none kept";
}

function list(word: string, items: readonly string[], total: number): string {
  if (items.length === 0) return "";
  const shown = items.slice(0, SHOWN_NUMBERS);
  const more = Math.max(total, items.length) - shown.length;
  return `${word} ${shown.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
