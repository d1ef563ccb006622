/** healthy: nothing to do; note: worth knowing, no fault; trouble: something is wrong; undecided: the capture cannot tell. */
export const VERDICT_KINDS = ["healthy", "note", "trouble", "undecided"] as const;
export type VerdictKind = (typeof VERDICT_KINDS)[number];

/** What is said about an outcome of a verdict tree. */
export interface VerdictWords {
  readonly kind: VerdictKind;
  /** A few words, fit for a count: "20 loss behind the vantage". */
  readonly title: string;
  /** What it means, in one or two sentences. */
  readonly meaning: string;
  /** What to do next; empty where there is nothing to do. */
  readonly advice: string;
  /** What would prove it wrong. */
  readonly refutedBy: string;
}

/** Words in the order of their declaration; what is left out is empty. */
export function words(kind: VerdictKind, title: string, meaning: string, advice = "", refutedBy = ""): VerdictWords {
  return { kind, title, meaning, advice, refutedBy };
}
