import { decodeUtf8 } from "@weir/base";

/** Types of BSON elements (bsonspec.org 1.1) that are looked into. */
export const BsonType = {
  double: 0x01,
  string: 0x02,
  document: 0x03,
  array: 0x04,
  binary: 0x05,
  boolean: 0x08,
  null: 0x0a,
  int32: 0x10,
  int64: 0x12,
} as const;

/** Bytes of values whose type tells it; -1: a length stands in front (of itself without those four bytes), -2: it counts itself, -3: two names. */
const SIZES = new Map<number, number>([
  [0x01, 8],
  [0x02, -1],
  [0x03, -2],
  [0x04, -2],
  [0x05, -1],
  [0x06, 0],
  [0x07, 12],
  [0x08, 1],
  [0x09, 8],
  [0x0a, 0],
  [0x0b, -3],
  [0x0c, -1],
  [0x0d, -1],
  [0x0e, -1],
  [0x0f, -2],
  [0x10, 4],
  [0x11, 8],
  [0x12, 8],
  [0x13, 16],
  [0x7f, 0],
  [0xff, 0],
]);
/** Longest name of an element that is believed. */
const MAX_NAME_BYTES = 256;
const MIN_DOCUMENT_BYTES = 5;

/**
 * Steps through the elements of a document, without looking into their values. `bytes` may end anywhere in it: the last element is then cut off, which
 * `end` beyond `bytes` tells. Stops at what is no BSON.
 */
export class BsonReader {
  readonly bytes: Uint8Array;
  /** Type of the element under way. */
  type = 0;
  name = "";
  /** Where its value begins, and where it ends. */
  at = 0;
  end = 0;
  /** Where the document ends; what was not kept of it lies beyond `bytes`. */
  readonly documentEnd: number;
  #next: number;

  constructor(bytes: Uint8Array, at: number) {
    this.bytes = bytes;
    const length = int32At(bytes, at) ?? 0;
    this.documentEnd = length < MIN_DOCUMENT_BYTES ? at : at + length;
    this.#next = length < MIN_DOCUMENT_BYTES ? this.documentEnd : at + 4;
  }

  /** Goes to the next element; false where there is none, or none that can be read. */
  next(): boolean {
    const { bytes } = this;
    const type = bytes[this.#next] ?? 0;
    if (type === 0 || this.#next >= this.documentEnd) return false;
    const nameAt = this.#next + 1;
    const nameEnd = endOfName(bytes, nameAt);
    if (nameEnd === undefined) return false;
    const at = nameEnd + 1;
    const size = sizeOf(type, bytes, at);
    if (size === undefined || at + size > this.documentEnd) return false;
    this.type = type;
    this.name = decodeUtf8(bytes.subarray(nameAt, nameEnd));
    this.at = at;
    this.end = at + size;
    this.#next = this.end;
    return true;
  }

  /** The value where it is a string. */
  get string(): string | undefined {
    if (this.type !== BsonType.string || this.end > this.bytes.length) return undefined;
    return decodeUtf8(this.bytes.subarray(this.at + 4, this.end - 1));
  }

  /** The value where it is a number or a truth. Large 64-bit numbers lose digits. */
  get number(): number | undefined {
    if (this.end > this.bytes.length) return undefined;
    const { buffer, byteOffset } = this.bytes;
    const view = new DataView(buffer, byteOffset + this.at, this.end - this.at);
    if (this.type === BsonType.double) return view.getFloat64(0, true);
    if (this.type === BsonType.int32) return view.getInt32(0, true);
    if (this.type === BsonType.int64) return Number(view.getBigInt64(0, true));
    return this.type === BsonType.boolean ? view.getUint8(0) : undefined;
  }

  /** A reader of the value where it is a document or an array. */
  get document(): BsonReader | undefined {
    const isNested = this.type === BsonType.document || this.type === BsonType.array;
    return isNested ? new BsonReader(this.bytes, this.at) : undefined;
  }
}

/** Elements of an array; undefined where not all of it was kept. */
export function countElements(array: BsonReader): number | undefined {
  if (array.documentEnd > array.bytes.length) return undefined;
  let count = 0;
  while (array.next()) count += 1;
  return count;
}

/** Whether a document begins here, as far as the bytes reach: a length that fits, and an element. */
export function beginsDocument(bytes: Uint8Array, at: number, maxBytes: number): boolean {
  const length = int32At(bytes, at);
  if (length === undefined) return at + 4 > bytes.length;
  if (length < MIN_DOCUMENT_BYTES || length > maxBytes) return false;
  const type = bytes[at + 4];
  return type === undefined || (type === 0 ? length === MIN_DOCUMENT_BYTES : SIZES.has(type));
}

export function int32At(bytes: Uint8Array, at: number): number | undefined {
  if (at < 0 || at + 4 > bytes.length) return undefined;
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24);
}

/** Place of the zero behind a name. */
export function endOfName(bytes: Uint8Array, at: number): number | undefined {
  const end = bytes.subarray(at, at + MAX_NAME_BYTES).indexOf(0);
  return end < 0 ? undefined : at + end;
}

function sizeOf(type: number, bytes: Uint8Array, at: number): number | undefined {
  const size = SIZES.get(type);
  if (size === undefined || size >= 0) return size;
  if (size === -3) return sizeOfExpression(bytes, at);
  const length = int32At(bytes, at);
  if (length === undefined || length < 0) return undefined;
  if (size === -2) return length < MIN_DOCUMENT_BYTES ? undefined : length;
  // A binary has its subtype behind the length, a pointer its id behind the name.
  const extra = type === BsonType.binary ? 1 : type === 0x0c ? 12 : 0;
  return 4 + length + extra;
}

/** A regular expression: pattern and options. */
function sizeOfExpression(bytes: Uint8Array, at: number): number | undefined {
  const pattern = endOfName(bytes, at);
  const options = pattern === undefined ? undefined : endOfName(bytes, pattern + 1);
  return options === undefined ? undefined : options + 1 - at;
}
