import { ByteCursor } from "../common/byte-cursor.ts";
import type { ProbeVerdict } from "../contract.ts";

/** "Protocol specification" of Dubbo 2: every message has this header. */
export const HEADER_BYTES = 16;
/** `payload` is 8 MiB by default; services that need more set it higher. */
export const MAX_BODY_BYTES = 256 << 20;
const MAGIC = [0xda, 0xbb] as const;
const REQUEST_BIT = 0x80;
const TWO_WAY_BIT = 0x40;
const EVENT_BIT = 0x20;
const SERIALIZATION_BITS = 0x1f;

/** Serializations by the ids that Dubbo gives them. */
const SERIALIZATIONS: Readonly<Record<number, string>> = {
  1: "dubbo",
  2: "hessian2",
  3: "java",
  4: "compactedjava",
  5: "json",
  6: "fastjson",
  7: "nativejava",
  8: "kryo",
  9: "fst",
  10: "native-hessian",
  11: "avro",
  12: "protostuff",
  16: "gson",
  21: "protobuf-json",
  22: "protobuf",
  23: "fastjson2",
  25: "kryo2",
};

export interface DubboHeader {
  readonly isRequest: boolean;
  /** False where nobody answers. */
  readonly isTwoWay: boolean;
  /** Heartbeats and what servers say about themselves. */
  readonly isEvent: boolean;
  readonly serialization: string;
  /** Of a response. */
  readonly statusCode: number;
  /** Pairs a request with its response. As text: it has 64 bits. */
  readonly requestId: string;
}

/** Reads a header; undefined where there is none. */
export function parseHeader(bytes: Uint8Array): DubboHeader | undefined {
  if (bytes.length < HEADER_BYTES || bytes[0] !== MAGIC[0] || bytes[1] !== MAGIC[1]) return undefined;
  const flags = bytes[2] ?? 0;
  const serialization = SERIALIZATIONS[flags & SERIALIZATION_BITS];
  if (serialization === undefined) return undefined;
  return {
    isRequest: (flags & REQUEST_BIT) !== 0,
    isTwoWay: (flags & TWO_WAY_BIT) !== 0,
    isEvent: (flags & EVENT_BIT) !== 0,
    serialization,
    statusCode: bytes[3] ?? 0,
    requestId: String(new ByteCursor(bytes, 4).uint64()),
  };
}

/** Length of a message by its header; undefined where none begins so. */
export function messageLength(bytes: Uint8Array): number | undefined {
  return parseHeader(bytes) === undefined ? undefined : HEADER_BYTES + new ByteCursor(bytes, 12).uint32();
}

/** Whether bytes begin with a message: the magic number, a serialization that exists, a status that fits, a length that is believed. */
export function probeHeader(bytes: Uint8Array): ProbeVerdict {
  if ((bytes[0] ?? MAGIC[0]) !== MAGIC[0] || (bytes[1] ?? MAGIC[1]) !== MAGIC[1]) return "noMatch";
  if (bytes.length < HEADER_BYTES) return "needMore";
  const header = parseHeader(bytes);
  if (header === undefined || (messageLength(bytes) ?? 0) > HEADER_BYTES + MAX_BODY_BYTES) return "noMatch";
  return header.isRequest || isStatus(header.statusCode) ? "match" : "noMatch";
}

/** Responses' statuses are tens, and a few between them. */
function isStatus(code: number): boolean {
  return code >= 20 && code <= 110 && code % 5 === 0;
}
