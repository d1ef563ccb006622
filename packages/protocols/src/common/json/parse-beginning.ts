/** Nesting that is read; what lies deeper is left out. */
const MAX_DEPTH = 40;

/**
 * Parses JSON that may end anywhere: what is whole before the end is there, and so are a string's beginning and the objects and arrays around it.
 * Undefined where `text` is no JSON from its start.
 */
export function parseBeginning(text: string): unknown {
  return new Reader(text).value(0);
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A member of an object; undefined where there is no object, or no such member. */
export function memberOf(value: unknown, name: string): unknown {
  return isRecord(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

export function stringOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** A string up to its closing quote, or up to the end. */
const STRING = /"((?:[^"\\]|\\.)*)("?)/y;
/** Numbers and words; one at the text's end may be cut. */
const WORD = /(?:-?\d[\d.eE+-]*|true|false|null)/y;
const SPACE = /[ \t\r\n]*/y;

class Reader {
  readonly #text: string;
  #at = 0;
  /** True where text was no JSON: nothing more is read. */
  #isOver = false;

  constructor(text: string) {
    this.#text = text;
  }

  value(depth: number): unknown {
    this.#match(SPACE);
    const first = this.#text[this.#at];
    if (first === "{" || first === "[") {
      if (depth < MAX_DEPTH) return first === "{" ? this.#object(depth) : this.#array(depth);
      this.#isOver = true;
      return undefined;
    }
    return first === '"' ? this.#string() : this.#word();
  }

  #object(depth: number): Readonly<Record<string, unknown>> {
    const members: [string, unknown][] = [];
    this.#at += 1;
    while (!this.#ends("}")) {
      const name = this.#string();
      this.#match(SPACE);
      if (name === undefined || this.#text[this.#at] !== ":") {
        this.#isOver = true;
        break;
      }
      this.#at += 1;
      const value = this.value(depth + 1);
      if (value !== undefined) members.push([name, value]);
      if (!this.#separates("}")) break;
    }
    return Object.fromEntries(members);
  }

  #array(depth: number): readonly unknown[] {
    const values: unknown[] = [];
    this.#at += 1;
    while (!this.#ends("]")) {
      const value = this.value(depth + 1);
      if (value !== undefined) values.push(value);
      if (!this.#separates("]")) break;
    }
    return values;
  }

  #string(): string | undefined {
    const match = this.#match(STRING);
    if (match === undefined) {
      this.#isOver = true;
      return undefined;
    }
    if (match[2] === "") this.#isOver = true;
    // An escape that is cut in the middle is left out.
    const raw = (match[1] ?? "").replace(/\\(?:u[0-9a-fA-F]{0,3})?$/, "");
    return raw.includes("\\") ? unescaped(raw) : raw;
  }

  #word(): unknown {
    const word = this.#match(WORD)?.[0];
    if (word === undefined) {
      this.#isOver = true;
      return undefined;
    }
    if (word === "true" || word === "false") return word === "true";
    if (word === "null") return null;
    const value = Number(word);
    return Number.isNaN(value) ? undefined : value;
  }

  /** True at the closing bracket, which is taken, and where there is nothing more to read. */
  #ends(bracket: string): boolean {
    this.#match(SPACE);
    if (this.#isOver || this.#at >= this.#text.length) return true;
    if (this.#text[this.#at] !== bracket) return false;
    this.#at += 1;
    return true;
  }

  /** Takes a comma; false where something else stands, which ends the list. */
  #separates(bracket: string): boolean {
    this.#match(SPACE);
    if (this.#isOver) return false;
    if (this.#text[this.#at] === ",") {
      this.#at += 1;
      this.#match(SPACE);
      return true;
    }
    if (this.#text[this.#at] !== bracket) this.#isOver = true;
    else this.#at += 1;
    return false;
  }

  #match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match === null) return undefined;
    this.#at = pattern.lastIndex;
    return match;
  }
}

const ESCAPES: Readonly<Record<string, string>> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

function unescaped(raw: string): string {
  return raw.replace(/\\(?:u([0-9a-fA-F]{4})|(.))/g, (_all, hex: string | undefined, letter: string | undefined) =>
    hex === undefined ? (ESCAPES[letter ?? ""] ?? letter ?? "") : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
