import { decodeUtf8 } from "@weir/base";
import { type EncodedReading, type EncodedTables, withinLength } from "../encoded/encoded-reading.ts";
import { type Reading, type Received, Rejections } from "../received.ts";
import { BrokenItems } from "./broken-items.ts";
import { fromJson, parseJson } from "./json.ts";
import type { MessageType } from "./message.ts";
import { fromProtobuf } from "./protobuf.ts";
import { BrokenMessage, TooManyMessages } from "./reader.ts";

/**
 * Reads a request that is one message, and turns it into rows. `asMessage` is for JSON that is not an object at its top. Input never throws.
 */
export function readRequest<T>(
  type: MessageType<T>,
  encoding: "json" | "protobuf",
  body: Uint8Array,
  rowsOf: (request: T, rejections: Rejections) => Received["tables"],
  asMessage: (json: unknown) => unknown = (json) => json,
): Reading {
  return reading((broken, rejections) => {
    const request =
      encoding === "json"
        ? fromJson(type, asMessage(parseJson(decodeUtf8(body))), broken)
        : fromProtobuf(type, body, broken);
    return rowsOf(request, rejections);
  });
}

/** The same for a reader that makes blocks. */
export function encodedReading(
  read: (tables: EncodedTables, broken: BrokenItems, rejections: Rejections) => void,
): EncodedReading {
  return withinLength((encoded) => {
    const done = reading((broken, rejections) => {
      read(encoded, broken, rejections);
      return [];
    });
    return done.kind === "malformed" ? done : { ...done, tables: encoded.list() };
  });
}

/** Runs a reader: what it throws because of the bytes makes the request malformed, what it counts is rejected. */
export function reading(read: (broken: BrokenItems, rejections: Rejections) => Received["tables"]): Reading {
  const broken = new BrokenItems();
  const rejections = new Rejections();
  try {
    const tables = read(broken, rejections);
    if (broken.count > 0) rejections.add("unreadable", broken.example, broken.count);
    return { kind: "received", tables, rejections: rejections.list() };
  } catch (error) {
    if (error instanceof BrokenMessage || error instanceof TooManyMessages)
      return { kind: "malformed", reason: error.message };
    throw error;
  }
}
