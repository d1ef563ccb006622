import { tryDecodeUtf8 } from "@weir/base";
import { type Header, headerOf } from "./headers.ts";

/** Keeps the beginning of a body and counts the whole of it. */
export class BodyCollector {
  #limit: number;
  readonly #parts: Uint8Array[] = [];
  #kept = 0;
  bytes = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Counts `bytes`; copies only what still fits. */
  add(bytes: Uint8Array): void {
    this.bytes += bytes.length;
    const room = this.#limit - this.#kept;
    if (room <= 0 || bytes.length === 0) return;
    const part = bytes.slice(0, room);
    this.#parts.push(part);
    this.#kept += part.length;
  }

  /** Counts bytes that never came. What comes behind them is not kept: it would not fit to what stands before. */
  skip(count: number): void {
    this.bytes += count;
    this.#limit = this.#kept;
  }

  get isTruncated(): boolean {
    return this.bytes > this.#kept;
  }

  /** The kept beginning as text, or what it is where it is no text; undefined for an empty body. */
  text(headers: readonly Header[]): string | undefined {
    if (this.bytes === 0) return undefined;
    const encoding = headerOf(headers, "content-encoding");
    if (encoding !== undefined && encoding.toLowerCase() !== "identity") return `<${this.bytes} bytes of ${encoding}>`;
    const kept = new Uint8Array(this.#kept);
    let at = 0;
    for (const part of this.#parts) {
      kept.set(part, at);
      at += part.length;
    }
    const text = decodeCut(kept);
    return text ?? `<${this.bytes} bytes of ${headerOf(headers, "content-type") ?? "unknown type"}>`;
  }
}

/** UTF-8 text whose last character may be cut; undefined where it is no text. */
function decodeCut(bytes: Uint8Array): string | undefined {
  for (let cut = 0; cut < 4 && cut <= bytes.length; cut += 1) {
    const text = tryDecodeUtf8(bytes.subarray(0, bytes.length - cut));
    if (text !== undefined) return CONTROLS.test(text) ? undefined : text;
  }
  return undefined;
}

/** Control characters beside tab and line ends: no text that people wrote. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const CONTROLS = /[\x00-\x08\x0b\x0c\x0e-\x1f]/;
