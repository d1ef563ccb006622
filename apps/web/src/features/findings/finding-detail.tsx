import { formatCount } from "@weir/base";
import type { TreeStep } from "@weir/model";
import type { FindingJson } from "../../lib/api.ts";
import { GradeSentence } from "../../widgets/grade.tsx";
import { withStop } from "../../widgets/notice.tsx";
import { FindingEvidence } from "./finding-evidence.tsx";

const OUTCOMES: Readonly<Record<TreeStep["outcome"], { readonly sign: string; readonly word: string }>> = {
  taken: { sign: "✓", word: "yes" },
  ruledOut: { sign: "✕", word: "no: ruled out" },
  cannotTell: { sign: "?", word: "cannot tell" },
};

/** Why it is believed: the path through the decision tree, the evidence, what to do, what would refute it. */
export function FindingDetail({ finding }: { readonly finding: FindingJson }) {
  return (
    <div className="finding-detail">
      <div className="finding-why">
        <p className="summary">{finding.summary}</p>
        <h3>How it was decided</h3>
        <ol className="steps" aria-label="Decision path">
          {finding.steps.map((step) => (
            <Step key={step.question} step={step} />
          ))}
        </ol>
      </div>
      <div className="finding-then">
        <div className="advice">
          <h3>Do next</h3>
          <p>{withStop(finding.advice)}</p>
        </div>
        <h3>What would refute it</h3>
        <p>{withStop(capitalised(finding.refutedBy))}</p>
        <FindingEvidence finding={finding} />
        <p className="finding-foot">
          <code title="The rule that judged">{finding.rule}</code>
          <GradeSentence grade={finding.grade} reasons={finding.gradeReasons} />
          <span>impact {formatCount(finding.impact)}</span>
        </p>
      </div>
    </div>
  );
}

function Step({ step }: { readonly step: TreeStep }) {
  const { sign, word } = OUTCOMES[step.outcome];
  return (
    <li className={step.outcome}>
      <span className="step-sign" aria-hidden="true">
        {sign}
      </span>
      <div>
        <p className="question">
          {step.question} <strong>{word}</strong>
        </p>
        <dl>
          <div>
            <dt>measured</dt>
            <dd>{step.measured}</dd>
          </div>
          <div>
            <dt>threshold</dt>
            <dd>{step.threshold}</dd>
          </div>
        </dl>
      </div>
    </li>
  );
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
