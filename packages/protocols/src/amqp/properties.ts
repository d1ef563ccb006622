import { ByteCursor } from "../common/byte-cursor.ts";
import { type FieldTable, readFieldTable, readShortText } from "./field-table.ts";
import { FRAME_HEADER_BYTES } from "./wire.ts";

/** What a content header (§4.2.6.1) says about the message behind it. */
export interface ContentHeader {
  readonly bodyBytes: number;
  /** Text properties by name, as far as the message has them. */
  readonly texts: ReadonlyMap<string, string>;
  readonly deliveryMode: number | undefined;
  readonly headers: FieldTable;
}

/** Properties of class basic, by their flag from the highest down. */
const PROPERTIES = [
  ["shortstr", "contentType"],
  ["shortstr", "contentEncoding"],
  ["table", "headers"],
  ["octet", "deliveryMode"],
  ["octet", "priority"],
  ["shortstr", "correlationId"],
  ["shortstr", "replyTo"],
  ["shortstr", "expiration"],
  ["shortstr", "messageId"],
  ["timestamp", "timestamp"],
  ["shortstr", "type"],
  ["shortstr", "userId"],
  ["shortstr", "appId"],
  ["shortstr", "clusterId"],
] as const;
const FIRST_FLAG = 0x8000;
const NO_FIELDS: FieldTable = new Map();

/** Reads the frame of a content header. Properties that do not fit are left out; the size of the body comes first. */
export function parseContentHeader(frame: Uint8Array): ContentHeader | undefined {
  const cursor = new ByteCursor(frame, FRAME_HEADER_BYTES);
  cursor.take(4);
  const bodyBytes = Number(cursor.uint64());
  const flags = cursor.uint16();
  if (cursor.hasFailed) return undefined;
  const texts = new Map<string, string>();
  let deliveryMode: number | undefined;
  let headers = NO_FIELDS;
  for (const [index, [type, name]] of PROPERTIES.entries()) {
    if ((flags & (FIRST_FLAG >> index)) === 0) continue;
    if (type === "table") headers = readFieldTable(cursor);
    else if (type === "timestamp") cursor.uint64();
    else if (type === "shortstr") {
      const text = readShortText(cursor);
      if (!cursor.hasFailed) texts.set(name, text);
    } else {
      const value = cursor.uint8();
      if (name === "deliveryMode") deliveryMode = value;
    }
  }
  return { bodyBytes, texts, deliveryMode, headers };
}
