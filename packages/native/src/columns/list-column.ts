import { ByteWriter } from "../bytes/byte-writer.ts";
import type { ColumnWriter } from "./column.ts";

const NONE: readonly unknown[] = [];

/** A column of lists: where each ends, then all their items. */
export class ListColumn<Items extends ColumnWriter = ColumnWriter> implements ColumnWriter {
  readonly type: string;
  readonly items: Items;
  readonly #ends = new ByteWriter();
  #count = 0;
  #marked = { length: 0, count: 0 };

  constructor(items: Items) {
    this.type = `Array(${items.type})`;
    this.items = items;
  }

  get length(): number {
    return this.#ends.length + this.items.length;
  }

  append(value: unknown): void {
    const list = (value ?? NONE) as readonly unknown[];
    for (const item of list) this.items.append(item);
    this.end(list.length);
  }

  /** Ends a cell of so many items, which were added. */
  end(items: number): void {
    this.#count += items;
    this.#ends.halves(this.#count, 0);
  }

  mark(): void {
    this.#marked.length = this.#ends.length;
    this.#marked.count = this.#count;
    this.items.mark();
  }

  rollback(): void {
    this.#ends.cutTo(this.#marked.length);
    this.#count = this.#marked.count;
    this.items.rollback();
  }

  clear(): void {
    this.#ends.cutTo(0);
    this.#count = 0;
    this.items.clear();
  }

  pieces(): Uint8Array[] {
    return [this.#ends.written(), ...this.items.pieces()];
  }
}
