export { columnNames, type OtelWriters } from "./block-columns.ts";
export { BlockWriter, type EncodedRows, writersOf } from "./block-writer.ts";
export { ByteWriter } from "./bytes/byte-writer.ts";
export { momentOfHalves, secondOfMs } from "./columns/moments.ts";
export { mapColumn } from "./columns/of-record.ts";
export type { PairBytes, PairsColumn } from "./columns/pairs-column.ts";
export { decodeRows, encodeRows, halves } from "./encode-rows.ts";
export { nativeBlock } from "./native-block.ts";
export { readNativeBlock } from "./read-block.ts";
