import type { SqlDialect } from "./dialect.ts";
import { isSymbol, MAX_QUERY_TEXT_CHARS, maskedText, shortened } from "./mask.ts";
import { type SqlToken, scanSql } from "./scanner.ts";
import { MAX_SUMMARY_CHARS, type SqlSummary, summarise } from "./summary.ts";

/** Longest text that is read; of what is longer the beginning is. */
export const MAX_SQL_CHARS = 16_384;
/** Statements of one text that are told apart; those beyond are part of the last. */
const MAX_STATEMENTS = 64;
/** sqlcommenter writes its comment at the end, so the end of a text that is too long is looked at too. */
const COMMENT_TAIL_CHARS = 1_024;
/** Values are in single quotes and percent-encoded (https://google.github.io/sqlcommenter/spec/); a traceparent has nothing to encode. */
const TRACEPARENT = /traceparent\s*=\s*'([0-9a-f-]{55,128})'/;

/** One statement with nothing in it that may be secret. */
export interface SqlStatement extends SqlSummary {
  /** `db.query.text`, masked. */
  readonly text: string;
}

/** What was sent to a database at once. */
export interface SqlQuery {
  /** In order; empty where there is none. */
  readonly statements: readonly SqlStatement[];
  /** W3C traceparent that a comment carries, as it stands there. */
  readonly traceparent: string | undefined;
}

/** Reads a text of SQL: masks it and sums it up, statement by statement. `isCut`: its end is missing. Bounded, never throws. */
export function readSql(sql: string, dialect: SqlDialect, isCut = false): SqlQuery {
  const isLong = sql.length > MAX_SQL_CHARS;
  const text = isLong || isCut ? withoutCutWord(sql.slice(0, MAX_SQL_CHARS)) : sql;
  const { tokens, tracedComments } = scanSql(text, dialect);
  const statements = split(tokens).map((part) => ({ text: maskedText(part), ...summarise(part) }));
  const comments = isLong ? [...tracedComments, lastComment(sql)] : tracedComments;
  return { statements, traceparent: traceparentIn(comments) };
}

/** Several statements said as one. */
export function together(statements: readonly SqlStatement[]): SqlStatement {
  const [first, second] = statements;
  if (first === undefined) return { text: "", operation: "", collection: "", summary: "" };
  if (second === undefined) return first;
  const summary = statements.map((statement) => statement.summary).join("; ");
  const text = statements.map((statement) => statement.text).join("; ");
  return { ...first, summary: shortened(summary, MAX_SUMMARY_CHARS), text: shortened(text, MAX_QUERY_TEXT_CHARS) };
}

/** A word of which only the beginning is there may be half of a literal that its end would tell. */
function withoutCutWord(sql: string): string {
  return sql.replace(/\S*$/, "");
}

function split(tokens: readonly SqlToken[]): SqlToken[][] {
  const parts: SqlToken[][] = [];
  let part: SqlToken[] = [];
  for (const token of tokens) {
    if (!isSymbol(token, ";")) part.push(token);
    else if (part.length > 0 && parts.length < MAX_STATEMENTS - 1) {
      parts.push(part);
      part = [];
    }
  }
  if (part.length > 0) parts.push(part);
  return parts;
}

function lastComment(sql: string): string {
  const tail = sql.slice(-COMMENT_TAIL_CHARS);
  return /\*\/[\s;]*$/.test(tail) ? tail.slice(tail.lastIndexOf("/*")) : "";
}

function traceparentIn(comments: readonly string[]): string | undefined {
  for (const comment of comments) {
    const [, traceparent] = TRACEPARENT.exec(comment) ?? [];
    if (traceparent !== undefined) return traceparent;
  }
  return undefined;
}
