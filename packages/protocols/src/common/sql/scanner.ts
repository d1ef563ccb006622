import type { SqlDialect } from "./dialect.ts";

/** `symbol`: an operator or a bracket, one character. `name`: a quoted identifier, without its quotes. */
export type SqlTokenKind = "word" | "name" | "literal" | "placeholder" | "symbol";

/** A piece of a statement that means something. Literals have no text: nobody may see it. */
export interface SqlToken {
  readonly kind: SqlTokenKind;
  readonly text: string;
  /** As it is written, for showing. */
  readonly shown: string;
  /** Something white, or a comment, stands before it. */
  readonly isSpaced: boolean;
}

/** What was found in a text. */
export interface SqlScan {
  readonly tokens: readonly SqlToken[];
  /** Text of the comments that name a traceparent. */
  readonly tracedComments: readonly string[];
}

const SPACE = /\s+/y;
/** Starts of identifiers; `@` and `#` are variables and temporary tables of Transact-SQL. */
const WORD = /[A-Za-z_\u0080-\uffff#][\w$#@\u0080-\uffff]*/y;
const VARIABLE = /@{1,2}[\w$#@\u0080-\uffff]*/y;
/** Greedy, so that what follows a digit without a space (units, hexadecimal, exponents) is hidden with it. */
const NUMBER = /\.?\d(?:[eE][+-]?\d|[\w.])*/y;
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/iy;
const PLACEHOLDER = /\?|\$\d+|:[A-Za-z_]\w*/y;
const DOLLAR_TAG = /\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/y;
const PLAIN_STRING = /'[^']*(?:''[^']*)*'?/y;
const ESCAPED_STRING = /'[^'\\]*(?:(?:\\[\s\S]|'')[^'\\]*)*'?/y;
const PLAIN_DOUBLE = /"[^"]*(?:""[^"]*)*"?/y;
const ESCAPED_DOUBLE = /"[^"\\]*(?:(?:\\[\s\S]|"")[^"\\]*)*"?/y;
const BACKTICKS = /`[^`]*(?:``[^`]*)*`?/y;
const BRACKETS = /\[[^\]]*(?:\]\][^\]]*)*\]?/y;
const LINE_COMMENT = /--[^\n]*/y;
const MYSQL_LINE_COMMENT = /(?:#|--(?=\s|$))[^\n]*/y;
/** `/*!50003` and its end: white space, what stands between is executed. */
const MYSQL_EXECUTED = /\/\*M?!\d*|\*\//y;
const COMMENT_EDGE = /\/\*|\*\//g;
/** Prefixes that belong to the string behind them: national, escaped, hexadecimal, bits, Unicode, a MySQL character set. */
const STRING_PREFIX = /^(?:[nebx]|_\w+)$/i;

/**
 * Cuts a text into tokens, in time that is linear in its length. What is not closed goes on to the end. Never throws.
 */
export function scanSql(sql: string, dialect: SqlDialect): SqlScan {
  return new Scanner(sql, dialect).scan();
}

class Scanner {
  readonly #sql: string;
  readonly #dialect: SqlDialect;
  readonly #tokens: SqlToken[] = [];
  readonly #tracedComments: string[] = [];
  #at = 0;
  #isSpaced = false;

  constructor(sql: string, dialect: SqlDialect) {
    this.#sql = sql;
    this.#dialect = dialect;
  }

  scan(): SqlScan {
    while (this.#at < this.#sql.length) {
      if (this.#skipWhite()) this.#isSpaced = true;
      else {
        this.#token();
        this.#isSpaced = false;
      }
    }
    return { tokens: this.#tokens, tracedComments: this.#tracedComments };
  }

  /** True where white space or a comment was passed. */
  #skipWhite(): boolean {
    if (this.#take(SPACE) !== undefined) return true;
    const { hasMysqlComments } = this.#dialect;
    if (hasMysqlComments && this.#take(MYSQL_EXECUTED) !== undefined) return true;
    const line = this.#take(hasMysqlComments ? MYSQL_LINE_COMMENT : LINE_COMMENT);
    if (line !== undefined) return this.#comment(line);
    if (!this.#sql.startsWith("/*", this.#at)) return false;
    const end = this.#blockCommentEnd();
    this.#comment(this.#sql.slice(this.#at, end));
    this.#at = end;
    return true;
  }

  #comment(text: string): true {
    if (text.includes("traceparent")) this.#tracedComments.push(text);
    return true;
  }

  #blockCommentEnd(): number {
    if (!this.#dialect.hasNestedComments) {
      const close = this.#sql.indexOf("*/", this.#at + 2);
      return close === -1 ? this.#sql.length : close + 2;
    }
    let depth = 0;
    COMMENT_EDGE.lastIndex = this.#at;
    for (let edge = COMMENT_EDGE.exec(this.#sql); edge !== null; edge = COMMENT_EDGE.exec(this.#sql)) {
      depth += edge[0] === "/*" ? 1 : -1;
      if (depth === 0) return COMMENT_EDGE.lastIndex;
    }
    return this.#sql.length;
  }

  #token(): void {
    const { hasBareUuids, hasBracketNames, hasDollarQuotes } = this.#dialect;
    const character = this.#sql[this.#at] ?? "";
    if (character === "'" || character === '"' || character === "`") this.#quoted(character);
    else if (hasBareUuids && this.#take(UUID) !== undefined) this.#literal();
    else if (hasBracketNames && character === "[") this.#name(this.#take(BRACKETS) ?? "", "]");
    else if (this.#isNumber(character) && this.#take(NUMBER) !== undefined) this.#literal();
    else if (hasDollarQuotes && character === "$" && this.#dollarQuoted()) this.#literal();
    else if (!this.#as("word", WORD) && !this.#as("placeholder", VARIABLE) && !this.#placeholder()) this.#symbol();
  }

  /** `.5` is a number, but `t.5` would go on with a name. */
  #isNumber(character: string): boolean {
    if (character !== ".") return character >= "0" && character <= "9";
    const last = this.#tokens.at(-1);
    return this.#isSpaced || last === undefined || (last.kind === "symbol" && last.text !== ")");
  }

  #quoted(quote: string): void {
    if (quote === "`") {
      this.#name(this.#take(BACKTICKS) ?? "", quote);
      return;
    }
    const isEscaped = this.#dialect.hasBackslashEscapes || this.#takesEscapes();
    if (quote === "'") this.#take(isEscaped ? ESCAPED_STRING : PLAIN_STRING);
    else {
      const text = this.#take(isEscaped ? ESCAPED_DOUBLE : PLAIN_DOUBLE) ?? "";
      if (this.#dialect.doubleQuotes === "name") {
        this.#name(text, quote);
        return;
      }
    }
    this.#dropPrefix();
    this.#literal();
  }

  /** PostgreSQL's `E'…'`. */
  #takesEscapes(): boolean {
    return !this.#isSpaced && this.#tokens.at(-1)?.text.toLowerCase() === "e";
  }

  /** The letter in front of a string is part of it. */
  #dropPrefix(): void {
    const last = this.#tokens.at(-1);
    if (this.#isSpaced || last?.kind !== "word" || !STRING_PREFIX.test(last.text)) return;
    this.#tokens.pop();
    this.#isSpaced = last.isSpaced;
  }

  #dollarQuoted(): boolean {
    const tag = this.#take(DOLLAR_TAG);
    if (tag === undefined) return false;
    const close = this.#sql.indexOf(tag, this.#at);
    this.#at = close === -1 ? this.#sql.length : close + tag.length;
    return true;
  }

  /** A colon behind a colon is a cast. */
  #placeholder(): boolean {
    const isCast = this.#sql[this.#at] === ":" && this.#sql[this.#at - 1] === ":";
    return !isCast && this.#as("placeholder", PLACEHOLDER);
  }

  #symbol(): void {
    const text = String.fromCodePoint(this.#sql.codePointAt(this.#at) ?? 0);
    this.#at += text.length;
    this.#push("symbol", text, text);
  }

  #literal(): void {
    this.#push("literal", "", "?");
  }

  #name(shown: string, quote: string): void {
    const isClosed = shown.length > 1 && shown.endsWith(quote);
    const inner = shown.slice(1, isClosed ? -1 : undefined);
    this.#push("name", inner.replaceAll(quote + quote, quote), shown);
  }

  #as(kind: SqlTokenKind, pattern: RegExp): boolean {
    const text = this.#take(pattern);
    if (text !== undefined) this.#push(kind, text, text);
    return text !== undefined;
  }

  #push(kind: SqlTokenKind, text: string, shown: string): void {
    this.#tokens.push({ kind, text, shown, isSpaced: this.#isSpaced });
  }

  /** What a pattern finds here; passes it. */
  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const [found] = pattern.exec(this.#sql) ?? [];
    if (found === undefined || found === "") return undefined;
    this.#at += found.length;
    return found;
  }
}
