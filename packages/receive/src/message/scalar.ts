import { decodeUtf8, toHex } from "@weir/base";
import { decodeBase64 } from "./base64.ts";
import { BrokenMessage, type WireReader, WireType } from "./reader.ts";

/** A kind of value: how Protocol Buffers and how JSON write it. */
export interface Scalar<T> {
  readonly wireType: WireType;
  readonly zero: T;
  read(reader: WireReader): T;
  /** Throws {@link BrokenMessage} where the JSON value is of another kind. */
  fromJson(json: unknown): T;
}

/** Text; bytes that are not UTF-8 become U+FFFD rather than costing the item. */
export const text: Scalar<string> = {
  wireType: WireType.bytes,
  zero: "",
  read: (reader) => decodeUtf8(reader.counted()),
  fromJson: (json) => expected(typeof json === "string" ? json : undefined, "text", json),
};

export const bytes: Scalar<Uint8Array> = {
  wireType: WireType.bytes,
  zero: new Uint8Array(0),
  read: (reader) => reader.counted(),
  fromJson: (json) => expected(typeof json === "string" ? decodeBase64(json) : undefined, "base64", json),
};

/**
 * Bytes of an identity, as lower-case hexadecimal. OTLP's JSON writes them so as well; programs that write plain Protocol Buffers' JSON send base64, which for identities of
 * 8 and 16 bytes ends with `=` and so cannot be taken for the other.
 */
export const hex: Scalar<string> = {
  wireType: WireType.bytes,
  zero: "",
  read: (reader) => toHex(reader.counted()),
  fromJson: (json) => expected(typeof json === "string" ? hexText(json) : undefined, "hexadecimal digits", json),
};

function hexText(text: string): string | undefined {
  if (/^[0-9a-fA-F]*$/.test(text)) return text.toLowerCase();
  const decoded = decodeBase64(text);
  return decoded === undefined ? undefined : toHex(decoded);
}

export const bool: Scalar<boolean> = {
  wireType: WireType.varint,
  zero: false,
  read: (reader) => reader.varint64() !== 0n,
  fromJson: (json) => expected(typeof json === "boolean" ? json : undefined, "true or false", json),
};

const number = (
  wireType: WireType,
  read: (reader: WireReader) => number,
  fromJson: (json: unknown) => number,
): Scalar<number> => ({
  wireType,
  zero: 0,
  read,
  fromJson,
});

export const uint32 = number(WireType.varint, (reader) => Number(BigInt.asUintN(32, reader.varint64())), wholeNumber);
export const sint32 = number(WireType.varint, (reader) => Number(zigzag(reader.varint64())), wholeNumber);
export const fixed32 = number(WireType.fixed32, (reader) => reader.fixed32(), wholeNumber);
export const double = number(WireType.fixed64, (reader) => reader.double(), floatNumber);

const bigNumber = (wireType: WireType, read: (reader: WireReader) => bigint): Scalar<bigint> => ({
  wireType,
  zero: 0n,
  read,
  fromJson: bigWholeNumber,
});

export const int64 = bigNumber(WireType.varint, (reader) => BigInt.asIntN(64, reader.varint64()));
export const uint64 = bigNumber(WireType.varint, (reader) => reader.varint64());
export const sint64 = bigNumber(WireType.varint, (reader) => zigzag(reader.varint64()));
export const fixed64 = bigNumber(WireType.fixed64, (reader) => reader.fixed64());
export const sfixed64 = bigNumber(WireType.fixed64, (reader) => BigInt.asIntN(64, reader.fixed64()));

/** A number that stands for a name; JSON may carry either. `names[n]` is the name of n. */
export function enumeration(names: readonly string[]): Scalar<number> {
  return number(
    WireType.varint,
    (reader) => Number(BigInt.asIntN(32, reader.varint64())),
    (json) => {
      const at = typeof json === "string" ? names.indexOf(json) : -1;
      return at >= 0 ? at : wholeNumber(json);
    },
  );
}

/** Signed numbers as Protocol Buffers fold them: 0, -1, 1, -2 … */
function zigzag(value: bigint): bigint {
  return (value >> 1n) ^ -(value & 1n);
}

function wholeNumber(json: unknown): number {
  const value = typeof json === "string" && json.trim() !== "" ? Number(json) : json;
  return expected(typeof value === "number" && Number.isInteger(value) ? value : undefined, "a whole number", json);
}

/** 64-bit numbers stand as text in JSON; plain numbers are taken as well, as far as they are exact. */
function bigWholeNumber(json: unknown): bigint {
  const isWhole =
    (typeof json === "string" && /^-?\d{1,20}$/.test(json)) || (typeof json === "number" && Number.isInteger(json));
  return BigInt.asIntN(65, expected(isWhole ? BigInt(json as string | number) : undefined, "a whole number", json));
}

function floatNumber(json: unknown): number {
  if (json === "NaN") return Number.NaN;
  if (json === "Infinity") return Number.POSITIVE_INFINITY;
  if (json === "-Infinity") return Number.NEGATIVE_INFINITY;
  const value = typeof json === "string" && json.trim() !== "" ? Number(json) : json;
  return expected(typeof value === "number" && !Number.isNaN(value) ? value : undefined, "a number", json);
}

function expected<T>(value: T | undefined, what: string, json: unknown): T {
  if (value === undefined) throw new BrokenMessage(`${JSON.stringify(json)?.slice(0, 40)} stands where ${what} should`);
  return value;
}
