import { ByteWriter } from "../bytes/byte-writer.ts";
import type { ColumnWriter } from "./column.ts";

/** A column whose cells stand one behind the other. */
export class PlainColumn implements ColumnWriter {
  readonly type: string;
  /** For who writes the next cell without a value of JavaScript's. */
  readonly cells = new ByteWriter();
  readonly #write: (cells: ByteWriter, value: unknown) => void;
  #marked = 0;

  constructor(type: string, write: (cells: ByteWriter, value: unknown) => void) {
    this.type = type;
    this.#write = write;
  }

  get length(): number {
    return this.cells.length;
  }

  append(value: unknown): void {
    this.#write(this.cells, value);
  }

  mark(): void {
    this.#marked = this.cells.length;
  }

  rollback(): void {
    this.cells.cutTo(this.#marked);
  }

  clear(): void {
    this.cells.cutTo(0);
  }

  pieces(): Uint8Array[] {
    return [this.cells.written()];
  }
}
