import type { SqlToken } from "./scanner.ts";

/** Longest masked statement that is shown. */
export const MAX_QUERY_TEXT_CHARS = 2_000;

/**
 * A statement with `?` in place of its literals, one space where there was any, lists behind IN as `(?)`, and only the first of the rows behind
 * VALUES: statements that differ in values only are the same text.
 */
export function maskedText(tokens: readonly SqlToken[]): string {
  let text = "";
  const rows: Rows = { depth: 0, rowsDepth: -1 };
  for (let at = 0; at < tokens.length && text.length <= MAX_QUERY_TEXT_CHARS; at += 1) {
    const token = tokens[at];
    if (token === undefined) break;
    const listEnd = isSymbol(token, "(") && isWord(tokens[at - 1], "IN") ? valueListEnd(tokens, at) : -1;
    const rowEnd = listEnd === -1 ? furtherRowEnd(tokens, at, rows) : -1;
    const shown = listEnd === -1 ? token.shown : "(?)";
    if (rowEnd === -1) text += token.isSpaced && text !== "" ? ` ${shown}` : shown;
    at = Math.max(at, listEnd, rowEnd);
  }
  return shortened(text, MAX_QUERY_TEXT_CHARS);
}

interface Rows {
  /** Brackets that are open. */
  depth: number;
  /** Depth at which rows stand behind VALUES; -1 where none do. */
  rowsDepth: number;
}

/** Where a row ends that begins here and is not the first behind VALUES; else -1. Follows the brackets. */
function furtherRowEnd(tokens: readonly SqlToken[], at: number, rows: Rows): number {
  const token = tokens[at];
  if (isSymbol(token, "(")) rows.depth += 1;
  else if (isSymbol(token, ")")) rows.depth -= 1;
  else if (isSymbol(token, ",") && rows.depth === rows.rowsDepth && isSymbol(tokens[at + 1], "("))
    return closing(tokens, at + 1);
  else if (isWord(token, "VALUES")) rows.rowsDepth = rows.depth;
  else if (token?.kind === "word" && rows.depth <= rows.rowsDepth) rows.rowsDepth = -1;
  return -1;
}

/** A text of at most `maxChars`; one that was longer ends in `…`. */
export function shortened(text: string, maxChars: number): string {
  return text.length <= maxChars ? text : `${text.slice(0, maxChars - 1)}…`;
}

/** True for a keyword, however it is written. */
export function isWord(token: SqlToken | undefined, keyword: string): boolean {
  return token?.kind === "word" && token.text.length === keyword.length && token.text.toUpperCase() === keyword;
}

/** True for a certain operator or bracket. */
export function isSymbol(token: SqlToken | undefined, text: string): boolean {
  return token?.kind === "symbol" && token.text === text;
}

/** Where the bracket at `at` is closed; the last token where it is not. */
function closing(tokens: readonly SqlToken[], at: number): number {
  let depth = 0;
  for (let index = at; index < tokens.length; index += 1) {
    if (isSymbol(tokens[index], "(")) depth += 1;
    else if (isSymbol(tokens[index], ")")) depth -= 1;
    if (depth === 0) return index;
  }
  return tokens.length - 1;
}

/** Where a list of values alone is closed that begins at `at`; -1 where something else stands in it. */
function valueListEnd(tokens: readonly SqlToken[], at: number): number {
  let depth = 0;
  for (let index = at; index < tokens.length; index += 1) {
    const token = tokens[index];
    if (isSymbol(token, "(")) depth += 1;
    else if (isSymbol(token, ")")) depth -= 1;
    else if (token === undefined || !isPartOfValues(token)) return -1;
    if (depth === 0) return index;
  }
  return tokens.length - 1;
}

function isPartOfValues({ kind, text }: SqlToken): boolean {
  if (kind === "literal" || kind === "placeholder") return true;
  return kind === "symbol" ? text === "," || text === "-" || text === "+" : text.toUpperCase() === "NULL";
}
