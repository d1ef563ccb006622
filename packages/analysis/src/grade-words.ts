import type { Connection, GradeReason } from "@weir/model";

/** Grade reasons as they end a sentence: "cannot tell, because …". Only those that keep a question from being answered. */
const WORDS = {
  oneDirection: "only one direction was captured",
  midStreamStart: "it began before the capture did",
  captureEnded: "it was still open when the capture ended",
  captureLoss: "the capture itself lost packets",
  missingSegments: "data that was acknowledged is not in the capture",
  duplicateVantage: "the capture holds packets more than once",
  clockStep: "the capture's clock ran backwards",
  sampled: "only some of the packets were captured",
} as const satisfies Partial<Record<GradeReason, string>>;

/** The first of these reasons that a connection is graded for, in words; undefined where there is none. */
export function becauseOf(
  { gradeReasons }: Pick<Connection, "gradeReasons">,
  ...reasons: readonly (keyof typeof WORDS)[]
): string | undefined {
  const reason = reasons.find((each) => gradeReasons.includes(each));
  return reason === undefined ? undefined : WORDS[reason];
}

/** Why repeats on a connection cannot be told from losses; undefined where they can. */
export function unreliableBecause(connection: Connection): string | undefined {
  return becauseOf(connection, "captureLoss", "duplicateVantage", "clockStep", "oneDirection", "sampled");
}
