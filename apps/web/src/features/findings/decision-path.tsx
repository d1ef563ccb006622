import type { TreeStep } from "@weir/model";
import "./decision-path.css";

const OUTCOMES: Readonly<Record<TreeStep["outcome"], { readonly sign: string; readonly word: string }>> = {
  taken: { sign: "✓", word: "yes" },
  ruledOut: { sign: "✕", word: "no: ruled out" },
  cannotTell: { sign: "?", word: "cannot tell" },
};

/** The path through a decision tree: each question with its answer, what was measured, and the threshold. */
export function DecisionPath({ steps }: { readonly steps: readonly TreeStep[] }) {
  return (
    <ol className="steps" aria-label="Decision path">
      {steps.map((step) => (
        <Step key={step.question} step={step} />
      ))}
    </ol>
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
          <Fact name="measured" value={step.measured} />
          <Fact name="threshold" value={step.threshold} />
          {step.because === undefined ? null : <Fact name="because" value={step.because} />}
        </dl>
      </div>
    </li>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
