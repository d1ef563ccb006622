import { WeirError } from "@weir/base";
import { ANSWER_FILES } from "@weir/http-contract";
import { QUESTION_LIMITS, type Question } from "@weir/query";
import type { FileFormat, QueryRunner } from "@weir/storage";
import { planned } from "./answer.ts";

/** The file format that a caller accepts; undefined where it wants none. */
export function acceptedFile(accept: string | undefined): keyof typeof ANSWER_FILES | undefined {
  const names = Object.keys(ANSWER_FILES) as (keyof typeof ANSWER_FILES)[];
  return names.find((name) => accept?.includes(ANSWER_FILES[name]) === true);
}

const FORMATS: Readonly<Record<keyof typeof ANSWER_FILES, FileFormat>> = {
  parquet: "Parquet",
  arrow: "ArrowStream",
  csv: "CSVWithNames",
};

/** Answers a question as a file whose columns have the answer's names. What is larger than a file may be is refused: a part of it would look like all of it. */
export async function answerFile(
  runner: QueryRunner,
  question: Question,
  name: keyof typeof ANSWER_FILES,
  signal: AbortSignal,
): Promise<Response> {
  const { plan } = await planned(runner, question, QUESTION_LIMITS.streamedRows, signal);
  const { statement, head, rows } = plan;
  const columns = head.columns.map((column, index) => `c${index} AS ${quoted(column.name)}`);
  const query = {
    query: `SELECT ${columns.join(", ")} FROM (${statement.query}) LIMIT ${rows}`,
    params: statement.params,
  };
  const limits = { ...QUESTION_LIMITS, resultBytes: QUESTION_LIMITS.streamedBytes };
  const file = await runner.file(query, FORMATS[name], limits, signal);
  if (rows === QUESTION_LIMITS.streamedRows && (file.rows ?? 0) >= rows) {
    file.bytes.destroy();
    throw new WeirError(
      "LIMIT_REACHED",
      `the answer has more than ${rows} rows`,
      "Ask about a shorter time, or with a narrower filter",
    );
  }
  return new Response(ReadableStream.from(file.bytes) as ReadableStream, {
    headers: {
      "content-type": ANSWER_FILES[name],
      "weir-warnings": encodeURIComponent(JSON.stringify(head.warnings.map(({ message }) => message))),
    },
  });
}

/** A name as ClickHouse's SQL takes it. */
function quoted(name: string): string {
  return `\`${name.replace(/[\\`]/g, (sign) => `\\${sign}`)}\``;
}
