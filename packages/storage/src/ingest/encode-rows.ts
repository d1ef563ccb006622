import { type IngestTable, snakeCase } from "@weir/model";
import { otelCells } from "../otel/cells.ts";
import { toRow } from "../rows.ts";

/** Rows as they are inserted: lines of JSONCompactEachRow, in UTF-8, cells in the order of the table's columns. Can be handed from thread to thread. */
export interface EncodedRows {
  readonly lines: Uint8Array<ArrayBuffer>;
  readonly rows: number;
}

/** Where a piece ends: pieces are put together to inserts, and stand alone where the store refuses one. */
const PIECE_ROWS = 1_000;
const PIECE_CHARS = 1 << 20;
const LINE_FEED = 0x0a;

/** Rows of a table in the form of an insert, in pieces. */
export function* encodeRows(table: IngestTable, rows: readonly object[]): Generator<EncodedRows> {
  const cells = cellsOf(table);
  let lines: string[] = [];
  let chars = 0;
  for (const [index, row] of rows.entries()) {
    const line = JSON.stringify(cells(row));
    lines.push(line);
    chars += line.length;
    if (lines.length < PIECE_ROWS && chars < PIECE_CHARS && index < rows.length - 1) continue;
    yield { lines: new TextEncoder().encode(`${lines.join("\n")}\n`), rows: lines.length };
    lines = [];
    chars = 0;
  }
}

/** The columns that lines of a table have, by name. */
export function encodedColumns(table: IngestTable): readonly string[] {
  return "fields" in table ? table.fields.map(({ name }) => snakeCase(name)) : table.columns.map(({ name }) => name);
}

/** A piece of at least two rows as two. */
export function halves({ lines, rows }: EncodedRows): readonly [EncodedRows, EncodedRows] {
  const left = Math.ceil(rows / 2);
  let end = 0;
  for (let line = 0; line < left; line += 1) end = lines.indexOf(LINE_FEED, end) + 1;
  return [
    { lines: lines.subarray(0, end), rows: left },
    { lines: lines.subarray(end), rows: rows - left },
  ];
}

function cellsOf(table: IngestTable): (row: object) => readonly unknown[] {
  return "fields" in table ? (row) => toRow(table, row) : otelCells(table);
}
