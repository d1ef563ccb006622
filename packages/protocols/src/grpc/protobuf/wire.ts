/** Wire types of Protocol Buffers (protobuf.dev, "Encoding"); groups are not read. */
export const WireType = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

/** One field as it stands on the wire. */
export type WireField = { readonly number: number } & (
  | { readonly type: typeof WireType.varint; readonly value: bigint }
  | { readonly type: typeof WireType.fixed64 | typeof WireType.fixed32; readonly bytes: Uint8Array }
  | { readonly type: typeof WireType.bytes; readonly bytes: Uint8Array; readonly isCut: boolean }
);

/** Fields of a message. */
export interface WireMessage {
  readonly fields: readonly WireField[];
  /** `whole`: to the last byte; `cut`: up to where the bytes end; `damaged`: up to what is no field. */
  readonly end: "whole" | "cut" | "damaged";
}

const MAX_VARINT_BYTES = 10;
const MAX_FIELD_NUMBER = 0x1fff_ffff;

/** Reads up to `maxFields` fields; what is beyond counts as cut. */
export function readMessage(bytes: Uint8Array, maxFields: number): WireMessage {
  const fields: WireField[] = [];
  let at = 0;
  while (at < bytes.length) {
    if (fields.length >= maxFields) return { fields, end: "cut" };
    const tag = readVarint(bytes, at);
    if (tag === undefined) return { fields, end: endOf(bytes, at) };
    const field = readField(bytes, tag);
    if (typeof field === "string") return { fields, end: field };
    fields.push(field.field);
    at = field.end;
  }
  return { fields, end: "whole" };
}

interface Varint {
  readonly value: bigint;
  readonly end: number;
}

function readField(
  bytes: Uint8Array,
  tag: Varint,
): { readonly field: WireField; readonly end: number } | "cut" | "damaged" {
  const number = Number(tag.value >> 3n);
  if (number < 1 || number > MAX_FIELD_NUMBER) return "damaged";
  const type = Number(tag.value & 7n);
  if (type === WireType.varint) {
    const varint = readVarint(bytes, tag.end);
    return varint === undefined
      ? endOf(bytes, tag.end)
      : { field: { number, type, value: varint.value }, end: varint.end };
  }
  if (type === WireType.fixed64 || type === WireType.fixed32) {
    const end = tag.end + (type === WireType.fixed64 ? 8 : 4);
    return end > bytes.length ? "cut" : { field: { number, type, bytes: bytes.subarray(tag.end, end) }, end };
  }
  if (type !== WireType.bytes) return "damaged";
  const length = readVarint(bytes, tag.end);
  if (length === undefined) return endOf(bytes, tag.end);
  const end = length.end + Number(length.value);
  const isCut = end > bytes.length;
  const content = bytes.subarray(length.end, Math.min(end, bytes.length));
  return { field: { number, type, bytes: content, isCut }, end: Math.min(end, bytes.length) };
}

/** A varint that is not there is cut off, or longer than any. */
function endOf(bytes: Uint8Array, at: number): "cut" | "damaged" {
  return bytes.length - at < MAX_VARINT_BYTES ? "cut" : "damaged";
}

/** A varint of at most 64 bits; undefined where it is cut off or longer. */
function readVarint(bytes: Uint8Array, at: number): Varint | undefined {
  let value = 0n;
  for (let index = 0; index < MAX_VARINT_BYTES; index += 1) {
    const byte = bytes[at + index];
    if (byte === undefined) return undefined;
    value |= BigInt(byte & 0x7f) << BigInt(7 * index);
    if (byte < 0x80) return { value, end: at + index + 1 };
  }
  return undefined;
}
