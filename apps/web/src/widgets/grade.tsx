/** Reasons of a grade, in words. */
const REASONS: Readonly<Record<string, string>> = {
  midStreamStart: "began before the capture",
  captureEnded: "still open when the capture ended",
  captureLoss: "the capture itself lost packets",
  missingSegments: "acknowledged data was never captured",
  snapLength: "packets were cut by the snap length",
  oneDirection: "only one direction was seen",
  duplicateVantage: "seen at more than one place",
  clockStep: "the capture's clock ran backwards",
  limitReached: "a limit of Weir was reached",
};

/** How far a number can be trusted, and why. */
export function GradeBadge({ grade, reasons }: { readonly grade: string; readonly reasons: readonly string[] }) {
  const why = reasons.map((reason) => REASONS[reason] ?? reason).join("; ");
  return (
    <span className={`badge grade-${grade}`} title={why === "" ? "Nothing was missing" : why}>
      {grade}
      {why === "" ? "" : `: ${why}`}
    </span>
  );
}
