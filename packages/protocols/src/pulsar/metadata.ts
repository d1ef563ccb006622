import { decodeLatin1, decodeUtf8 } from "@weir/base";
import { decompress } from "../common/compression/decompress.ts";
import { ProtobufReader } from "../common/protobuf.ts";
import { uint32 } from "./frame.ts";

/** In front of the broker's own metadata (PIP-70), and of the checksum. */
const BROKER_METADATA_MAGIC = 0x0e02;
const CHECKSUM_MAGIC = 0x0e01;
/** Messages of a batch that are searched for trace contexts, and bytes that are decompressed for it. */
const MAX_SEARCHED_MESSAGES = 64;
const MAX_DECOMPRESSED_BYTES = 16_384;
const MAX_TRACE_IDS = 8;
const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}/;
/** `CompressionType`, by its numbers. */
const CODECS = ["none", "lz4", "zlib", "zstd", "snappy"];
const COMPRESSIONS: Readonly<Record<string, string>> = {
  lz4: "lz4Block",
  zlib: "zlib",
  zstd: "zstd",
  snappy: "snappy",
};
const KEY_VALUE_FIELD = { message: 4, single: 1 } as const;

/** What a message's metadata says. */
export interface MessageMetadata {
  readonly producerName: string;
  readonly codec: string;
  /** Messages in the batch; undefined where it is none. */
  readonly batchCount: number | undefined;
  readonly payloadBytes: number;
  readonly traceparent: string | undefined;
  readonly traceIds: readonly string[];
}

/** Reads what stands behind a Send or Message command; `length` is how long that is on the wire. Undefined where there is no metadata. */
export function parseMetadata(bytes: Uint8Array, length: number): MessageMetadata | undefined {
  let at = 0;
  if (uint16(bytes, at) === BROKER_METADATA_MAGIC) at += 6 + uint32(bytes, 2);
  if (uint16(bytes, at) === CHECKSUM_MAGIC) at += 6;
  const size = uint32(bytes, at);
  at += 4;
  if (at + size > bytes.length || at + size > length) return undefined;
  const found = { producerName: "", codec: "none", batchCount: undefined as number | undefined };
  const contexts: string[] = [];
  const reader = new ProtobufReader(bytes.subarray(at, at + size));
  while (reader.next()) {
    if (reader.field === 1) found.producerName = decodeUtf8(reader.bytes);
    else if (reader.field === KEY_VALUE_FIELD.message) addTraceparent(contexts, reader.bytes);
    else if (reader.field === 8) found.codec = CODECS[reader.number] ?? String(reader.number);
    else if (reader.field === 11) found.batchCount = reader.number;
  }
  if (found.batchCount !== undefined) addTracesOfBatch(contexts, bytes.subarray(at + size), found.codec);
  const traceIds = [...new Set(contexts.map((context) => TRACEPARENT.exec(context)?.[1] ?? ""))];
  return { ...found, payloadBytes: length - at - size, traceparent: contexts[0], traceIds };
}

/** Each message of a batch has its own metadata in front, with its length before it. */
function addTracesOfBatch(contexts: string[], stored: Uint8Array, codec: string): void {
  const compression = COMPRESSIONS[codec];
  const bytes =
    compression === undefined
      ? stored
      : (decompress(compression, stored, MAX_DECOMPRESSED_BYTES)?.bytes ?? stored.subarray(0, 0));
  let at = 0;
  for (let index = 0; index < MAX_SEARCHED_MESSAGES && at + 4 <= bytes.length; index += 1) {
    const size = uint32(bytes, at);
    const reader = new ProtobufReader(bytes.subarray(at + 4, at + 4 + size));
    let payloadBytes = 0;
    while (reader.next()) {
      if (reader.field === KEY_VALUE_FIELD.single) addTraceparent(contexts, reader.bytes);
      else if (reader.field === 3) payloadBytes = reader.number;
    }
    at += 4 + size + payloadBytes;
  }
}

/** Keeps a property (KeyValue) where it is a trace context. */
function addTraceparent(contexts: string[], property: Uint8Array): void {
  const reader = new ProtobufReader(property);
  let key = "";
  let value = "";
  while (reader.next()) {
    if (reader.field === 1) key = decodeLatin1(reader.bytes.subarray(0, 16));
    else if (reader.field === 2) value = decodeLatin1(reader.bytes.subarray(0, 128));
  }
  const isContext = key.toLowerCase() === "traceparent" && TRACEPARENT.test(value);
  if (isContext && contexts.length < MAX_TRACE_IDS) contexts.push(value);
}

function uint16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}
