import { decompress } from "@weir/protocols";
import { BrokenMessage } from "../message/reader.ts";

/** What all profiles of a request may be long, decompressed. */
const MAX_REQUEST_BYTES = 64 << 20;

/** Undoes the gzip that profiles are kept in, within what one request may be long. */
export class Unpacker {
  #leftBytes = MAX_REQUEST_BYTES;

  /** The profile's own bytes; as they are where they are not compressed. Throws {@link BrokenMessage}. */
  unpack(bytes: Uint8Array): Uint8Array {
    if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
    const decoded = decompress("gzip", bytes, this.#leftBytes);
    if (decoded === undefined) throw new BrokenMessage("a profile cannot be decompressed");
    this.#leftBytes -= decoded.bytes.length;
    if (this.#leftBytes <= 0)
      throw new BrokenMessage(`the profiles of a request are longer than ${MAX_REQUEST_BYTES} bytes`);
    if (decoded.isTruncated) throw new BrokenMessage("a profile is cut off");
    return decoded.bytes;
  }
}
