import { tryDecodeUtf8 } from "@weir/base";
import { MASK } from "../../common/http/mask.ts";

/** Longest text of a field that is shown. */
const MAX_TEXT_CHARS = 32;
/** Names of fields that hold secrets. */
const SECRET_NAME = /token|passw|secret|credential|api_?key|signature|authorization|session/i;
/** Texts that look like keys, tokens or hashes: long, without spaces, letters and digits mixed; or with the word in front. */
const SECRET_TEXT = /^(?:Bearer |Basic |ey[JK][\w-]+\.|(?=[^\s]*\d)(?=[^\s]*[A-Za-z])[\w+/=.~-]{20,}$)/;
/** Control characters: bytes with them are no text that people wrote. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const CONTROLS = /[\x00-\x1f\x7f]/;

/** A text as it is shown: in quotes, short, secrets masked by the field's name where it is known, else by how they look. */
export function showText(text: string, fieldName = ""): string {
  if (SECRET_NAME.test(fieldName) || SECRET_TEXT.test(text)) return JSON.stringify(MASK);
  const shown = text.length > MAX_TEXT_CHARS ? `${text.slice(0, MAX_TEXT_CHARS)}…` : text;
  return JSON.stringify(shown);
}

/** Bytes that may be text, as text. */
export function textIn(bytes: Uint8Array): string | undefined {
  const text = tryDecodeUtf8(bytes);
  return text === undefined || CONTROLS.test(text) ? undefined : text;
}

/** Collects the parts of a message's text until it is long enough. */
export class MessageText {
  readonly #maxChars: number;
  #text = "";

  constructor(maxChars: number) {
    this.#maxChars = maxChars;
  }

  get isFull(): boolean {
    return this.#text.length >= this.#maxChars;
  }

  add(part: string): void {
    if (!this.isFull) this.#text += part;
  }

  toString(): string {
    return this.isFull ? `${this.#text.slice(0, this.#maxChars - 1)}…` : this.#text;
  }
}
