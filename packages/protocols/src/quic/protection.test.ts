import { toHex } from "@weir/base";
import { describe, expect, it } from "vitest";
import { initialKeys, packetKeys, updatedKeys } from "./protection.ts";
import { type QuicVersion, versionOf } from "./versions.ts";

const ID = Uint8Array.of(0x83, 0x94, 0xc8, 0xf0, 0x3e, 0x51, 0x57, 0x08);

function knownVersion(number: number): QuicVersion {
  const version = versionOf(number);
  if (version === undefined) throw new Error("no such version");
  return version;
}

describe("keys", () => {
  it("of Initial packets are those of RFC 9001 appendix A.1", () => {
    const { client, server } = initialKeys(knownVersion(1), ID);
    expect([client.key, client.iv, client.headerKey].map(toHex)).toEqual([
      "1f369613dd76d5467730efcbe3b1a22d",
      "fa044b2f42a3fd3b46fb255c",
      "9f50449e04a0e810283a1e9933adedd2",
    ]);
    expect([server.key, server.iv, server.headerKey].map(toHex)).toEqual([
      "cf3a5331653c364c88f0f379b6067e37",
      "0ac1493ca1905853b0bba03e",
      "c206b8d9b9f0f37644430b490eeaa314",
    ]);
  });

  it("of Initial packets of version 2 are those of RFC 9369 appendix A.1", () => {
    const { client } = initialKeys(knownVersion(0x6b3343cf), ID);
    expect([client.key, client.iv, client.headerKey].map(toHex)).toEqual([
      "8b1a0bc121284290a29e0971b5cd045d",
      "91f73e2351d8fa91660e909f",
      "45b95e15235d6f45a6b19cbcb0294ba9",
    ]);
  });

  it("after a key update follow RFC 9001 appendix A.5", () => {
    const secret = "9ac312a7f877468ebe69422748ad00a15443f18203a07d6060f688f30f21632b";
    const suite = {
      cipher: "chacha20Poly1305",
      keyBytes: 32,
      tagBytes: 16,
      hash: "sha256",
      macHash: undefined,
    } as const;
    const bytes = Uint8Array.from(secret.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
    const keys = packetKeys(knownVersion(1), suite, bytes);
    expect(toHex(keys.headerKey)).toBe("25a282b9e82f06f21f488917a4fc8f1b73573685608597d0efcb076b0ab7a7a4");
    const updated = updatedKeys(knownVersion(1), keys);
    expect(toHex(updated.secret)).toBe("1223504755036d556342ee9361d253421a826c9ecdf3c7148684b36b714881f9");
    expect(updated.headerKey).toBe(keys.headerKey);
  });
});
