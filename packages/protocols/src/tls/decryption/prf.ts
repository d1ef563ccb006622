import { hmac } from "@noble/hashes/hmac.js";
import { md5, sha1 } from "@noble/hashes/legacy.js";
import { sha256, sha384 } from "@noble/hashes/sha2.js";
import { encodeUtf8 } from "@weir/base";

const TLS12 = 0x0303;
type Hash = typeof sha256 | typeof md5 | typeof sha1;

/** The pseudorandom function of TLS 1.0 to 1.2 (RFC 2246 §5, RFC 5246 §5): before 1.2 MD5 and SHA-1 together, each with half of the secret. */
export function prf(
  about: { readonly version: number; readonly hash: "sha256" | "sha384" },
  secret: Uint8Array,
  label: string,
  seed: readonly Uint8Array[],
  lengthBytes: number,
): Uint8Array {
  const whole = joined([encodeUtf8(label), ...seed]);
  if (about.version >= TLS12) return pHash(about.hash === "sha384" ? sha384 : sha256, secret, whole, lengthBytes);
  const half = Math.ceil(secret.length / 2);
  const first = pHash(md5, secret.subarray(0, half), whole, lengthBytes);
  const second = pHash(sha1, secret.subarray(secret.length - half), whole, lengthBytes);
  return first.map((byte, at) => byte ^ (second[at] ?? 0));
}

/** P_hash (RFC 5246 §5): HMACs of HMACs of the seed, until there is enough. */
function pHash(hash: Hash, secret: Uint8Array, seed: Uint8Array, lengthBytes: number): Uint8Array {
  const made = new Uint8Array(Math.ceil(lengthBytes / hash.outputLen) * hash.outputLen);
  let step = seed;
  for (let at = 0; at < made.length; at += hash.outputLen) {
    step = hmac(hash, secret, step);
    made.set(hmac(hash, secret, joined([step, seed])), at);
  }
  return made.subarray(0, lengthBytes);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
