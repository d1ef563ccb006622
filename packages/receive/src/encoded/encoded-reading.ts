import { type IngestTable, ingestTable } from "@weir/model";
import { BlockWriter, type EncodedRows } from "@weir/native";
import type { Malformed, Reading, Rejection } from "../received.ts";

/** Rows for one table, as they are inserted. */
export interface EncodedTable {
  /** Name of the table; `ingestTable` has its definition. */
  readonly table: string;
  readonly rows: number;
  readonly pieces: readonly EncodedRows[];
}

/** A request whose rows would take more than a hub holds for one. */
interface TooLarge {
  readonly kind: "tooLarge";
  readonly reason: string;
}

/** A request that was read, in a form that goes from thread to thread and waits for the store as it is. */
export type EncodedReading =
  | {
      readonly kind: "received";
      readonly tables: readonly EncodedTable[];
      readonly rejections: readonly Rejection[];
    }
  | Malformed
  | TooLarge;

/** Rows of one request, encoded. Honest requests of the greatest length make about a quarter. */
const MAX_ENCODED_BYTES = 256 << 20;

/** The rows of a request are longer than may be held: it is refused as a whole. */
class RowsTooLong extends Error {}

/** The blocks of one request, of all its tables. */
export class EncodedTables {
  readonly #tables = new Map<string, { readonly writer: BlockWriter; readonly pieces: EncodedRows[]; rows: number }>();
  #bytes = 0;

  /** Makes blocks of one table. Throws where the request becomes too long, which {@link withinLength} expects. */
  writer(table: IngestTable): BlockWriter {
    const { table: name } = ingestTable(table.table);
    const known = this.#tables.get(name);
    if (known !== undefined) return known.writer;
    const writer = new BlockWriter(table, (piece) => {
      this.#bytes += piece.bytes.length;
      if (this.#bytes > MAX_ENCODED_BYTES) throw new RowsTooLong();
      made.pieces.push(piece);
      made.rows += piece.rows;
    });
    const made = { writer, pieces: [] as EncodedRows[], rows: 0 };
    this.#tables.set(name, made);
    return writer;
  }

  list(): readonly EncodedTable[] {
    for (const { writer } of this.#tables.values()) writer.finish();
    return [...this.#tables].map(([table, { rows, pieces }]) => ({ table, rows, pieces }));
  }
}

/** Runs a reader that fills blocks; where they become too long the request is too large. */
export function withinLength(read: (tables: EncodedTables) => EncodedReading): EncodedReading {
  try {
    return read(new EncodedTables());
  } catch (error) {
    if (!(error instanceof RowsTooLong)) throw error;
    return { kind: "tooLarge", reason: `its rows are longer than ${MAX_ENCODED_BYTES} bytes; send smaller batches` };
  }
}

/** Encodes the rows of a request. */
export function encodeReading(reading: Reading): EncodedReading {
  if (reading.kind === "malformed") return reading;
  return withinLength((encoded) => {
    for (const { table, rows } of reading.tables) {
      const writer = encoded.writer(table);
      for (const row of rows) writer.addRow(row);
    }
    return { kind: "received", tables: encoded.list(), rejections: reading.rejections };
  });
}
