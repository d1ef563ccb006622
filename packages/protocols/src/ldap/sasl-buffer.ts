/** Length in front of a buffer of a SASL security layer (RFC 4422 §3.7), big-endian. */
const LENGTH_BYTES = 4;
/** Wrap token of Kerberos (RFC 4121 §4.2.6.2): id, flags, filler, size of the checksum, how far it was rotated, number. */
const TOKEN_HEADER_BYTES = 16;
const WRAP_TOKEN = [0x05, 0x04] as const;
const SEALED = 2;

/** Length of the buffer that begins here; buffers are shorter than 16 MiB, so that none begins like a message. */
export function bufferBytes(bytes: Uint8Array): number | "needMore" {
  if (bytes.length < LENGTH_BYTES) return "needMore";
  return LENGTH_BYTES + (((bytes[1] ?? 0) << 16) | uint16(bytes, 2));
}

/**
 * What stands in a buffer that Kerberos signed; undefined where it is sealed, or signed by others. Servers turn the checksum to the front, or leave it
 * behind. `length` is the buffer's, of which the end may be missing.
 */
export function signedContent(bytes: Uint8Array, length: number): Uint8Array | undefined {
  const token = bytes.subarray(LENGTH_BYTES);
  if (token[0] !== WRAP_TOKEN[0] || token[1] !== WRAP_TOKEN[1] || ((token[2] ?? SEALED) & SEALED) !== 0)
    return undefined;
  const checksumBytes = uint16(token, 4);
  const turnedBy = uint16(token, 6);
  if (turnedBy === checksumBytes) return token.subarray(TOKEN_HEADER_BYTES + checksumBytes);
  return turnedBy === 0 ? token.subarray(TOKEN_HEADER_BYTES, length - LENGTH_BYTES - checksumBytes) : undefined;
}

function uint16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}
