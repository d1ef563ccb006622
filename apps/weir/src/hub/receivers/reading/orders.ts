import { decompress } from "@weir/protocols";
import type { EncodedReading } from "@weir/receive";
import { BODY_READERS, type BodyReaderName, type How, type Told } from "./body-readers.ts";

/** What a thread is told to read. */
export interface ReadOrder<Name extends BodyReaderName = BodyReaderName> {
  readonly name: Name;
  readonly body: Uint8Array;
  readonly how: How<Name>;
}

/** A body that was read, with what its sender is answered beside. */
export interface ReadBody<Name extends BodyReaderName = BodyReaderName> {
  readonly reading: EncodedReading;
  readonly told: Told<Name>;
}

/** What a thread is told to decompress. */
export interface DecompressOrder {
  readonly coding: "zstd" | "snappy";
  readonly bytes: Uint8Array;
  readonly maxBytes: number;
}
export type Decompressed = ReturnType<typeof decompress>;

/** Reads a body in the thread that calls. */
export function readBodyHere<Name extends BodyReaderName>(order: ReadOrder<Name>): ReadBody<Name> {
  // Name and `how` belong together by the type of the order, which a table of functions cannot say.
  const read = BODY_READERS[order.name] as (
    body: Uint8Array,
    how: How<Name>,
  ) => ReturnType<(typeof BODY_READERS)[Name]>;
  return read(order.body, order.how) as ReadBody<Name>;
}

/** Decompresses in the thread that calls; undefined where the bytes are of another coding. */
export function decompressHere({ coding, bytes, maxBytes }: DecompressOrder): Decompressed {
  return decompress(coding, bytes, maxBytes);
}
