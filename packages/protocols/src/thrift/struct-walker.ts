/** Structures in structures that are followed. */
const MAX_DEPTH = 64;

/** What stands next: a structure's fields, or the rest of a list, set or map. */
type Level =
  | { readonly kind: "struct"; lastField: number }
  | { readonly kind: "elements"; readonly types: readonly number[]; left: number };

/** What a protocol says how values are written. Reading moves `at`; `undefined` says that bytes are missing, `null` that nothing can stand there so. */
export interface Encoding {
  /** Type and number of the field at `at`; type 0 ends the structure. */
  fieldAt(bytes: Uint8Array, at: number, lastField: number): Step<{ type: number; field: number }>;
  /** How a value of a type is made. */
  valueAt(bytes: Uint8Array, at: number, type: number, isElement: boolean): Step<Value>;
}

export type Value =
  | { readonly kind: "plain" }
  | { readonly kind: "text"; readonly from: number; readonly to: number }
  | { readonly kind: "struct" }
  /** Of a map, `types` has those of keys and values. */
  | { readonly kind: "elements"; readonly types: readonly number[]; readonly count: number };

export type Step<T> = { readonly value: T; readonly next: number } | undefined | null;

/** A field of the outermost structure, as far as it was seen. */
export interface TopField {
  readonly field: number;
  readonly type: number;
  /** Where its value begins, and of a text where it ends. */
  readonly from: number;
  readonly to: number;
}

const MAX_TOP_FIELDS = 8;

/**
 * Finds the end of a structure by walking over its fields. Goes on where it stopped when there are more bytes, so that a long message costs its length
 * once. The bytes must always begin at the same place.
 */
export class StructWalker {
  readonly #encoding: Encoding;
  readonly #levels: Level[] = [{ kind: "struct", lastField: 0 }];
  #at: number;
  readonly topFields: TopField[] = [];

  constructor(encoding: Encoding, at: number) {
    this.#encoding = encoding;
    this.#at = at;
  }

  /** Where the structure ends; `needMore`, or undefined where there is none. */
  walk(bytes: Uint8Array): number | "needMore" | undefined {
    for (;;) {
      const level = this.#levels.at(-1);
      if (level === undefined) return this.#at;
      const step = level.kind === "struct" ? this.#field(bytes, level) : this.#element(bytes, level);
      if (step === undefined) return "needMore";
      if (step === null) return undefined;
    }
  }

  #field(bytes: Uint8Array, level: { lastField: number }): true | undefined | null {
    const head = this.#encoding.fieldAt(bytes, this.#at, level.lastField);
    if (head === undefined || head === null) return head;
    const { type, field } = head.value;
    if (type === 0) {
      this.#at = head.next;
      this.#levels.pop();
      return true;
    }
    const value = this.#encoding.valueAt(bytes, head.next, type, false);
    if (value === undefined || value === null) return value;
    if (this.#levels.length === 1 && this.topFields.length < MAX_TOP_FIELDS) {
      const { from, to } = value.value.kind === "text" ? value.value : { from: head.next, to: value.next };
      this.topFields.push({ field, type, from, to });
    }
    level.lastField = field;
    return this.#enter(value);
  }

  #element(bytes: Uint8Array, level: { readonly types: readonly number[]; left: number }): true | undefined | null {
    if (level.left === 0) {
      this.#levels.pop();
      return true;
    }
    const type = level.types[level.left % level.types.length] ?? 0;
    const value = this.#encoding.valueAt(bytes, this.#at, type, true);
    if (value === undefined || value === null) return value;
    level.left -= 1;
    return this.#enter(value);
  }

  #enter({ value, next }: { readonly value: Value; readonly next: number }): true | null {
    this.#at = next;
    if (value.kind !== "struct" && value.kind !== "elements") return true;
    if (this.#levels.length >= MAX_DEPTH) return null;
    this.#levels.push(
      value.kind === "struct"
        ? { kind: "struct", lastField: 0 }
        : { kind: "elements", types: value.types, left: value.count * value.types.length },
    );
    return true;
  }
}
