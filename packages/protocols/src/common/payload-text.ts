import { decodeLatin1, tryDecodeUtf8 } from "@weir/base";
import { plainness } from "./plainness.ts";

/** The beginning of a payload as people read it. */
export interface PayloadText {
  readonly text: string | undefined;
  readonly isTruncated: boolean;
}

/**
 * The first `limitBytes` of a payload as text, or how long it is where it is no text. `kept` is what is left of its `bytes` bytes; no text for an empty one.
 */
export function payloadText(kept: Uint8Array, bytes: number, limitBytes: number): PayloadText {
  if (bytes === 0) return { text: undefined, isTruncated: false };
  const text = textOfCut(kept.subarray(0, limitBytes));
  if (text === undefined || text === "") return { text: `<${bytes} bytes>`, isTruncated: false };
  return { text, isTruncated: bytes > Math.min(kept.length, limitBytes) };
}

/** UTF-8 text whose last character may be cut; undefined where it is no text. HOT PATH: most bodies are of ASCII, which needs no decoder and no second look. */
export function textOfCut(bytes: Uint8Array): string | undefined {
  const plain = plainness(bytes);
  if (plain === "text") return decodeLatin1(bytes);
  if (plain === "controls") return undefined;
  for (let cut = 0; cut < 4 && cut <= bytes.length; cut += 1) {
    const text = tryDecodeUtf8(bytes.subarray(0, bytes.length - cut));
    if (text !== undefined) return CONTROLS.test(text) ? undefined : text;
  }
  return undefined;
}

/** Control characters beside tab and line ends: no text that people wrote. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const CONTROLS = /[\x00-\x08\x0b\x0c\x0e-\x1f]/;
