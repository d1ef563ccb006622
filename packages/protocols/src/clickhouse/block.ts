import { decompress } from "../common/compression/decompress.ts";
import { ByteSource, type Reading } from "./byte-source.ts";
import { type ColumnType, dictionariesIn, parseColumnType } from "./column-type.ts";
import { Revision } from "./wire.ts";

/** What calls know of a block of rows. */
export interface Block {
  readonly columns: number;
  readonly rows: number;
  /** Bytes on the wire and before they were compressed; undefined where they were not. */
  readonly compressedBytes: number | undefined;
  readonly uncompressedBytes: number | undefined;
}

const MAX_COLUMNS = 16_384;
const MAX_TYPE_BYTES = 4_096;
/** Fields of a block's head. */
const BlockField = { end: 0, isOverflows: 1, bucket: 2, outOfOrderBuckets: 3 } as const;

/** Compressed pieces: a checksum of 16 bytes, then method, compressed size (with these 9 bytes) and size before. */
const CHECKSUM_BYTES = 16;
const PIECE_HEADER_BYTES = 9;
const Method = { none: 0x02, lz4: 0x82, zstd: 0x90 } as const;
/** A writer's buffer: it becomes a piece when it is full, and only then does the block go on behind it. */
const FULL_PIECE_BYTES = 1 << 20;
/** Beginning of a compressed piece that is looked at for how many rows there are. */
const HEAD_BYTES = 4_096;

/** One block as it stands on the wire. */
export function* readBlock(source: ByteSource, revision: number, isCompressed: boolean): Reading<Block> {
  if (!isCompressed) return { ...(yield* readPlainBlock(source, revision)), ...NOT_COMPRESSED };
  let compressedBytes = 0;
  let uncompressedBytes = 0;
  let head: Uint8Array | undefined;
  for (let isFull = true; isFull && !source.hasFailed; ) {
    yield* source.skip(CHECKSUM_BYTES);
    const header = yield* source.take(PIECE_HEADER_BYTES);
    const view = new DataView(header.buffer);
    const method = header[0] ?? 0;
    const size = view.getUint32(1, true) - PIECE_HEADER_BYTES;
    const sizeBefore = view.getUint32(5, true);
    if (size < 0 || !(method === Method.none || method === Method.lz4 || method === Method.zstd)) source.fail();
    if (source.hasFailed) break;
    const kept = yield* source.take(head === undefined ? Math.min(size, HEAD_BYTES) : 0);
    yield* source.skip(size - kept.length);
    head ??= decompressed(method, kept);
    compressedBytes += size + CHECKSUM_BYTES + PIECE_HEADER_BYTES;
    uncompressedBytes += sizeBefore;
    isFull = sizeBefore === FULL_PIECE_BYTES;
  }
  return { ...readHead(head ?? new Uint8Array(0)), compressedBytes, uncompressedBytes };
}

const NOT_COMPRESSED = { compressedBytes: undefined, uncompressedBytes: undefined } as const;

/** The beginning of what was compressed, as far as its kept beginning gives it. */
function decompressed(method: number, kept: Uint8Array): Uint8Array {
  if (method === Method.none) return kept;
  return decompress(method === Method.lz4 ? "lz4Block" : "zstd", kept, HEAD_BYTES)?.bytes ?? new Uint8Array(0);
}

/** Columns and rows of a block by its beginning. */
function readHead(head: Uint8Array): { columns: number; rows: number } {
  const source = new ByteSource({ packetNumber: 0, atNs: 0 });
  const size = { columns: 0, rows: 0 };
  source.feed(head, source.mark, readSizeInto(source, size));
  return source.hasFailed ? { columns: 0, rows: 0 } : size;
}

function* readSizeInto(source: ByteSource, size: { columns: number; rows: number }): Reading<void> {
  const { columns, rows } = yield* readSize(source);
  size.columns = columns;
  size.rows = rows;
}

/** A block's head: numbered fields, then how many columns and rows follow. */
function* readSize(source: ByteSource): Reading<{ columns: number; rows: number }> {
  for (;;) {
    const field = yield* source.varuint();
    if (field === BlockField.isOverflows) yield* source.skip(1);
    else if (field === BlockField.bucket) yield* source.skip(4);
    else if (field === BlockField.outOfOrderBuckets) yield* source.skip(4 * (yield* source.varuint()));
    else if (field !== BlockField.end) source.fail();
    if (field === BlockField.end || source.hasFailed) break;
  }
  return { columns: yield* source.varuint(), rows: yield* source.varuint() };
}

function* readPlainBlock(source: ByteSource, revision: number): Reading<{ columns: number; rows: number }> {
  const { columns, rows } = yield* readSize(source);
  if (columns > MAX_COLUMNS) source.fail();
  for (let column = 0; column < columns && !source.hasFailed; column += 1) {
    yield* source.skipText();
    const type = parseColumnType(yield* source.text(MAX_TYPE_BYTES));
    // Sparse and other forms of columns are not read.
    if (revision >= Revision.customSerialization && (yield* source.uint8()) !== 0) source.fail();
    if (rows === 0) continue;
    if (type === undefined) source.fail();
    else if (!source.hasFailed) {
      yield* source.skip(8 * dictionariesIn(type));
      yield* skipValues(source, type, rows);
    }
  }
  return { columns, rows };
}

function* skipValues(source: ByteSource, type: ColumnType, rows: number): Reading<void> {
  if (rows === 0 || source.hasFailed) return;
  switch (type.kind) {
    case "fixed":
      yield* source.skip(type.bytes * rows);
      break;
    case "string":
      for (let row = 0; row < rows && !source.hasFailed; row += 1) yield* source.skipText();
      break;
    case "nullable":
      yield* source.skip(rows);
      yield* skipValues(source, type.of, rows);
      break;
    case "array":
      // Ends of the arrays: the last one is how many members there are.
      yield* source.skip(8 * (rows - 1));
      yield* skipValues(source, type.of, yield* source.count());
      break;
    case "tuple":
      for (const member of type.members) yield* skipValues(source, member, rows);
      break;
    case "lowCardinality":
      yield* skipDictionary(source, type.of);
      break;
    default: {
      return type satisfies never;
    }
  }
}

const INDEX_BYTES: readonly number[] = [1, 2, 4, 8];
const HAS_ADDITIONAL_KEYS = 0x02;

/** A dictionary of keys, and for each row which key it has. */
function* skipDictionary(source: ByteSource, of: ColumnType): Reading<void> {
  const flags = yield* source.take(8);
  const keyType = of.kind === "nullable" ? of.of : of;
  if (((flags[1] ?? 0) & HAS_ADDITIONAL_KEYS) !== 0) yield* skipValues(source, keyType, yield* source.count());
  const indexBytes = INDEX_BYTES[flags[0] ?? 0] ?? source.fail();
  yield* source.skip(indexBytes * (yield* source.count()));
}
