/**
 * Bytes to text. The only file of the pure packages that touches `TextDecoder` and `TextEncoder`: both exist in Node and
 * in browsers, but not in the language's own library types. Node's `Buffer` is used where it is: it makes text of a head ten times as quickly as the
 * language can.
 */

interface Decoder {
  decode(bytes: Uint8Array): string;
}
interface Encoder {
  encode(text: string): Uint8Array<ArrayBuffer>;
}
declare const TextDecoder: new (label: string, options?: { fatal?: boolean; ignoreBOM?: boolean }) => Decoder;
declare const TextEncoder: new () => Encoder;
declare const Buffer:
  | { readonly prototype: { latin1Slice?(this: Uint8Array, from: number, to: number): string } }
  | undefined;

const lossyUtf8 = new TextDecoder("utf-8", { ignoreBOM: true });
const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const utf8Encoder = new TextEncoder();

/** UTF-8 to text; bytes that are not UTF-8 become U+FFFD. */
export function decodeUtf8(bytes: Uint8Array): string {
  return lossyUtf8.decode(bytes);
}

/** UTF-8 to text, or undefined where the bytes are not UTF-8. */
export function tryDecodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    return undefined;
  }
}

/** Text to UTF-8. */
export function encodeUtf8(text: string): Uint8Array<ArrayBuffer> {
  return utf8Encoder.encode(text);
}

/** Each byte as the character of the same number (ISO 8859-1): lossless, and right for protocol text such as HTTP/1 headers. */
export function decodeLatin1(bytes: Uint8Array, from = 0, to: number = bytes.length): string {
  const end = Math.min(to, bytes.length);
  if (from >= end) return "";
  return latin1Slice === undefined ? latin1Of(bytes, from, end) : latin1Slice.call(bytes, from, end);
}

const latin1Slice = typeof Buffer === "undefined" ? undefined : Buffer.prototype.latin1Slice;

/** What `latin1Slice` gives, where there is none. */
function latin1Of(bytes: Uint8Array, from: number, to: number): string {
  let text = "";
  const step = 4096;
  for (let at = from; at < to; at += step) {
    // The type wants an array; a typed array is as good to `apply`, and an order of magnitude faster than spreading it.
    text += String.fromCharCode.apply(null, bytes.subarray(at, Math.min(at + step, to)) as unknown as number[]);
  }
  return text;
}

/** Lower-case hexadecimal, no separators. */
export function toHex(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += byte.toString(16).padStart(2, "0");
  return text;
}
