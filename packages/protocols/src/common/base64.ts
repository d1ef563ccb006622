import { decodeUtf8, encodeUtf8 } from "@weir/base";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const PADDING = 0x3d;
const VALUES = valuesOfAlphabet();

/** Decodes base64 as it comes, cut anywhere. Padding may stand in the middle: gRPC-Web encodes piece by piece (RFC 4648 §4). */
export class Base64Stream {
  #bits = 0;
  #count = 0;

  /** The bytes that are complete now. */
  decode(text: Uint8Array): Uint8Array {
    const out = new Uint8Array(Math.ceil((text.length * 3) / 4) + 1);
    let written = 0;
    for (const character of text) {
      const value = VALUES[character] ?? -1;
      if (character === PADDING) this.#count = 0;
      if (value < 0) continue;
      this.#bits = ((this.#bits << 6) | value) & 0xfff;
      this.#count += 6;
      if (this.#count < 8) continue;
      this.#count -= 8;
      out[written] = (this.#bits >> this.#count) & 0xff;
      written += 1;
    }
    return out.subarray(0, written);
  }
}

/** Text in base64 as the text that it stands for. */
export function decodeBase64(text: string): string {
  return decodeUtf8(new Base64Stream().decode(encodeUtf8(text)));
}

function valuesOfAlphabet(): Int8Array {
  const values = new Int8Array(256).fill(-1);
  for (let index = 0; index < ALPHABET.length; index += 1) values[ALPHABET.charCodeAt(index)] = index;
  return values;
}
