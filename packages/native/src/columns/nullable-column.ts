import { ByteWriter } from "../bytes/byte-writer.ts";
import type { ColumnWriter } from "./column.ts";

/** A column whose cells may be absent: which are, then all cells. */
export class NullableColumn implements ColumnWriter {
  readonly type: string;
  readonly #inner: ColumnWriter;
  readonly #absent = new ByteWriter();
  #marked = 0;

  constructor(inner: ColumnWriter) {
    this.type = `Nullable(${inner.type})`;
    this.#inner = inner;
  }

  get length(): number {
    return this.#absent.length + this.#inner.length;
  }

  append(value: unknown): void {
    this.#absent.byte(value === undefined ? 1 : 0);
    this.#inner.append(value);
  }

  mark(): void {
    this.#marked = this.#absent.length;
    this.#inner.mark();
  }

  rollback(): void {
    this.#absent.cutTo(this.#marked);
    this.#inner.rollback();
  }

  clear(): void {
    this.#absent.cutTo(0);
    this.#inner.clear();
  }

  pieces(): Uint8Array[] {
    return [this.#absent.written(), ...this.#inner.pieces()];
  }
}
