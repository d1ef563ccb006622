import { createCipheriv } from "node:crypto";
import { toHex } from "@weir/base";
import { describe, expect, it } from "vitest";
import { createAead } from "./aead.ts";

const key = (bytes: number) => Uint8Array.from({ length: bytes }, (_, at) => at * 7 + 1);
const nonce = Uint8Array.from({ length: 12 }, (_, at) => 200 - at);
const additional = Uint8Array.of(23, 3, 3, 0, 90);

/** Node's own AEADs, to hold ours against. */
const CIPHERS = [
  ["aes-128-gcm", "aesGcm", 16, 16],
  ["aes-256-gcm", "aesGcm", 32, 16],
  ["aes-128-ccm", "aesCcm", 16, 16],
  ["aes-256-ccm", "aesCcm", 32, 8],
  ["chacha20-poly1305", "chacha20Poly1305", 32, 16],
] as const;

function sealed(name: (typeof CIPHERS)[number][0], keyBytes: number, tagBytes: number, text: Uint8Array): Uint8Array {
  const cipher = createCipheriv(name as "aes-128-ccm", key(keyBytes), nonce, { authTagLength: tagBytes });
  cipher.setAAD(additional, { plaintextLength: text.length });
  const body = Buffer.concat([cipher.update(text), cipher.final()]);
  return new Uint8Array(Buffer.concat([body, cipher.getAuthTag()]));
}

describe.each(CIPHERS)("%s", (name, cipher, keyBytes, tagBytes) => {
  const open = createAead({ cipher, tagBytes }, key(keyBytes));

  it.each([0, 1, 15, 16, 17, 64, 1000])("opens %i bytes", (length) => {
    const text = Uint8Array.from({ length }, (_, at) => at);
    const bytes = sealed(name, keyBytes, tagBytes, text);
    expect(toHex(open(nonce, additional, bytes) ?? Uint8Array.of(255))).toBe(toHex(text));
  });

  it("opens nothing that was changed", () => {
    const bytes = sealed(name, keyBytes, tagBytes, new Uint8Array(40));
    for (const at of [0, 20, bytes.length - 1]) {
      const changed = bytes.slice();
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(open(nonce, additional, changed)).toBeUndefined();
    }
    expect(open(nonce, additional.slice(1), bytes)).toBeUndefined();
    expect(open(nonce, additional, bytes.subarray(0, tagBytes - 1))).toBeUndefined();
  });
});
