import { decodeUtf8 } from "@weir/base";
import { BrokenMessage } from "../message/reader.ts";
import { Cursor } from "./cursor.ts";
import { MAX_DEPTH, type ThriftReader, type ThriftStruct, type ThriftValue } from "./value.ts";

/** Types of the compact protocol (thrift-compact-protocol.md). */
const Type = {
  stop: 0,
  yes: 1,
  no: 2,
  int8: 3,
  int16: 4,
  int32: 5,
  int64: 6,
  double: 7,
  bytes: 8,
  list: 9,
  set: 10,
  map: 11,
  struct: 12,
} as const;
const PROTOCOL_ID = 0x82;
const LONG_LIST = 15;

/** Thrift's compact protocol. `bytes` are borrowed. */
export function compactThrift(bytes: Uint8Array): ThriftReader {
  const cursor = new Cursor(bytes);
  return {
    messageName() {
      if (cursor.uint8() !== PROTOCOL_ID) throw new BrokenMessage("it is no message of Thrift's compact protocol");
      cursor.uint8();
      varint(cursor);
      return decodeUtf8(cursor.take(Number(varint(cursor))));
    },
    struct: () => readStruct(cursor, 0),
  };
}

function readStruct(cursor: Cursor, depth: number): ThriftStruct {
  if (depth > MAX_DEPTH) throw new BrokenMessage("structs are nested too deeply");
  const fields = new Map<number, ThriftValue>();
  let id = 0;
  for (let head = cursor.uint8(); head !== Type.stop; head = cursor.uint8()) {
    const step = head >> 4;
    const type = head & 0x0f;
    id = step === 0 ? Number(zigzag(varint(cursor))) : id + step;
    // In a field, the type of a truth is the truth.
    fields.set(id, type === Type.yes ? true : type === Type.no ? false : readValue(cursor, type, depth));
  }
  return fields;
}

function readValue(cursor: Cursor, type: number, depth: number): ThriftValue {
  switch (type) {
    case Type.yes:
    case Type.no:
      return cursor.uint8() === Type.yes;
    case Type.int8:
      return cursor.int8();
    case Type.int16:
    case Type.int32:
      return Number(zigzag(varint(cursor)));
    case Type.int64:
      return zigzag(varint(cursor));
    case Type.double:
      return cursor.double(true);
    case Type.bytes:
      return cursor.take(Number(varint(cursor)));
    case Type.struct:
      return readStruct(cursor, depth + 1);
    case Type.list:
    case Type.set: {
      const head = cursor.uint8();
      const count = cursor.count(head >> 4 === LONG_LIST ? Number(varint(cursor)) : head >> 4);
      return Array.from({ length: count }, () => readValue(cursor, head & 0x0f, depth + 1));
    }
    case Type.map: {
      const count = cursor.count(Number(varint(cursor)));
      const types = count === 0 ? 0 : cursor.uint8();
      return Array.from({ length: count }, () => [
        readValue(cursor, types >> 4, depth + 1),
        readValue(cursor, types & 0x0f, depth + 1),
      ]);
    }
    default:
      throw new BrokenMessage(`there is no type ${type}`);
  }
}

function varint(cursor: Cursor): bigint {
  let value = 0n;
  for (let shift = 0n; shift < 70n; shift += 7n) {
    const byte = cursor.uint8();
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return BigInt.asUintN(64, value);
  }
  throw new BrokenMessage("a number has more than ten bytes");
}

function zigzag(value: bigint): bigint {
  return (value >> 1n) ^ -(value & 1n);
}
