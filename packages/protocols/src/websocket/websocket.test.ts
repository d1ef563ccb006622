import { deflateRawSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { MessageInflater } from "./message-inflater.ts";

/** A message as permessage-deflate sends it: flushed, without the flush's last four bytes (RFC 7692 §7.2.1). */
const compressed = (bytes: Uint8Array) => deflateRawSync(bytes, { finishFlush: 2 }).subarray(0, -4);

describe("MessageInflater", () => {
  it("stops at a bomb, and decodes nothing that may refer to it", () => {
    const inflater = new MessageInflater(true);
    expect(inflater.decode(compressed(Buffer.alloc(8 << 20)), 100)).toBe("bomb");
    expect(inflater.decode(compressed(Buffer.from("behind")), 100)).toBeUndefined();
  });

  it("goes on behind a bomb where messages do not refer to each other", () => {
    const inflater = new MessageInflater(false);
    expect(inflater.decode(compressed(Buffer.alloc(8 << 20)), 100)).toBe("bomb");
    expect(inflater.decode(compressed(Buffer.from("behind")), 100)).toEqual(Uint8Array.from(Buffer.from("behind")));
  });

  it("keeps as much as is wanted", () => {
    expect(new MessageInflater(true).decode(compressed(Buffer.from("beginning and end")), 9)).toHaveLength(9);
  });
});
