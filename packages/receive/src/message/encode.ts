import { encodeUtf8 } from "@weir/base";
import type { MessageType, NamedField } from "./message.ts";
import { WireType } from "./reader.ts";
import { hex } from "./scalar.ts";

/** Writes a decoded message as Protocol Buffers again. Numbers stand unpacked, one field each; fields that are not given are left out. */
export function encode(type: MessageType<unknown>, value: object): Uint8Array<ArrayBuffer> {
  const out: number[] = [];
  for (const field of type.byNumber.values()) {
    const given = (value as Readonly<Record<string, unknown>>)[field.name];
    if (given === undefined) continue;
    for (const one of field.isRepeated ? (given as readonly unknown[]) : [given]) writeField(out, field, one);
  }
  return Uint8Array.from(out);
}

function writeField(out: number[], { number, kind }: NamedField, value: unknown): void {
  if (kind.kind === "textMap") return;
  const wireType = kind.kind === "message" ? WireType.bytes : kind.scalar.wireType;
  writeVarint(out, BigInt(number * 8 + wireType));
  if (kind.kind === "message") writeCounted(out, encode(kind.type(), value as object));
  else if (wireType === WireType.bytes) writeCounted(out, bytesOf(value, kind.scalar === hex));
  else if (wireType === WireType.varint)
    writeVarint(out, BigInt.asUintN(64, BigInt(value as number | bigint | boolean)));
  else out.push(...fixed(value as number | bigint, wireType === WireType.fixed64 ? 8 : 4));
}

/** Doubles are numbers and whole numbers of 64 bits are bigints, so the value tells how it is written. */
function fixed(value: number | bigint, length: 4 | 8): Uint8Array {
  const view = new DataView(new ArrayBuffer(8));
  if (typeof value === "bigint") view.setBigUint64(0, BigInt.asUintN(64, value), true);
  else if (length === 8) view.setFloat64(0, value, true);
  else view.setUint32(0, value, true);
  return new Uint8Array(view.buffer, 0, length);
}

function bytesOf(value: unknown, isHex: boolean): Uint8Array {
  if (value instanceof Uint8Array) return value;
  const text = value as string;
  return isHex ? Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)) : encodeUtf8(text);
}

function writeCounted(out: number[], bytes: Uint8Array): void {
  writeVarint(out, BigInt(bytes.length));
  for (const byte of bytes) out.push(byte);
}

function writeVarint(out: number[], value: bigint): void {
  let rest = value;
  while (rest >= 0x80n) {
    out.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  out.push(Number(rest));
}
