import type { IngestTable } from "@weir/model";
import { namedColumns } from "./block-columns.ts";
import { blockOf } from "./block-writer.ts";

/** Rows of a table as one block, however many there are. */
export function nativeBlock(table: IngestTable, rows: readonly object[]): Uint8Array<ArrayBuffer> {
  const columns = namedColumns(table);
  // Column by column: each sees values of one kind.
  for (const { field, writer } of columns)
    for (const row of rows) writer.append((row as Readonly<Record<string, unknown>>)[field]);
  return blockOf(columns, rows.length);
}
