import type { FilterEnvironment } from "../known-fields.ts";
import { type Token, tokensOf } from "./tokens.ts";

/** What can stand where the cursor is. */
export type Expected = "condition" | "operator" | "value" | "join" | "nothing";

/** Where the cursor is in a filter: what is expected there, and which word is being written. */
export interface Place {
  readonly expected: Expected;
  /** The names that are known there: inside of a macro, those of its variable. */
  readonly environment: FilterEnvironment;
  /** The name that the next operator or value belongs to. */
  readonly left: string | undefined;
  /** What is written so far of the word at the cursor, quotes included. */
  readonly word: string;
  readonly from: number;
}

interface Context {
  readonly closes: "condition" | "operator";
  readonly kind: "group" | "list" | "macro" | "call";
  readonly environment: FilterEnvironment;
  readonly left: string | undefined;
}

const TEXT_TEST = /\.(?:contains|startsWith|endsWith|matches)$/;
const MACRO = /^(\w+)\.(?:exists|all|exists_one|filter)$/;
const LITERAL_FUNCTIONS: ReadonlySet<string> = new Set(["duration", "timestamp"]);

/** Finds out where the cursor of a filter is, from what stands before it. */
export function placeOf(text: string, cursor: number, environment: FilterEnvironment): Place {
  const tokens = tokensOf(text.slice(0, cursor));
  const last = tokens.at(-1);
  const isWriting =
    last !== undefined && last.end === cursor && (last.isOpen || last.kind === "name" || last.kind === "number");
  const walk = new Walk(environment);
  for (const token of isWriting ? tokens.slice(0, -1) : tokens) walk.step(token);
  const word = isWriting ? last.text : "";
  return { ...walk.state(), word, from: cursor - word.length };
}

/** Steps over the tokens before the cursor. */
class Walk {
  #expected: Expected = "condition";
  #environment: FilterEnvironment;
  #left: string | undefined;
  #previous: Token | undefined;
  readonly #contexts: Context[] = [];

  constructor(environment: FilterEnvironment) {
    this.#environment = environment;
  }

  state(): Pick<Place, "expected" | "environment" | "left"> {
    return { expected: this.#expected, environment: this.#environment, left: this.#left };
  }

  step(token: Token): void {
    if (token.kind === "name") this.#name(token.text);
    else if (token.kind === "sign") this.#sign(token.text);
    else this.#expected = this.#expected === "condition" ? "operator" : this.#isIn("list") ? "nothing" : "join";
    this.#previous = token;
  }

  #name(text: string): void {
    if (text === "in") {
      this.#expected = "value";
    } else if (this.#expected === "value") {
      this.#expected = "join";
    } else if (this.#expected !== "nothing") {
      this.#left = text;
      this.#expected = "operator";
    }
  }

  #sign(text: string): void {
    switch (text) {
      case "&&":
      case "||":
      case "!":
        this.#expected = "condition";
        return;
      case "(":
        this.#open();
        return;
      case "[":
        this.#push("list", "condition");
        this.#expected = "value";
        return;
      case ",":
        this.#comma();
        return;
      case ")":
      case "]":
        this.#close();
        return;
      default:
        this.#expected = "value";
    }
  }

  #open(): void {
    const name = this.#previous?.kind === "name" ? this.#previous.text : "";
    if (MACRO.test(name)) {
      this.#push("macro", name.endsWith(".filter") ? "operator" : "condition");
      this.#left = name;
      this.#expected = "nothing";
    } else if (TEXT_TEST.test(name)) {
      this.#push("call", "condition");
      this.#left = name.replace(TEXT_TEST, "");
      this.#expected = "value";
    } else if (LITERAL_FUNCTIONS.has(name)) {
      this.#push("call", "condition");
      this.#expected = "nothing";
    } else {
      this.#push("group", name === "size" ? "operator" : "condition");
      this.#expected = "condition";
    }
  }

  #comma(): void {
    if (this.#isIn("list")) {
      this.#expected = "value";
      return;
    }
    const relation = MACRO.exec(this.#left ?? "")?.[1];
    const known = relation === undefined ? undefined : this.#environment.related.get(relation);
    if (known === undefined || this.#previous?.kind !== "name") return;
    const own = known.relation.variable;
    this.#environment = { ...known.names, variable: { written: this.#previous.text, own } };
    this.#left = undefined;
    this.#expected = "condition";
  }

  #push(kind: Context["kind"], closes: Context["closes"]): void {
    this.#contexts.push({ kind, closes, environment: this.#environment, left: this.#left });
  }

  #close(): void {
    const context = this.#contexts.pop();
    if (context !== undefined) this.#environment = context.environment;
    this.#expected = context?.closes === "operator" ? "operator" : "join";
  }

  #isIn(kind: Context["kind"]): boolean {
    return this.#contexts.at(-1)?.kind === kind;
  }
}
