import { formatCount } from "@weir/base";
import type { FindingJson } from "../../lib/api.ts";
import { GradeSentence } from "../../widgets/grade.tsx";
import { withStop } from "../../widgets/notice.tsx";
import { DecisionPath } from "./decision-path.tsx";
import { FindingEvidence } from "./finding-evidence.tsx";

/** Why it is believed: the path through the decision tree, the evidence, what to do, what would refute it. */
export function FindingDetail({ finding }: { readonly finding: FindingJson }) {
  return (
    <div className="finding-detail">
      <div className="finding-why">
        <p className="summary">{finding.summary}</p>
        <h3>How it was decided</h3>
        <DecisionPath steps={finding.steps} />
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

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
