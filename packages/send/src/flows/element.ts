import { encodeUtf8 } from "@weir/base";
import type { Connection } from "@weir/model";
import type { DatagramWriter } from "./datagram-writer.ts";
import type { FlowHalf } from "./halves.ts";

/** Forms of values (RFC 7011 §6.1), with their numbers in RFC 5610 and the bytes that they take; texts say their length themselves. */
export const ELEMENT_TYPES = {
  unsigned8: { number: 1, lengthBytes: 1 },
  unsigned16: { number: 2, lengthBytes: 2 },
  unsigned32: { number: 3, lengthBytes: 4 },
  unsigned64: { number: 4, lengthBytes: 8 },
  float64: { number: 10, lengthBytes: 8 },
  boolean: { number: 11, lengthBytes: 1 },
  string: { number: 13, lengthBytes: 65_535 },
  dateTimeMilliseconds: { number: 15, lengthBytes: 8 },
  ipv4Address: { number: 18, lengthBytes: 4 },
  ipv6Address: { number: 19, lengthBytes: 16 },
} as const;
export type ElementType = keyof typeof ELEMENT_TYPES;

/** Longest text of an element: none may fill a datagram. */
const MAX_TEXT_BYTES = 200;

/** What an element's value is made of: a connection, seen as one of its directions. */
export interface FlowSource {
  readonly connection: Connection;
  readonly half: FlowHalf;
}

/** A value of an element; undefined: not known. */
export type ElementValue = number | bigint | boolean | string | Uint8Array | undefined;

/** An information element: its number, its form, and where its value comes from. */
export interface Element {
  readonly number: number;
  readonly name: string;
  readonly type: ElementType;
  /** True where it is Weir's own, and not IANA's. */
  readonly isOwn: boolean;
  readonly meaning: string;
  readonly value: (source: FlowSource) => ElementValue;
}

/** Writes a value. What is not known is the largest number, NaN, or an empty text: there is no other way to leave it out of a record. */
export function writeValue(writer: DatagramWriter, type: ElementType, value: ElementValue): void {
  const { lengthBytes } = ELEMENT_TYPES[type];
  switch (type) {
    case "string":
      writeText(writer, typeof value === "string" ? value : "");
      break;
    case "float64":
      writer.float64(typeof value === "number" ? value : Number.NaN);
      break;
    case "boolean":
      writer.unsigned(value === true ? 1 : 2, lengthBytes);
      break;
    case "ipv4Address":
    case "ipv6Address":
      writer.append(value instanceof Uint8Array ? value : new Uint8Array(lengthBytes));
      break;
    default:
      writer.unsigned(typeof value === "number" || typeof value === "bigint" ? value : 2n ** 64n, lengthBytes);
  }
}

/** A text with its length before it (RFC 7011 §7), cut between characters. */
function writeText(writer: DatagramWriter, text: string): void {
  let bytes: Uint8Array = encodeUtf8(text);
  if (bytes.length > MAX_TEXT_BYTES) {
    let end = MAX_TEXT_BYTES;
    while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
    bytes = bytes.subarray(0, end);
  }
  writer.unsigned(bytes.length, 1).append(bytes);
}
