import type { IngestTable, OtelTable } from "@weir/model";
import { type NamedColumn, namedColumns, type OtelWriters } from "./block-columns.ts";
import { ByteWriter } from "./bytes/byte-writer.ts";

/** Rows as they are inserted: one block of the Native format, with the columns of their table. Can be handed from thread to thread. */
export interface EncodedRows {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly rows: number;
}

/** Where a block ends: blocks are put together to inserts, and stand alone where the store refuses one. */
const BLOCK_ROWS = 1_000;
const BLOCK_BYTES = 1 << 20;

/**
 * Makes blocks of ClickHouse's Native format: column by column, each with its name and type (https://clickhouse.com/docs/interfaces/formats/Native). The server takes them as they are,
 * and whoever passes them on need not read them.
 */
export class BlockWriter {
  readonly columns: readonly NamedColumn[];
  readonly #take: (block: EncodedRows) => void;
  #rows = 0;

  /** `take` gets each block when it is full. */
  constructor(table: IngestTable, take: (block: EncodedRows) => void) {
    this.columns = namedColumns(table);
    this.#take = take;
  }

  /** A row from values by their names. */
  addRow(row: object): void {
    for (const { field, writer } of this.columns) writer.append((row as Readonly<Record<string, unknown>>)[field]);
    this.endRow();
  }

  /** Ends a row, all of whose cells were added. */
  endRow(): void {
    this.#rows += 1;
    if (this.#rows >= BLOCK_ROWS || this.#bytes() >= BLOCK_BYTES) this.finish();
  }

  /** A row begins: its cells can be taken back. */
  mark(): void {
    for (const { writer } of this.columns) writer.mark();
  }

  /** Takes back the cells of the row that was begun last. */
  rollback(): void {
    for (const { writer } of this.columns) writer.rollback();
  }

  /** Gives away what there is. */
  finish(): void {
    if (this.#rows === 0) return;
    this.#take({ bytes: blockOf(this.columns, this.#rows), rows: this.#rows });
    for (const { writer } of this.columns) writer.clear();
    this.#rows = 0;
  }

  #bytes(): number {
    let bytes = 0;
    for (const { writer } of this.columns) bytes += writer.length;
    return bytes;
  }
}

/** The columns of a writer by name, for who writes cells without values of JavaScript's. */
export function writersOf<Table extends OtelTable>(_: Table, { columns }: BlockWriter): OtelWriters<Table["columns"]> {
  return Object.fromEntries(columns.map(({ name, writer }) => [name, writer])) as OtelWriters<Table["columns"]>;
}

/** One block of all that the columns hold. */
export function blockOf(columns: readonly NamedColumn[], rows: number): Uint8Array<ArrayBuffer> {
  const bytes = columns.reduce((sum, { name, writer }) => sum + name.length + writer.type.length + writer.length, 0);
  const block = new ByteWriter(bytes + 4 * columns.length + 16);
  block.count(columns.length);
  block.count(rows);
  for (const { name, writer } of columns) {
    block.text(name);
    block.text(writer.type);
    for (const piece of writer.pieces()) block.raw(piece);
  }
  return block.written();
}
