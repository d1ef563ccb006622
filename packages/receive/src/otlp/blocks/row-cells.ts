import type { BlockWriter, ByteWriter } from "@weir/native";
import type { WireCursor } from "../../message/cursor.ts";

/** A column that a field of a message fills. */
interface FieldColumn {
  readonly cells: ByteWriter;
  mark(): void;
  rollback(): void;
}

/**
 * Fields of a message on their way into cells of a row: a field may be absent, and of one that comes twice the last counts. `columns` are those that one field fills, each by its place in this
 * list.
 */
export class RowCells {
  readonly #cursor: WireCursor;
  readonly #block: BlockWriter;
  readonly #columns: readonly FieldColumn[];
  /** One bit for each of the columns. */
  #filled = 0;

  constructor(cursor: WireCursor, block: BlockWriter, columns: readonly FieldColumn[]) {
    this.#cursor = cursor;
    this.#block = block;
    this.#columns = columns;
  }

  /** Begins a row. */
  begin(): void {
    this.#filled = 0;
    this.#block.mark();
  }

  /** The cell that the next field fills. */
  cellOf(column: number): ByteWriter {
    const writer = this.#columns[column] as FieldColumn;
    if ((this.#filled & (1 << column)) !== 0) writer.rollback();
    this.#filled |= 1 << column;
    return writer.cells;
  }

  /** The field under the cursor is a text. */
  text(column: number): void {
    const from = this.#cursor.counted();
    this.cellOf(column).utf8(this.#cursor.bytes, from, this.#cursor.at);
  }

  /** Fills what no field has filled with nothing: an empty text, or zero in one byte. Ends the row. */
  end(): void {
    for (let column = 0; column < this.#columns.length; column += 1)
      if ((this.#filled & (1 << column)) === 0) (this.#columns[column] as FieldColumn).cells.byte(0);
    this.#block.endRow();
  }

  /** Takes the row back. */
  rollback(): void {
    this.#block.rollback();
  }
}
