import { decodeUtf8 } from "@weir/base";
import { BrokenMessage } from "../message/reader.ts";
import { Cursor } from "./cursor.ts";
import { MAX_DEPTH, type ThriftReader, type ThriftStruct, type ThriftValue } from "./value.ts";

/** Types of the binary protocol (thrift-binary-protocol.md). */
const Type = {
  stop: 0,
  bool: 2,
  int8: 3,
  double: 4,
  int16: 6,
  int32: 8,
  int64: 10,
  bytes: 11,
  struct: 12,
  map: 13,
  set: 14,
  list: 15,
} as const;

/** Thrift's binary protocol, strict and old messages alike. `bytes` are borrowed. */
export function binaryThrift(bytes: Uint8Array): ThriftReader {
  const cursor = new Cursor(bytes);
  return {
    messageName() {
      const first = cursor.int32();
      // Old messages begin with the name's length, strict ones with a version.
      const name = cursor.take(first < 0 ? cursor.int32() : first);
      if (first >= 0) cursor.int8();
      cursor.int32();
      return decodeUtf8(name);
    },
    struct: () => readStruct(cursor, 0),
  };
}

function readStruct(cursor: Cursor, depth: number): ThriftStruct {
  if (depth > MAX_DEPTH) throw new BrokenMessage("structs are nested too deeply");
  const fields = new Map<number, ThriftValue>();
  for (let type = cursor.int8(); type !== Type.stop; type = cursor.int8()) {
    const id = cursor.int16();
    fields.set(id, readValue(cursor, type, depth));
  }
  return fields;
}

function readValue(cursor: Cursor, type: number, depth: number): ThriftValue {
  switch (type) {
    case Type.bool:
      return cursor.int8() !== 0;
    case Type.int8:
      return cursor.int8();
    case Type.double:
      return cursor.double();
    case Type.int16:
      return cursor.int16();
    case Type.int32:
      return cursor.int32();
    case Type.int64:
      return cursor.int64();
    case Type.bytes:
      return cursor.take(cursor.int32());
    case Type.struct:
      return readStruct(cursor, depth + 1);
    case Type.list:
    case Type.set: {
      const inner = cursor.int8();
      const count = cursor.count(cursor.int32());
      return Array.from({ length: count }, () => readValue(cursor, inner, depth + 1));
    }
    case Type.map: {
      const [key, value] = [cursor.int8(), cursor.int8()];
      const count = cursor.count(cursor.int32());
      return Array.from({ length: count }, () => [
        readValue(cursor, key, depth + 1),
        readValue(cursor, value, depth + 1),
      ]);
    }
    default:
      throw new BrokenMessage(`there is no type ${type}`);
  }
}
