import type { Encoding, Step, Value } from "./struct-walker.ts";

/** Types of the binary protocol, and how many bytes values of those have that are always as long. */
const FIXED_BYTES: Readonly<Record<number, number>> = { 2: 1, 3: 1, 4: 8, 6: 2, 8: 4, 10: 8, 16: 16 };
const Type = { string: 11, struct: 12, map: 13, set: 14, list: 15 } as const;
/** More elements or bytes than a message without a frame may have are believed of nobody. */
const MAX_COUNT = 1 << 20;

/** The binary protocol (thrift-binary-protocol.md). */
export const binaryEncoding: Encoding = {
  fieldAt(bytes, at) {
    const type = bytes[at];
    if (type === undefined) return undefined;
    if (type === 0) return { value: { type, field: 0 }, next: at + 1 };
    if (at + 3 > bytes.length) return undefined;
    return { value: { type, field: ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0) }, next: at + 3 };
  },
  valueAt(bytes, at, type) {
    const fixed = FIXED_BYTES[type];
    if (fixed !== undefined) return plain(bytes, at + fixed);
    switch (type) {
      case Type.string:
        return text(bytes, at);
      case Type.struct:
        return { value: { kind: "struct" }, next: at };
      case Type.map:
        return elements(bytes, at, 2);
      case Type.set:
      case Type.list:
        return elements(bytes, at, 1);
      default:
        return null;
    }
  },
};

/** A value that ends at `next`; bytes are missing where that is not here yet. */
function plain(bytes: Uint8Array, next: number): Step<Value> {
  return next > bytes.length ? undefined : { value: { kind: "plain" }, next };
}

function text(bytes: Uint8Array, at: number): Step<Value> {
  if (at + 4 > bytes.length) return undefined;
  const length = uint32At(bytes, at);
  if (length > MAX_COUNT) return null;
  const next = at + 4 + length;
  return next > bytes.length ? undefined : { value: { kind: "text", from: at + 4, to: next }, next };
}

/** Types of the elements, one byte each, and how many there are. Elements of a fixed length are passed over at once. */
function elements(bytes: Uint8Array, at: number, typeBytes: number): Step<Value> {
  const next = at + typeBytes + 4;
  if (next > bytes.length) return undefined;
  const count = uint32At(bytes, at + typeBytes);
  if (count > MAX_COUNT) return null;
  const types = [...bytes.subarray(at, at + typeBytes)];
  const sizes = types.map((type) => FIXED_BYTES[type]);
  if (count > 0 && types.some((type, index) => sizes[index] === undefined && !isCompound(type))) return null;
  if (sizes.every((size) => size !== undefined))
    return plain(bytes, next + count * sizes.reduce((sum, size) => sum + size, 0));
  return { value: { kind: "elements", types, count }, next };
}

function isCompound(type: number): boolean {
  return type >= Type.string && type <= Type.list;
}

export function uint32At(bytes: Uint8Array, at: number): number {
  const [a = 0, b = 0, c = 0, d = 0] = bytes.subarray(at, at + 4);
  return ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
}
