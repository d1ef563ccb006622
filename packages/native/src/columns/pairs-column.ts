import { ByteWriter } from "../bytes/byte-writer.ts";
import type { ColumnWriter } from "./column.ts";

/** Names and values of one cell as bytes, for cells that come again. */
export interface PairBytes {
  readonly count: number;
  readonly names: Uint8Array;
  readonly values: Uint8Array;
}

const NO_PAIRS: readonly (readonly [string, string])[] = [];

/** A column of names and texts, a map or a list of pairs: where each cell ends, then all names, then all values. */
export class PairsColumn implements ColumnWriter {
  readonly type: string;
  /** For who adds a pair without texts of JavaScript's: a name, a value, and at last {@link end}. */
  readonly names = new ByteWriter();
  readonly values = new ByteWriter();
  readonly #ends = new ByteWriter();
  readonly #pairsOf: (value: unknown) => readonly (readonly [string, string])[];
  #count = 0;
  #marked = { ends: 0, names: 0, values: 0, count: 0 };

  constructor(type: string, pairsOf: (value: unknown) => readonly (readonly [string, string])[]) {
    this.type = type;
    this.#pairsOf = pairsOf;
  }

  get length(): number {
    return this.#ends.length + this.names.length + this.values.length;
  }

  append(value: unknown): void {
    const pairs = value === undefined ? NO_PAIRS : this.#pairsOf(value);
    for (const [name, text] of pairs) {
      this.names.text(name);
      this.values.text(text);
    }
    this.end(pairs.length);
  }

  /** A cell that is known as bytes. */
  repeat({ count, names, values }: PairBytes): void {
    this.names.raw(names);
    this.values.raw(values);
    this.end(count);
  }

  /** All that it holds as one cell, which leaves it empty. */
  takeAll(): PairBytes {
    const taken = { count: this.#count, names: this.names.bytes(), values: this.values.bytes() };
    this.clear();
    return taken;
  }

  /** Ends a cell of so many pairs, which were added. */
  end(pairs: number): void {
    this.#count += pairs;
    this.#ends.halves(this.#count, 0);
  }

  mark(): void {
    const marked = this.#marked;
    marked.ends = this.#ends.length;
    marked.names = this.names.length;
    marked.values = this.values.length;
    marked.count = this.#count;
  }

  rollback(): void {
    const { ends, names, values, count } = this.#marked;
    this.#ends.cutTo(ends);
    this.names.cutTo(names);
    this.values.cutTo(values);
    this.#count = count;
  }

  clear(): void {
    this.#ends.cutTo(0);
    this.names.cutTo(0);
    this.values.cutTo(0);
    this.#count = 0;
  }

  pieces(): Uint8Array[] {
    return [this.#ends.written(), this.names.written(), this.values.written()];
  }
}
