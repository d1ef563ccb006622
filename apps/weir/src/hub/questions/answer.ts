import type { Answer, AnswerHead, Problem } from "@weir/http-contract";
import {
  type CheckedQuestion,
  checkQuestion,
  type Overview,
  overviewSql,
  QUESTION_LIMITS,
  type Question,
} from "@weir/query";
import type { QueryResult, QueryRunner } from "@weir/storage";
import { FilterError } from "../problems.ts";
import { ENVIRONMENTS } from "../scope.ts";
import { planQuestion, type QuestionPlan } from "./plan.ts";

/** Answers a question as one document. */
export async function answerQuestion(runner: QueryRunner, question: Question, signal: AbortSignal): Promise<Answer> {
  const { plan, cost } = await planned(runner, question, QUESTION_LIMITS.rows, signal);
  const result = await runner.all(plan.statement, QUESTION_LIMITS, signal);
  return {
    ...withCutRows(plan, result.rows.length),
    rows: result.rows.slice(0, plan.rows).map((row) => [...row]),
    cost: {
      rowsRead: cost.rowsRead + result.rowsRead,
      bytesRead: cost.bytesRead + result.bytesRead,
      elapsedMs: cost.elapsedMs + result.elapsedMs,
    },
  };
}

/** A line of a streamed answer. */
export type AnswerLine =
  | { readonly head: AnswerHead }
  | { readonly row: readonly unknown[] }
  | { readonly problem: Problem }
  | { readonly end: { readonly rows: number; readonly warnings: AnswerHead["warnings"] } };

/**
 * Answers a question line by line. What is wrong with it is thrown at once; the function that is returned writes its head, its rows as they are found, and the end, which tells
 * what was left out.
 */
export async function streamAnswer(
  runner: QueryRunner,
  question: Question,
  signal: AbortSignal,
): Promise<(write: (lines: readonly AnswerLine[]) => Promise<void>) => Promise<void>> {
  const { plan } = await planned(runner, question, QUESTION_LIMITS.streamedRows, signal);
  return async (write) => {
    await write([{ head: plan.head }]);
    let found = 0;
    const limits = { ...QUESTION_LIMITS, resultBytes: QUESTION_LIMITS.streamedBytes };
    await runner.stream(plan.statement, limits, signal, async (rows) => {
      const kept = rows.slice(0, Math.max(0, plan.rows - found));
      found += rows.length;
      await write(kept.map((row) => ({ row })));
    });
    const { warnings } = withCutRows(plan, found);
    await write([{ end: { rows: Math.min(found, plan.rows), warnings } }]);
  };
}

function checkedQuestion(question: Question): CheckedQuestion {
  const check = checkQuestion(question, ENVIRONMENTS);
  if (check.kind !== "ok") throw new FilterError(check);
  return check.question;
}

/** Checks a question, looks at what there is under it, and plans how it is answered. */
export async function planned(
  runner: QueryRunner,
  asked: Question,
  mostRows: number,
  signal: AbortSignal,
): Promise<{ readonly plan: QuestionPlan; readonly cost: QueryResult }> {
  const question = checkedQuestion(asked);
  const cost = await runner.all(overviewSql(question), QUESTION_LIMITS, signal);
  const cells = cost.columns.map(({ name }, index) => [name, cost.rows[0]?.[index]]);
  const overview = Object.fromEntries(cells) as Overview;
  return { plan: planQuestion(question, overview, mostRows), cost };
}

function withCutRows({ head, rows }: QuestionPlan, found: number): AnswerHead {
  if (found <= rows || head.warnings.some(({ code }) => code === "cutGroups")) return head;
  const message = `there are more than ${rows} rows; the first ${rows} are given`;
  return { ...head, warnings: [...head.warnings, { code: "cutRows", message }] };
}
