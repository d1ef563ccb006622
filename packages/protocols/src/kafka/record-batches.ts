import { decodeLatin1 } from "@weir/base";
import { decompress } from "../common/compression/decompress.ts";
import { KafkaReader } from "./reader.ts";

/** Offset and length of a batch, or of a message of the formats before it. */
const LOG_OVERHEAD_BYTES = 12;
/** Of a batch behind its log overhead: up to the records, magic 2. */
const BATCH_HEAD_BYTES = 49;
/** Batches of one message that are looked through; fetches hold hundreds of small ones. */
const MAX_BATCHES = 4096;
/** Batches of one message whose records are searched for trace contexts, records in each, and bytes that are decompressed of each for it. */
const MAX_SEARCHED_BATCHES = 8;
const MAX_SEARCHED_RECORDS = 64;
const MAX_DECOMPRESSED_BYTES = 16_384;
const MAX_HEADERS = 64;
/** Trace ids of one message that are kept. */
export const MAX_TRACE_IDS = 8;
const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}/;

/** Bits 0 to 2 of a batch's attributes. */
const CODECS = ["none", "gzip", "snappy", "lz4", "zstd"];
const COMPRESSIONS: Readonly<Record<string, string>> = {
  gzip: "gzip",
  snappy: "snappy",
  lz4: "lz4Frame",
  zstd: "zstd",
};
const CODEC_BITS = 0x07;
const CONTROL_BIT = 0x20;

/** What the record batches of one message say together. The first batch speaks for the producer. */
export interface RecordBatches {
  batches: number;
  /** Records, without control records. Undefined where old messages are compressed: their heads do not tell. */
  records: number | undefined;
  bytes: number;
  /** Message format: 0, 1 or 2. */
  magic: number;
  codec: string;
  baseOffset: number;
  producerId: number;
  producerEpoch: number;
  baseSequence: number;
  traceparent: string | undefined;
  readonly traceIds: Set<string>;
}

/**
 * Adds the batches of one partition to what is known of a message. The last one may be cut: brokers fill the space a fetch asked for. `length` is how
 * long the batches are on the wire.
 */
export function addRecordBatches(known: RecordBatches | undefined, bytes: Uint8Array, length: number): RecordBatches {
  const sum = known ?? nothingYet();
  sum.bytes += length;
  for (let at = 0; at + LOG_OVERHEAD_BYTES + 6 <= bytes.length && sum.batches < MAX_BATCHES; ) {
    const reader = new KafkaReader(bytes, bytes.length, at);
    const baseOffset = reader.int64();
    const size = reader.int32();
    const end = at + LOG_OVERHEAD_BYTES + size;
    if (size < 6 || end > length) break;
    const isFirst = sum.batches === 0;
    if (isFirst) sum.baseOffset = baseOffset;
    sum.batches += 1;
    // The checksum of old messages, or the epoch of the partition's leader.
    reader.int32();
    const magic = reader.int8();
    if (isFirst) sum.magic = magic;
    if (magic === 2) addBatch(sum, reader, bytes.subarray(0, end), at + LOG_OVERHEAD_BYTES, isFirst);
    else addOldMessage(sum, reader.int8());
    at = end;
  }
  return sum;
}

function nothingYet(): RecordBatches {
  return {
    batches: 0,
    records: 0,
    bytes: 0,
    magic: 0,
    codec: "none",
    baseOffset: 0,
    producerId: -1,
    producerEpoch: -1,
    baseSequence: -1,
    traceparent: undefined,
    traceIds: new Set(),
  };
}

/** A message of the formats before Kafka 0.11; one that is compressed holds others, whose number is not known. */
function addOldMessage(sum: RecordBatches, attributes: number): void {
  const codec = codecOf(attributes);
  if (codec !== "none") {
    sum.codec = codec;
    sum.records = undefined;
  } else if (sum.records !== undefined) sum.records += 1;
}

/** A batch of format 2 (KIP-98); `reader` stands behind its magic. */
function addBatch(sum: RecordBatches, reader: KafkaReader, bytes: Uint8Array, at: number, isFirst: boolean): void {
  reader.int32();
  const attributes = reader.int16();
  reader.int32();
  reader.int64();
  reader.int64();
  const producerId = reader.int64();
  const producerEpoch = reader.int16();
  const baseSequence = reader.int32();
  const records = reader.int32();
  if (reader.isOver) return;
  const codec = codecOf(attributes);
  if (codec !== "none") sum.codec = codec;
  if (isFirst) {
    sum.producerId = producerId;
    sum.producerEpoch = producerEpoch;
    sum.baseSequence = baseSequence;
  }
  if ((attributes & CONTROL_BIT) !== 0) return;
  if (sum.records !== undefined && records > 0) sum.records += records;
  if (sum.batches > MAX_SEARCHED_BATCHES || sum.traceIds.size >= MAX_TRACE_IDS) return;
  const stored = bytes.subarray(at + BATCH_HEAD_BYTES);
  const compression = COMPRESSIONS[codec];
  const plain = compression === undefined ? undefined : decompress(compression, stored, MAX_DECOMPRESSED_BYTES);
  if (compression === undefined || plain !== undefined) addTraces(sum, plain?.bytes ?? stored, records);
}

function codecOf(attributes: number): string {
  return CODECS[attributes & CODEC_BITS] ?? String(attributes & CODEC_BITS);
}

/** Looks through the first records of a batch for trace contexts. */
function addTraces(sum: RecordBatches, bytes: Uint8Array, records: number): void {
  let at = 0;
  for (let index = 0; index < Math.min(records, MAX_SEARCHED_RECORDS) && at < bytes.length; index += 1) {
    const reader = new KafkaReader(bytes, bytes.length, at);
    const length = reader.varint();
    at = bytes.length - reader.left + length;
    if (length <= 0 || reader.isOver) return;
    const traceparent = traceparentOf(reader);
    const traceId = TRACEPARENT.exec(traceparent ?? "")?.[1];
    if (traceId === undefined) continue;
    sum.traceparent ??= traceparent;
    if (sum.traceIds.size < MAX_TRACE_IDS) sum.traceIds.add(traceId);
  }
}

/** The header `traceparent` of a record (W3C Trace Context); `reader` stands behind the record's length. */
function traceparentOf(reader: KafkaReader): string | undefined {
  reader.int8();
  reader.varint();
  reader.varint();
  reader.skip(Math.max(0, reader.varint()));
  reader.skip(Math.max(0, reader.varint()));
  const headers = Math.min(reader.varint(), MAX_HEADERS);
  for (let index = 0; index < headers && !reader.isOver; index += 1) {
    const key = reader.take(Math.max(0, reader.varint()));
    const value = reader.take(Math.max(0, reader.varint()));
    if (!reader.isOver && key.length === 11 && decodeLatin1(key).toLowerCase() === "traceparent")
      return decodeLatin1(value, 0, Math.min(value.length, 128));
  }
  return undefined;
}
