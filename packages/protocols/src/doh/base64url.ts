const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** Decodes base64url (RFC 4648 §5), at most `maxBytes` of it; undefined where a character is none of it. Padding may be left out. */
export function decodeBase64Url(text: string, maxBytes: number): Uint8Array | undefined {
  const digits = text.replace(/={0,2}$/, "");
  const bytes = new Uint8Array(Math.min(maxBytes, Math.floor((digits.length * 3) / 4)));
  let bits = 0;
  let bitCount = 0;
  let at = 0;
  for (let index = 0; index < digits.length && at < bytes.length; index += 1) {
    const value = ALPHABET.indexOf(digits.charAt(index));
    if (value < 0) return undefined;
    bits = ((bits << 6) | value) & 0xffff;
    bitCount += 6;
    if (bitCount < 8) continue;
    bitCount -= 8;
    bytes[at] = (bits >> bitCount) & 0xff;
    at += 1;
  }
  return bytes;
}
