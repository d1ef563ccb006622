import { ensure } from "@weir/base";
import type { IngestTable } from "@weir/model";
import { BlockWriter, type EncodedRows } from "./block-writer.ts";
import { nativeBlock } from "./native-block.ts";
import { readNativeBlock } from "./read-block.ts";

/** Rows of a table in the form of an insert, in blocks. */
export function* encodeRows(table: IngestTable, rows: readonly object[]): Generator<EncodedRows> {
  const blocks: EncodedRows[] = [];
  const writer = new BlockWriter(table, (block) => blocks.push(block));
  for (const row of rows) {
    writer.addRow(row);
    yield* blocks.splice(0);
  }
  writer.finish();
  yield* blocks;
}

/** The rows of a block that was made here. */
export function decodeRows(table: IngestTable, { bytes }: Pick<EncodedRows, "bytes">): object[] {
  return ensure(readNativeBlock(table, bytes), `a block of ${table.table} cannot be read`);
}

/** A block of at least two rows as two. */
export function halves(table: IngestTable, block: EncodedRows): readonly [EncodedRows, EncodedRows] {
  const rows = decodeRows(table, block);
  const whole = (part: readonly object[]) => ({ bytes: nativeBlock(table, part), rows: part.length });
  const left = Math.ceil(rows.length / 2);
  return [whole(rows.slice(0, left)), whole(rows.slice(left))];
}
