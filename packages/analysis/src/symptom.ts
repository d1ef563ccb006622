import type { Finding } from "@weir/model";

/** Question of the step that marks a symptom. */
const SYMPTOM_QUESTION = "Is it the consequence of another finding?";
const TITLE_MARK = "; a symptom of ";
const SUMMARY_MARK = " At the same time: ";

/** True for a finding that names another one as its cause. */
export function isSymptom({ steps }: Finding): boolean {
  return steps.at(-1)?.question === SYMPTOM_QUESTION;
}

/** The finding as a symptom of its cause: it says so, is never critical, and weighs half. One that was marked before is marked anew. */
export function asSymptom(finding: Finding, cause: Finding): Finding {
  const weighed = isSymptom(finding) ? finding : { ...finding, ...lighter(finding) };
  const causeTitle = before(cause.title, TITLE_MARK);
  return {
    ...weighed,
    title: `${before(finding.title, TITLE_MARK)}${TITLE_MARK}${cause.clientService} → ${cause.serverService}`,
    summary: `${before(finding.summary, SUMMARY_MARK)}${SUMMARY_MARK}${causeTitle}.`,
    steps: [
      ...finding.steps.filter(({ question }) => question !== SYMPTOM_QUESTION),
      {
        question: SYMPTOM_QUESTION,
        measured: causeTitle,
        threshold: "a finding beneath it, or on an edge that its server is the client of, at the same time",
        outcome: "taken",
      },
    ],
  };
}

function lighter({ severity, impact }: Finding): Pick<Finding, "severity" | "impact"> {
  return { severity: severity === "critical" ? "warning" : severity, impact: impact / 2 };
}

function before(text: string, mark: string): string {
  return text.split(mark, 1)[0] ?? text;
}
