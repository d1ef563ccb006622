import { cbc, ctr } from "@noble/ciphers/aes.js";
import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { type Aead, createAesGcm } from "./aes-gcm.ts";
import type { SuiteParameters } from "./suite-parameters.ts";

const BLOCK_BYTES = 16;
/** RFC 5116 §5.3: the length field of CCM with a nonce of twelve bytes has three. */
const CCM_LENGTH_BYTES = 3;

/** The AEAD of a cipher suite with one key; one that opens nothing for ciphers that are no AEAD. */
export function createAead({ cipher, tagBytes }: Pick<SuiteParameters, "cipher" | "tagBytes">, key: Uint8Array): Aead {
  if (cipher === "aesGcm") return createAesGcm(key);
  return (nonce, additional, sealed) => {
    if (sealed.length < tagBytes) return undefined;
    if (cipher === "aesCcm") return openCcm(key, nonce, additional, sealed, tagBytes);
    if (cipher !== "chacha20Poly1305") return undefined;
    try {
      return chacha20poly1305(key, nonce, additional).decrypt(sealed);
    } catch {
      // The library throws where the tag is wrong.
      return undefined;
    }
  };
}

/** The same for one record or packet. */
export function openAead(
  suite: Pick<SuiteParameters, "cipher" | "tagBytes">,
  key: Uint8Array,
  nonce: Uint8Array,
  additional: Uint8Array,
  sealed: Uint8Array,
): Uint8Array | undefined {
  return createAead(suite, key)(nonce, additional, sealed);
}

/** CCM (RFC 3610) out of CTR and CBC-MAC. */
function openCcm(
  key: Uint8Array,
  nonce: Uint8Array,
  additional: Uint8Array,
  sealed: Uint8Array,
  tagBytes: number,
): Uint8Array | undefined {
  const textBytes = sealed.length - tagBytes;
  const counter = new Uint8Array(BLOCK_BYTES);
  counter[0] = CCM_LENGTH_BYTES - 1;
  counter.set(nonce, 1);
  // The tag is masked with the key stream's first block, the text with those behind it.
  const masked = new Uint8Array(BLOCK_BYTES + textBytes);
  masked.set(sealed.subarray(textBytes));
  masked.set(sealed.subarray(0, textBytes), BLOCK_BYTES);
  const opened = ctr(key, counter).decrypt(masked);
  const text = opened.subarray(BLOCK_BYTES);
  const tag = cbc(key, new Uint8Array(BLOCK_BYTES), { disablePadding: true })
    .encrypt(ccmBlocks(nonce, additional, text, tagBytes))
    .subarray(-BLOCK_BYTES);
  for (let at = 0; at < tagBytes; at += 1) if (tag[at] !== opened[at]) return undefined;
  return text;
}

/** What CCM's MAC goes over (RFC 3610 §2.2): flags, nonce and length; the additional data behind its length; the text. */
function ccmBlocks(nonce: Uint8Array, additional: Uint8Array, text: Uint8Array, tagBytes: number): Uint8Array {
  const padded = (length: number) => Math.ceil(length / BLOCK_BYTES) * BLOCK_BYTES;
  const textAt = BLOCK_BYTES + padded(2 + additional.length);
  const blocks = new Uint8Array(textAt + padded(text.length));
  blocks[0] = 0x40 | (((tagBytes - 2) / 2) << 3) | (CCM_LENGTH_BYTES - 1);
  blocks.set(nonce, 1);
  blocks.set([text.length >>> 16, text.length >>> 8, text.length], BLOCK_BYTES - CCM_LENGTH_BYTES);
  blocks.set([additional.length >>> 8, additional.length], BLOCK_BYTES);
  blocks.set(additional, BLOCK_BYTES + 2);
  blocks.set(text, textAt);
  return blocks;
}
