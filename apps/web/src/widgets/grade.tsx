import type { Grade, GradeReason } from "@weir/model";

/** Reasons of a grade, in words. */
const REASONS: Readonly<Record<GradeReason, string>> = {
  midStreamStart: "it began before the capture did",
  captureEnded: "it was still open when the capture ended",
  captureLoss: "the capture itself lost packets",
  missingSegments: "acknowledged data was never captured",
  snapLength: "packets were cut by the snap length",
  oneDirection: "only one direction was seen",
  duplicateVantage: "the same packets were seen at more than one place",
  superFrames: "offloading had put segments together, so that packet counts are too small",
  sampled: "only some of the packets were captured, by choice",
  directionGuessed: "who is the client was guessed",
  weakEvidence: "what belongs together is known by something that others may have in common with it",
  captureDamaged: "the capture breaks off or is damaged",
  notDecoded: "packets of the capture could not be decoded",
  clockStep: "the capture's clock ran backwards",
  overload: "the agent had more packets than it could read",
  kernelLoss: "the kernel told more than the agent could read",
  limitReached: "a limit of Weir was reached",
};

const MEANINGS: Readonly<Record<Grade, string>> = {
  whole: "Whole: nothing is missing",
  partial: "Partial: something is missing",
  unknown: "Unknown: too little was captured to trust the numbers",
};

interface GradeProps {
  readonly grade: Grade;
  readonly reasons: readonly string[];
}

function reasonWords(reasons: readonly string[]): string {
  return reasons.map((reason) => (REASONS as Readonly<Record<string, string>>)[reason] ?? reason).join("; ");
}

/** How far a number can be trusted: a word, its reasons at hand. */
export function GradeBadge({ grade, reasons }: GradeProps) {
  const why = reasonWords(reasons);
  return (
    <span className={`grade grade-${grade}`} title={why === "" ? MEANINGS[grade] : `${MEANINGS[grade]}; ${why}`}>
      {grade}
    </span>
  );
}

/** How far the numbers can be trusted, as a sentence. */
export function GradeSentence({ grade, reasons }: GradeProps) {
  const why = reasonWords(reasons);
  return (
    <span className="grade-sentence">
      <GradeBadge grade={grade} reasons={reasons} /> {why === "" ? "nothing was missing" : why}
    </span>
  );
}
