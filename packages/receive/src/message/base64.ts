const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const VALUES = new Map([...ALPHABET, "-", "_"].map((character, at) => [character, at < 64 ? at : at - 2]));

/** RFC 4648 §4, padded. */
export function encodeBase64(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 3) {
    const [a = 0, b, c] = bytes.subarray(at, at + 3);
    const bits = (a << 16) | ((b ?? 0) << 8) | (c ?? 0);
    text += ALPHABET.charAt(bits >> 18) + ALPHABET.charAt((bits >> 12) & 63);
    text += b === undefined ? "=" : ALPHABET.charAt((bits >> 6) & 63);
    text += c === undefined ? "=" : ALPHABET.charAt(bits & 63);
  }
  return text;
}

/** RFC 4648 §4 or §5 (the alphabet of URLs), with or without padding; undefined where a character is of neither. */
export function decodeBase64(text: string): Uint8Array | undefined {
  const digits = text.replace(/=+$/, "");
  const bytes = new Uint8Array(Math.floor((digits.length * 3) / 4));
  let bits = 0;
  let at = 0;
  for (let index = 0; index < digits.length; index += 1) {
    const value = VALUES.get(digits.charAt(index));
    if (value === undefined) return undefined;
    bits = ((bits << 6) | value) & 0xff_ffff;
    const kept = ((index + 1) * 6) % 8;
    if (kept < 6) {
      bytes[at] = (bits >> kept) & 0xff;
      at += 1;
    }
  }
  return bytes;
}
