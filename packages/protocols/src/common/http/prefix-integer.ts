/** Bytes that follow the prefix at most: enough for what fits into 28 bits, which no honest length exceeds. */
const MAX_FOLLOWING_BYTES = 4;

/** A number read, and where what follows it begins. */
export interface PrefixInteger {
  readonly value: number;
  readonly end: number;
}

/** Reads an integer with a prefix of `prefixBits` bits (RFC 7541 §5.1; QPACK has the same). Undefined where it is cut off or endless. */
export function readPrefixInteger(bytes: Uint8Array, at: number, prefixBits: number): PrefixInteger | undefined {
  const first = bytes[at];
  if (first === undefined) return undefined;
  const mask = (1 << prefixBits) - 1;
  if ((first & mask) < mask) return { value: first & mask, end: at + 1 };
  let value = mask;
  for (let index = 0; index < MAX_FOLLOWING_BYTES; index += 1) {
    const byte = bytes[at + 1 + index];
    if (byte === undefined) return undefined;
    value += (byte & 0x7f) << (7 * index);
    if (byte < 0x80) return { value, end: at + 2 + index };
  }
  return undefined;
}
