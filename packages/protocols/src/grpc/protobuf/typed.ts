import { tryDecodeUtf8 } from "@weir/base";
import { type Descriptors, type FieldType, parseDescriptors } from "./descriptors.ts";
import { MAX_SHOWN_FIELDS, showFixed } from "./schemaless.ts";
import { MessageText, showText } from "./text.ts";
import { readMessage, type WireField, WireType } from "./wire.ts";

/** Shows the messages of methods whose types are known. */
export interface MessageDecoder {
  /** Methods whose types are known. */
  readonly methods: number;
  /** A message as text with the names of its fields; undefined where the method's types are not known. `isCut`: `bytes` are its beginning only. */
  show(
    method: string,
    side: "request" | "response",
    bytes: Uint8Array,
    isCut: boolean,
    maxChars: number,
  ): string | undefined;
}

const MAX_DEPTH = 8;

/** `FieldDescriptorProto.Type`. */
const Type = {
  double: 1,
  float: 2,
  int64: 3,
  uint64: 4,
  int32: 5,
  fixed64: 6,
  fixed32: 7,
  bool: 8,
  string: 9,
  message: 11,
  enumeration: 14,
  sfixed32: 15,
  sfixed64: 16,
  sint32: 17,
  sint64: 18,
} as const;

/** A decoder of the types that a FileDescriptorSet declares. */
export function decodeWith(descriptorSet: Uint8Array): MessageDecoder {
  const descriptors = parseDescriptors(descriptorSet);
  return {
    methods: descriptors.methods.size,
    show(method, side, bytes, isCut, maxChars) {
      const type = descriptors.messages.get(descriptors.methods.get(method)?.[side] ?? "");
      if (type === undefined) return undefined;
      const text = new MessageText(maxChars);
      addFields(text, descriptors, type, bytes, 0);
      if (isCut) text.add(", …");
      return text.toString();
    },
  };
}

function addFields(
  text: MessageText,
  descriptors: Descriptors,
  types: ReadonlyMap<number, FieldType>,
  bytes: Uint8Array,
  depth: number,
): void {
  let separator = "";
  for (const field of readMessage(bytes, MAX_SHOWN_FIELDS).fields) {
    if (text.isFull) return;
    const type = types.get(field.number);
    text.add(`${separator}${type?.name ?? field.number}: `);
    addValue(text, descriptors, type, field, depth);
    separator = ", ";
  }
}

function addValue(
  text: MessageText,
  descriptors: Descriptors,
  type: FieldType | undefined,
  field: WireField,
  depth: number,
): void {
  const inner = type?.type === Type.message ? descriptors.messages.get(type.typeName) : undefined;
  if (field.type === WireType.bytes && inner !== undefined && depth < MAX_DEPTH) {
    text.add("{");
    addFields(text, descriptors, inner, field.bytes, depth + 1);
    text.add("}");
  } else text.add(showValue(descriptors, type, field));
}

function showValue(descriptors: Descriptors, type: FieldType | undefined, field: WireField): string {
  switch (field.type) {
    case WireType.varint:
      return showVarint(descriptors, type, field.value);
    case WireType.bytes: {
      const plain = type?.type === Type.string ? tryDecodeUtf8(field.bytes) : undefined;
      return plain === undefined ? `<${field.bytes.length} bytes>` : showText(plain, type?.name);
    }
    default:
      return showFixedAs(type?.type, field.bytes);
  }
}

function showVarint(descriptors: Descriptors, type: FieldType | undefined, value: bigint): string {
  switch (type?.type) {
    case Type.bool:
      return String(value !== 0n);
    case Type.int32:
    case Type.int64:
      return String(BigInt.asIntN(64, value));
    case Type.sint32:
    case Type.sint64:
      return String((value >> 1n) ^ -(value & 1n));
    case Type.enumeration: {
      const number = Number(BigInt.asIntN(32, value));
      return descriptors.enums.get(type.typeName)?.get(number) ?? String(number);
    }
    default:
      return String(value);
  }
}

function showFixedAs(type: number | undefined, bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length === 8) {
    if (type === Type.double) return String(view.getFloat64(0, true));
    if (type === Type.fixed64) return String(view.getBigUint64(0, true));
    if (type === Type.sfixed64) return String(view.getBigInt64(0, true));
  } else {
    if (type === Type.float) return String(view.getFloat32(0, true));
    if (type === Type.fixed32) return String(view.getUint32(0, true));
    if (type === Type.sfixed32) return String(view.getInt32(0, true));
  }
  return showFixed(bytes);
}
