import type { Token } from "./tokens.ts";

/** What stands directly inside the braces of a definition. */
export interface Root {
  readonly fields: readonly string[];
  /** Names of fragments. */
  readonly spreads: readonly string[];
  /** Number of the token behind the closing brace. */
  readonly end: number;
}

/** Reads the selections of which the brace is token number `open`; inline fragments count as what they are in. */
export function rootOf(tokens: readonly Token[], open: number): Root {
  return new RootReader(tokens).read(open);
}

class RootReader {
  readonly #tokens: readonly Token[];
  readonly #fields: string[] = [];
  readonly #spreads: string[] = [];
  /** What each open brace holds: the root's selections, or those of a field. */
  readonly #braces: ("root" | "field")[] = [];
  /** Arguments, and lists in them. */
  #brackets = 0;
  #isInline = false;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  read(open: number): Root {
    let at = open;
    while (at < this.#tokens.length) {
      const { text } = this.#tokens[at] ?? { text: "" };
      if (text === "(" || text === "[") this.#brackets += 1;
      else if (text === ")" || text === "]") this.#brackets -= 1;
      else if (this.#brackets === 0) at += this.#outside(at, text);
      at += 1;
      if (this.#braces.length === 0) break;
    }
    return { fields: this.#fields, spreads: this.#spreads, end: at };
  }

  /** A token outside of arguments. Returns how many more were taken. */
  #outside(at: number, text: string): number {
    if (text === "{") {
      const isRoot = this.#braces.length === 0 || (this.#isInline && this.#braces.at(-1) === "root");
      this.#braces.push(isRoot ? "root" : "field");
      this.#isInline = false;
    } else if (text === "}") this.#braces.pop();
    else if (this.#braces.at(-1) === "root") return this.#inRoot(at, text);
    return 0;
  }

  #inRoot(at: number, text: string): number {
    const next = this.#tokens[at + 1];
    // A directive's name is no field, an alias is none either.
    if (text === "@") return 1;
    if (text !== "...") {
      if (this.#tokens[at]?.kind === "name" && next?.text !== ":") this.#fields.push(text);
      return 0;
    }
    this.#isInline = next?.kind !== "name" || next.text === "on";
    if (next?.kind !== "name") return 0;
    if (this.#isInline) return 2;
    this.#spreads.push(next.text);
    return 1;
  }
}
