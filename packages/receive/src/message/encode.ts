import type { MessageType, NamedField } from "./message.ts";
import { WireType } from "./reader.ts";
import { hex } from "./scalar.ts";
import { WireSink } from "./sink.ts";

/** Writes a decoded message as Protocol Buffers again. Numbers stand unpacked, one field each; fields that are not given are left out. */
export function encode(type: MessageType<unknown>, value: object): Uint8Array<ArrayBuffer> {
  const sink = new WireSink();
  writeMessage(sink, type, value);
  return sink.bytes();
}

function writeMessage(sink: WireSink, type: MessageType<unknown>, value: object): void {
  for (const field of type.byNumber.values()) {
    const given = (value as Readonly<Record<string, unknown>>)[field.name];
    if (given === undefined) continue;
    if (field.isRepeated) for (const one of given as readonly unknown[]) writeField(sink, field, one);
    else writeField(sink, field, given);
  }
}

function writeField(sink: WireSink, { number, kind }: NamedField, value: unknown): void {
  if (kind.kind === "textMap") return;
  const wireType = kind.kind === "message" ? WireType.bytes : kind.scalar.wireType;
  sink.varint(number * 8 + wireType);
  if (kind.kind === "message") sink.counted(() => writeMessage(sink, kind.type(), value as object));
  else if (wireType === WireType.bytes) writeBytes(sink, value, kind.scalar === hex);
  else if (wireType === WireType.varint) sink.varint(Number.isSafeInteger(value) ? (value as number) : toBigInt(value));
  else sink.fixed(value as number | bigint, wireType === WireType.fixed64 ? 8 : 4);
}

function writeBytes(sink: WireSink, value: unknown, isHex: boolean): void {
  if (value instanceof Uint8Array) sink.countedBytes(value);
  else if (isHex) sink.countedBytes(fromHex(value as string));
  else sink.text(value as string);
}

function toBigInt(value: unknown): bigint {
  return BigInt(value as number | bigint | boolean);
}

function fromHex(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
