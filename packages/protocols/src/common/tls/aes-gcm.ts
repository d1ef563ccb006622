import { ctr, ecb } from "@noble/ciphers/aes.js";

/** Opens what an AEAD sealed: cipher text with its tag behind it. Undefined where the tag does not fit: another key, or damage. */
export type Aead = (nonce: Uint8Array, additional: Uint8Array, sealed: Uint8Array) => Uint8Array | undefined;

const BLOCK_BYTES = 16;
const TAG_BYTES = 16;
const NONCE_BYTES = 12;
/** The polynomial of GHASH, its bits reversed (NIST SP 800-38D §6.3). */
const POLYNOMIAL = 0xe1000000;
const WORDS = 4;
const BYTE_VALUES = 256;

/**
 * AES-GCM (NIST SP 800-38D) with one key for many records. The library makes the tables of GHASH anew for each message, which costs more than
 * opening a short record; here they are made once.
 */
export function createAesGcm(key: Uint8Array): Aead {
  const products = productsOf(ecb(key, { disablePadding: true }).encrypt(new Uint8Array(BLOCK_BYTES)));
  const counter = new Uint8Array(BLOCK_BYTES);
  const state = new Uint32Array(WORDS);
  return (nonce, additional, sealed) => {
    const textBytes = sealed.length - TAG_BYTES;
    if (textBytes < 0 || nonce.length !== NONCE_BYTES) return undefined;
    counter.set(nonce);
    counter.set([0, 0, 0, 1], NONCE_BYTES);
    // The first block of the key stream masks the tag, those behind it the text.
    const masked = new Uint8Array(BLOCK_BYTES + textBytes);
    masked.set(sealed.subarray(0, textBytes), BLOCK_BYTES);
    state.fill(0);
    hash(state, products, additional);
    hash(state, products, sealed.subarray(0, textBytes));
    state[1] = (state[1] ?? 0) ^ (additional.length * 8);
    state[3] = (state[3] ?? 0) ^ (textBytes * 8);
    multiply(state, products);
    const opened = ctr(key, counter).decrypt(masked);
    for (let at = 0; at < TAG_BYTES; at += 1) {
      const byte = ((state[at >>> 2] ?? 0) >>> (24 - 8 * (at & 3))) & 0xff;
      if ((byte ^ (opened[at] ?? 0)) !== sealed[textBytes + at]) return undefined;
    }
    return opened.subarray(BLOCK_BYTES);
  };
}

/** GHASH of `bytes`, padded with zeros to whole blocks, on top of `state`. */
function hash(state: Uint32Array, products: Uint32Array, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; at += BLOCK_BYTES) {
    for (let word = 0; word < WORDS; word += 1) {
      const from = at + 4 * word;
      const value =
        ((bytes[from] ?? 0) << 24) |
        ((bytes[from + 1] ?? 0) << 16) |
        ((bytes[from + 2] ?? 0) << 8) |
        (bytes[from + 3] ?? 0);
      state[word] = (state[word] ?? 0) ^ value;
    }
    multiply(state, products);
  }
}

/** Multiplies `state` with the hash key, a byte at a time from the last one on. */
function multiply(state: Uint32Array, products: Uint32Array): void {
  let z0 = 0;
  let z1 = 0;
  let z2 = 0;
  let z3 = 0;
  for (let word = WORDS - 1; word >= 0; word -= 1) {
    const value = state[word] as number;
    for (let shift = 0; shift < 32; shift += 8) {
      const out = z3 & 0xff;
      z3 = (z3 >>> 8) | (z2 << 24);
      z2 = (z2 >>> 8) | (z1 << 24);
      z1 = (z1 >>> 8) | (z0 << 24);
      z0 = (z0 >>> 8) ^ (REMAINDERS[out] as number);
      const at = ((value >>> shift) & 0xff) * WORDS;
      z0 ^= products[at] as number;
      z1 ^= products[at + 1] as number;
      z2 ^= products[at + 2] as number;
      z3 ^= products[at + 3] as number;
    }
  }
  state[0] = z0;
  state[1] = z1;
  state[2] = z2;
  state[3] = z3;
}

/** The hash key times every byte. In a byte the highest bit is the lowest power. */
function productsOf(hashKey: Uint8Array): Uint32Array {
  const products = new Uint32Array(BYTE_VALUES * WORDS);
  const view = new DataView(hashKey.buffer, hashKey.byteOffset);
  const power = Uint32Array.from({ length: WORDS }, (_, word) => view.getUint32(4 * word));
  for (let bit = 0x80; bit > 0; bit >>>= 1) {
    products.set(power, bit * WORDS);
    const carry = ((power[3] ?? 0) & 1) === 0 ? 0 : POLYNOMIAL;
    for (let word = WORDS - 1; word >= 0; word -= 1)
      power[word] = ((power[word] ?? 0) >>> 1) | (word === 0 ? 0 : (power[word - 1] ?? 0) << 31);
    power[0] = (power[0] ?? 0) ^ carry;
  }
  for (let value = 1; value < BYTE_VALUES; value += 1) {
    const low = value & -value;
    if (low === value) continue;
    for (let word = 0; word < WORDS; word += 1)
      products[value * WORDS + word] =
        (products[low * WORDS + word] ?? 0) ^ (products[(value ^ low) * WORDS + word] ?? 0);
  }
  return products;
}

/** What eight bits that are shifted out leave behind. */
const REMAINDERS = Uint32Array.from({ length: BYTE_VALUES }, (_, value) => {
  let remainder = 0;
  for (let bit = 0; bit < 8; bit += 1) remainder = (remainder >>> 1) ^ (((value >>> bit) & 1) === 0 ? 0 : POLYNOMIAL);
  return remainder;
});
