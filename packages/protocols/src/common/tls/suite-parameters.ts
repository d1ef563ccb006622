import { cipherName } from "./cipher-suites.ts";

/** How a cipher suite protects records. */
export interface SuiteParameters {
  readonly cipher: "aesGcm" | "aesCcm" | "chacha20Poly1305" | "aesCbc" | "rc4";
  readonly keyBytes: number;
  /** Bytes that an AEAD adds; 0 for other ciphers. */
  readonly tagBytes: number;
  /** Hash of the key derivation: HKDF in TLS 1.3, the PRF in TLS 1.2. */
  readonly hash: "sha256" | "sha384";
  /** Hash of the records' MAC; absent with an AEAD. */
  readonly macHash: "md5" | "sha1" | "sha256" | "sha384" | undefined;
}

const MAC_HASHES = { MD5: "md5", SHA: "sha1", SHA256: "sha256", SHA384: "sha384" } as const;

/** The parameters that a cipher suite's IANA name tells; undefined where it is of a kind that is not read. */
export function suiteParameters(cipher: number): SuiteParameters | undefined {
  const name = cipherName(cipher);
  const hash = name.endsWith("_SHA384") ? "sha384" : "sha256";
  const aes = /_AES_(128|256)_(GCM|CCM_8|CCM|CBC)/.exec(name);
  const macWord = /_(MD5|SHA|SHA256|SHA384)$/.exec(name)?.[1] as keyof typeof MAC_HASHES | undefined;
  const macHash = macWord === undefined ? undefined : MAC_HASHES[macWord];
  const aead = { hash, macHash: undefined } as const;
  const plain = { hash, macHash, tagBytes: 0 } as const;
  if (aes !== null) {
    const keyBytes = Number(aes[1]) / 8;
    if (aes[2] === "CBC") return { cipher: "aesCbc", keyBytes, ...plain };
    if (aes[2] === "GCM") return { cipher: "aesGcm", keyBytes, tagBytes: 16, ...aead };
    return { cipher: "aesCcm", keyBytes, tagBytes: aes[2] === "CCM_8" ? 8 : 16, ...aead };
  }
  if (name.includes("CHACHA20_POLY1305")) return { cipher: "chacha20Poly1305", keyBytes: 32, tagBytes: 16, ...aead };
  if (name.includes("_WITH_RC4_128_")) return { cipher: "rc4", keyBytes: 16, ...plain };
  return undefined;
}
