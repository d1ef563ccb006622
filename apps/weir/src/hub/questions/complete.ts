import { WeirError } from "@weir/base";
import type { Completion } from "@weir/http-contract";
import type { RecordWord } from "@weir/model";
import {
  COMPLETION_ITEMS,
  checkQuestion,
  completeFilter,
  type FieldReference,
  QUERY_RECORDS,
  questionSql,
} from "@weir/query";
import type { QueryRunner } from "@weir/storage";
import { ENVIRONMENTS } from "../scope.ts";

/** Somebody is typing: values come from what can be looked at in no time, or not at all. */
const VALUE_LIMITS = { seconds: 1, memoryBytes: 256 * 2 ** 20, resultBytes: 2 ** 20, rowsRead: 2_000_000 } as const;
/** Values of one kind longer than this are of no help. */
const MAX_VALUE_CHARACTERS = 200;

export interface CompletionRequest {
  readonly record: RecordWord;
  readonly text: string;
  readonly cursor?: number | undefined;
  readonly capture?: string | undefined;
}

/** What can be written at the cursor: what the model knows, and values as the store has them, most frequent first. */
export async function completionOf(
  runner: QueryRunner,
  { record, text, cursor = text.length, capture }: CompletionRequest,
  signal: AbortSignal,
): Promise<Completion> {
  const { values, items, from, to } = completeFilter(text, Math.min(cursor, text.length), ENVIRONMENTS[record]);
  const found = values === undefined ? [] : await valuesOf(runner, values, capture, signal);
  return { from, to, items: [...items, ...found] };
}

async function valuesOf(
  runner: QueryRunner,
  { field, written }: { readonly field: FieldReference; readonly written: string },
  capture: string | undefined,
  signal: AbortSignal,
): Promise<Completion["items"]> {
  const name = nameOf(field);
  if (name === undefined) return [];
  const isText = field.type === "string";
  const check = checkQuestion(
    {
      record: field.record,
      capture: QUERY_RECORDS[field.record].isOfCapture ? capture : undefined,
      groupBy: [name],
      limit: COMPLETION_ITEMS,
      ...(isText && written !== "" ? { filter: `${name}.contains(${JSON.stringify(written)})` } : {}),
    },
    ENVIRONMENTS,
  );
  if (check.kind !== "ok") return [];
  const statement = questionSql(check.question, { fromNs: 0n, toNs: 1n }, COMPLETION_ITEMS);
  try {
    const { rows } = await runner.all(statement, VALUE_LIMITS, signal);
    return rows.flatMap(([value, count]) => {
      const text = isText ? JSON.stringify(value) : String(value);
      const isUsable = value !== null && value !== "" && text.length <= MAX_VALUE_CHARACTERS;
      return isUsable && (isText || text.startsWith(written))
        ? [{ text, kind: "value" as const, count: Number(count) }]
        : [];
    });
  } catch (error) {
    // A store that is too busy, or away: names and operators still help.
    if (error instanceof WeirError || signal.aborted) return [];
    throw error;
  }
}

/** The name of a field in filters of its own record: inside of a macro it has another one. */
function nameOf({ record, field, attribute, only }: FieldReference): string | undefined {
  for (const [name, { reference }] of ENVIRONMENTS[record].fields) {
    const isSame = reference.record === record && reference.field === field && reference.attribute === attribute;
    if (isSame && reference.only?.equals === only?.equals) return name;
  }
  return undefined;
}
