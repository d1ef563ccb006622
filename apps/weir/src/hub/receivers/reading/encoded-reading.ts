import { ingestTable } from "@weir/model";
import type { Malformed, Reading, Rejection } from "@weir/receive";
import { type EncodedRows, encodeRows } from "@weir/storage/encode";

/** Rows for one table, as they are inserted. */
export interface EncodedTable {
  /** Name of the table; {@link ingestTable} has its definition. */
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

/** Encodes the rows of a request. */
export function encodeReading(reading: Reading): EncodedReading {
  if (reading.kind === "malformed") return reading;
  const tables: EncodedTable[] = [];
  let bytes = 0;
  for (const { table, rows } of reading.tables) {
    const pieces: EncodedRows[] = [];
    for (const piece of encodeRows(table, rows)) {
      bytes += piece.lines.length;
      if (bytes > MAX_ENCODED_BYTES) {
        return {
          kind: "tooLarge",
          reason: `its rows are longer than ${MAX_ENCODED_BYTES} bytes; send smaller batches`,
        };
      }
      pieces.push(piece);
    }
    tables.push({ table: ingestTable(table.table).table, rows: rows.length, pieces });
  }
  return { kind: "received", tables, rejections: reading.rejections };
}

/** What can be handed over instead of copied when a reading goes to another thread. */
export function buffersOf(reading: EncodedReading): ArrayBuffer[] {
  if (reading.kind !== "received") return [];
  return reading.tables.flatMap(({ pieces }) => pieces.map(({ lines }) => lines.buffer));
}
