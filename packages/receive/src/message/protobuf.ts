import { decodeUtf8 } from "@weir/base";
import type { BrokenItems } from "./broken-items.ts";
import { emptyMessage, MAX_DEPTH, type MessageType, type NamedField } from "./message.ts";
import { BrokenMessage, WireReader, WireType } from "./reader.ts";

/**
 * Reads a message from Protocol Buffers. Throws {@link BrokenMessage} where it cannot be read as a whole; broken items of a batch are counted. `depth`: of how many messages it is inside.
 */
export function fromProtobuf<T>(type: MessageType<T>, bytes: Uint8Array, broken: BrokenItems, depth = 0): T {
  return readMessage(type, bytes, broken, depth) as T;
}

function readMessage(type: MessageType<unknown>, bytes: Uint8Array, broken: BrokenItems, depth: number): unknown {
  if (depth > MAX_DEPTH) throw new BrokenMessage("messages are nested too deeply");
  broken.budget.spend();
  const reader = new WireReader(bytes);
  const value = emptyMessage(type);
  while (!reader.isAtEnd) {
    const tag = reader.varint32();
    const wireType = tag & 7;
    const field = type.byNumber.get(tag >>> 3);
    if (tag >>> 3 === 0) throw new BrokenMessage("there is no field 0");
    if (field === undefined) reader.skip(wireType);
    else readField(field, wireType, reader, value, broken, depth);
  }
  return value;
}

function readField(
  field: NamedField,
  wireType: number,
  reader: WireReader,
  value: Record<string, unknown>,
  broken: BrokenItems,
  depth: number,
): void {
  const { kind } = field;
  if (kind.kind === "message" && wireType === WireType.bytes) {
    const type = kind.type();
    const bytes = reader.counted();
    const inner = field.isItem ? tryItem(type, bytes, broken, depth + 1) : readMessage(type, bytes, broken, depth + 1);
    if (inner !== undefined) put(field, value, inner);
  } else if (kind.kind === "scalar" && wireType === kind.scalar.wireType) {
    put(field, value, kind.scalar.read(reader));
  } else if (kind.kind === "scalar" && field.isRepeated && wireType === WireType.bytes) {
    // Repeated numbers may stand packed, one behind the other.
    const packed = new WireReader(reader.counted());
    while (!packed.isAtEnd) put(field, value, kind.scalar.read(packed));
  } else if (kind.kind === "textMap" && wireType === WireType.bytes) {
    const [key, text] = readEntry(reader.counted());
    value[field.name] = { ...(value[field.name] as object), [key]: text };
  } else {
    reader.skip(wireType);
  }
}

/** An entry of a map: a message of a key and a value. */
function readEntry(bytes: Uint8Array): readonly [string, string] {
  const reader = new WireReader(bytes);
  const entry = ["", ""] as [string, string];
  while (!reader.isAtEnd) {
    const tag = reader.varint32();
    if (tag === 0x0a) entry[0] = decodeUtf8(reader.counted());
    else if (tag === 0x12) entry[1] = decodeUtf8(reader.counted());
    else reader.skip(tag & 7);
  }
  return entry;
}

function tryItem(type: MessageType<unknown>, bytes: Uint8Array, broken: BrokenItems, depth: number): unknown {
  try {
    return readMessage(type, bytes, broken, depth);
  } catch (error) {
    if (!(error instanceof BrokenMessage)) throw error;
    broken.add(type.name, error);
    return undefined;
  }
}

function put(field: NamedField, value: Record<string, unknown>, inner: unknown): void {
  if (!field.isRepeated) value[field.name] = inner;
  else if (value[field.name] === field.absent) value[field.name] = [inner];
  else (value[field.name] as unknown[]).push(inner);
}
