import { describe, expect, it } from "vitest";
import { ja3, ja4 } from "./fingerprints.ts";
import type { ClientHello } from "./hello.ts";

/** The hello of a browser: GREASE, shuffled extensions. */
const hello: ClientHello = {
  legacyVersion: 0x0303,
  random: new Uint8Array(32),
  sessionId: new Uint8Array(0),
  ciphers: [
    0x3a3a, 0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc013, 0xc014, 0x009c, 0x009d,
    0x002f, 0x0035,
  ],
  extensions: [
    0x1a1a, 0x001b, 0x0000, 0x0033, 0x0010, 0x4469, 0x0017, 0x002d, 0x000d, 0x0005, 0x0023, 0x0012, 0x002b, 0xff01,
    0x000b, 0x000a, 0x0015, 0x2a2a,
  ],
  serverName: "shop.example",
  alpn: ["h2", "http/1.1"],
  versions: [0x6a6a, 0x0304, 0x0303],
  groups: [0x9a9a, 29, 23, 24],
  pointFormats: [0],
  signatureSchemes: [0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601],
  keyShares: [29],
  hasTicket: false,
};

describe("JA4", () => {
  it("is that of its specification's example", () => {
    expect(ja4(hello, "t")).toBe("t13d1516h2_8daaf6152771_e5627efa2ab1");
  });

  it("does not change with the order of extensions", () => {
    expect(ja4({ ...hello, extensions: hello.extensions.toReversed() }, "t")).toBe(ja4(hello, "t"));
  });

  it("says that there is no name, no protocol and nothing to hash", () => {
    const none = { ...hello, ciphers: [], extensions: [], alpn: [], versions: [], signatureSchemes: [] };
    expect(ja4(none, "q")).toBe("q12i000000_000000000000_000000000000");
  });

  it("takes the ends of a protocol's hexadecimal form where it is no word", () => {
    expect(ja4({ ...hello, alpn: ["\xab\xcd"] }, "t").slice(8, 10)).toBe("ad");
  });
});

describe("JA3", () => {
  it("keeps the order and leaves GREASE out", () => {
    expect(ja3(hello)).toMatch(/^[0-9a-f]{32}$/);
    expect(ja3({ ...hello, ciphers: hello.ciphers.slice(1) })).toBe(ja3(hello));
    expect(ja3({ ...hello, ciphers: hello.ciphers.toReversed() })).not.toBe(ja3(hello));
  });
});
