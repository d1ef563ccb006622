import {
  BEFORE_INNER,
  DEFINED,
  DEFINITION_VERBS,
  ENDS_TABLES,
  FILLERS,
  FROM_FUNCTIONS,
  NAMING_VERBS,
  OUTER_VERBS,
  QUERY_VERBS,
} from "./keywords.ts";
import { isSymbol, isWord, shortened } from "./mask.ts";
import type { SqlToken } from "./scanner.ts";

/** Longest `db.query.summary` (OpenTelemetry's semantic conventions for databases). */
export const MAX_SUMMARY_CHARS = 255;
/** Tables of one statement that a summary names. */
const MAX_TARGETS = 8;
const MAX_NAME_CHARS = 128;
/** Words between CREATE and what is created (`OR REPLACE TEMPORARY`). */
const MAX_DEFINITION_WORDS = 12;

/** What a statement does, and to what. */
export interface SqlSummary {
  /** First verb in capitals; CREATE, ALTER and DROP with the kind of thing. Empty for an empty statement. */
  readonly operation: string;
  /** The table, procedure, channel or setting that it is about first; empty where there is none. */
  readonly collection: string;
  /** `db.query.summary`: the operations with their tables, in the order of the statement. */
  readonly summary: string;
}

/** Sums up one statement as OpenTelemetry's semantic conventions describe `db.query.summary`. */
export function summarise(tokens: readonly SqlToken[]): SqlSummary {
  const verbAt = mainVerbAt(tokens);
  const verb = upper(tokens[verbAt]);
  if (verb === "") return { operation: "", collection: "", summary: "" };
  if (DEFINITION_VERBS.has(verb)) return definition(tokens, verb, verbAt);
  if (QUERY_VERBS.has(verb) || OUTER_VERBS.has(verb)) return query(tokens, verb, verbAt);
  const name = NAMING_VERBS.has(verb) ? nameAt(tokens, skipFillers(tokens, verbAt + 1)) : "";
  return said(verb, name, [verb, name]);
}

/** Where the first verb stands; behind the common table expressions of WITH. */
function mainVerbAt(tokens: readonly SqlToken[]): number {
  const first = tokens.findIndex(({ kind }) => kind === "word");
  if (!isWord(tokens[first], "WITH")) return first;
  let depth = 0;
  for (let at = first; at < tokens.length; at += 1) {
    if (isSymbol(tokens[at], "(")) depth += 1;
    else if (isSymbol(tokens[at], ")")) depth -= 1;
    else if (depth === 0 && QUERY_VERBS.has(upper(tokens[at]))) return at;
  }
  return first;
}

/** Names that WITH gives to the queries before the main verb: they are no tables. */
function namesOfWith(tokens: readonly SqlToken[], verbAt: number): Set<string> {
  const names = new Set<string>();
  for (let at = 0; at < verbAt; at += 1) {
    const [before, token] = [tokens[at - 1], tokens[at]];
    const isFirst = isWord(before, "WITH") || isWord(before, "RECURSIVE") || isSymbol(before, ",");
    const isNamed = isWord(tokens[at + 1], "AS") || isSymbol(tokens[at + 1], "(");
    if (isFirst && isNamed && isPartOfName(token)) names.add(token.text);
  }
  return names;
}

/** `CREATE UNIQUE INDEX IF NOT EXISTS orders_by_date`: CREATE INDEX of orders_by_date. */
function definition(tokens: readonly SqlToken[], verb: string, verbAt: number): SqlSummary {
  const end = Math.min(tokens.length, verbAt + MAX_DEFINITION_WORDS);
  for (let at = verbAt + 1; at < end; at += 1) {
    const kind = upper(tokens[at]);
    if (!DEFINED.has(kind)) continue;
    const name = nameAt(tokens, skipFillers(tokens, at + 1));
    return said(`${verb} ${kind}`, name, [verb, kind, name]);
  }
  return said(verb, "", [verb]);
}

/** Verbs and tables in the order in which they stand. */
function query(tokens: readonly SqlToken[], operation: string, verbAt: number): SqlSummary {
  const words = OUTER_VERBS.has(operation) ? [operation] : [];
  const notTables = namesOfWith(tokens, verbAt);
  const tables: { readonly name: string; readonly at: number }[] = [];
  let namedAt = -1;
  for (const { at, verb } of landmarks(tokens)) {
    words.push(verb);
    if (verb === "SELECT" || at < namedAt || tables.length >= MAX_TARGETS) continue;
    const begin = skipFillers(tokens, at + 1);
    const name = nameAt(tokens, begin);
    if (name === "" || notTables.has(name)) continue;
    namedAt = begin;
    words.push(name);
    tables.push({ name, at });
  }
  const main = tables.find(({ at }) => at >= verbAt) ?? tables[0];
  return said(operation, main?.name ?? "", words);
}

interface Landmark {
  readonly at: number;
  /** The verb that stands here; empty for a word or comma that a table follows. */
  readonly verb: string;
}

/** Places where a verb stands, or where a table is named next. */
function* landmarks(tokens: readonly SqlToken[]): Generator<Landmark> {
  /** For each open bracket whether FROM in it is a clause, and whether a comma in it goes on with tables. */
  const outer = { hasFrom: true, isInTables: false };
  const levels = [outer];
  for (let at = 0; at < tokens.length; at += 1) {
    const level = levels.at(-1) ?? outer;
    if (isSymbol(tokens[at], "("))
      levels.push({ hasFrom: !FROM_FUNCTIONS.has(upper(tokens[at - 1])), isInTables: false });
    else if (isSymbol(tokens[at], ")")) {
      if (levels.length > 1) levels.pop();
    } else if (isSymbol(tokens[at], ",")) {
      if (level.isInTables) yield { at, verb: "" };
    }
    const word = upper(tokens[at]);
    if (word === "") continue;
    if (isVerbAt(tokens, at, word)) {
      level.isInTables = word === "UPDATE";
      yield { at, verb: word };
    } else if (isTableWord(tokens, at, word, level.hasFrom)) {
      level.isInTables = word === "FROM" || word === "USING";
      yield { at, verb: "" };
    } else if (ENDS_TABLES.has(word)) level.isInTables = false;
  }
}

/** True for words that a table follows. */
function isTableWord(tokens: readonly SqlToken[], at: number, word: string, hasFrom: boolean): boolean {
  if (word === "JOIN" || word === "APPLY" || word === "INTO") return true;
  if (word === "FROM") return hasFrom && !isWord(tokens[at - 1], "DISTINCT");
  // JOIN … USING (columns) names no table.
  return word === "USING" && !isSymbol(tokens[at + 1], "(");
}

/** SELECT is a verb wherever it stands; the others where a statement may begin (`FOR UPDATE` and `ON DELETE` begin none). */
function isVerbAt(tokens: readonly SqlToken[], at: number, word: string): boolean {
  if (!QUERY_VERBS.has(word)) return false;
  if (word === "SELECT") return true;
  const before = tokens[at - 1];
  const isStart = before === undefined || isSymbol(before, "(") || isSymbol(before, ")");
  return (isStart || BEFORE_INNER.has(upper(before))) && !isSymbol(tokens[at + 1], "(");
}

function skipFillers(tokens: readonly SqlToken[], from: number): number {
  let at = from;
  while (at < tokens.length - 1 && FILLERS.has(upper(tokens[at]))) at += 1;
  return at;
}

/** `schema.table` as it begins at `from`, without quotes; empty where there is no name. */
function nameAt(tokens: readonly SqlToken[], from: number): string {
  let name = "";
  let at = from;
  for (let part = tokens[at]; isPartOfName(part) && name.length < MAX_NAME_CHARS; part = tokens[at]) {
    name += part.text;
    at += 1;
    if (!isSymbol(tokens[at], ".")) break;
    while (isSymbol(tokens[at], ".")) {
      name += ".";
      at += 1;
    }
  }
  return shortened(name, MAX_NAME_CHARS);
}

/** A verb is none: `FROM (SELECT` and `INTO SELECT` name nothing. */
function isPartOfName(token: SqlToken | undefined): token is SqlToken {
  return token?.kind === "name" || (token?.kind === "word" && !QUERY_VERBS.has(upper(token)));
}

function upper(token: SqlToken | undefined): string {
  return token?.kind === "word" ? token.text.toUpperCase() : "";
}

/** Names are never cut in a summary: those that do not fit are left out. */
function said(operation: string, collection: string, words: readonly string[]): SqlSummary {
  let summary = "";
  for (const word of words) {
    if (word === "") continue;
    if (summary.length + 1 + word.length > MAX_SUMMARY_CHARS) break;
    summary += summary === "" ? word : ` ${word}`;
  }
  return { operation, collection, summary };
}
