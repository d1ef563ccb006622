import { expand } from "@noble/hashes/hkdf.js";
import { sha256, sha384 } from "@noble/hashes/sha2.js";
import { encodeUtf8 } from "@weir/base";
import type { SuiteParameters } from "./suite-parameters.ts";

const HASHES = { sha256, sha384 } as const;
/** RFC 8446 §5.3: length of nonces. */
export const NONCE_BYTES = 12;

/** HKDF-Expand-Label (RFC 8446 §7.1) without a context. */
export function expandLabel(
  hash: SuiteParameters["hash"],
  secret: Uint8Array,
  label: string,
  lengthBytes: number,
): Uint8Array {
  const name = encodeUtf8(`tls13 ${label}`);
  const info = Uint8Array.from([lengthBytes >>> 8, lengthBytes & 0xff, name.length, ...name, 0]);
  return expand(HASHES[hash], secret, info, lengthBytes);
}

/** What one direction's records or packets are opened with. */
export interface TrafficKeys {
  readonly key: Uint8Array;
  readonly iv: Uint8Array;
}

/** Keys of a traffic secret (RFC 8446 §7.3); `prefix` is `quic ` in QUIC (RFC 9001 §5.1), `quicv2 ` in its version 2 (RFC 9369 §3.3.2). */
export function trafficKeys(
  { hash, keyBytes }: SuiteParameters,
  secret: Uint8Array,
  prefix: "" | "quic " | "quicv2 " = "",
): TrafficKeys {
  return {
    key: expandLabel(hash, secret, `${prefix}key`, keyBytes),
    iv: expandLabel(hash, secret, `${prefix}iv`, NONCE_BYTES),
  };
}

/** The secret that follows at a key update: `traffic upd` in TLS (RFC 8446 §7.2), `quic ku` in QUIC (RFC 9001 §6.1). */
export function nextSecret(
  { hash }: SuiteParameters,
  secret: Uint8Array,
  label: "traffic upd" | "quic ku" | "quicv2 ku" = "traffic upd",
): Uint8Array {
  return expandLabel(hash, secret, label, secret.length);
}

/** The nonce of a record or packet (RFC 8446 §5.3): its number, laid over the IV. Written to `nonce`. */
export function writeNonce(nonce: Uint8Array, iv: Uint8Array, number: number): void {
  nonce.set(iv);
  let left = number;
  for (let at = NONCE_BYTES - 1; left > 0 && at >= NONCE_BYTES - 8; at -= 1) {
    nonce[at] = (nonce[at] ?? 0) ^ (left % 256);
    left = Math.floor(left / 256);
  }
}
