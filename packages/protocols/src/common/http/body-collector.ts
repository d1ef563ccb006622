import { keepBytes } from "../kept-bytes.ts";
import { textOfCut } from "../payload-text.ts";
import { type Content, codingsOf, decodeContent, isDecodedWhole } from "./content-coding.ts";
import { type Header, headerOf } from "./headers.ts";

/** Bytes that are kept of a body whose coding gives nothing before its end; text that is shown stays as short as ever. */
const MAX_WHOLE_BYTES = 64 << 10;

const NOTHING = new Uint8Array(0);

/** Keeps the beginning of a body and counts the whole of it. */
export class BodyCollector {
  readonly #textLimit: number;
  #limit: number;
  /** The kept bytes; what came behind the first ones in pieces of their own. */
  #first: Uint8Array = NOTHING;
  #others: Uint8Array[] | undefined;
  #kept = 0;
  #content: Content | undefined;
  bytes = 0;

  /** `limit`: bytes of text that are shown, and of a body that are kept. `headers` tell whether more of it is needed to show that much. */
  constructor(limit: number, headers: readonly Header[] = []) {
    this.#textLimit = limit;
    this.#limit = isDecodedWhole(headers) ? Math.max(limit, MAX_WHOLE_BYTES) : limit;
  }

  /** Counts `bytes`; copies only what still fits. */
  add(bytes: Uint8Array): void {
    this.bytes += bytes.length;
    const room = this.#limit - this.#kept;
    if (room <= 0 || bytes.length === 0) return;
    const part = keepBytes(bytes, Math.min(room, bytes.length));
    if (this.#kept === 0) this.#first = part;
    else if (this.#others === undefined) this.#others = [part];
    else this.#others.push(part);
    this.#kept += part.length;
  }

  /** Counts bytes that never came. What comes behind them is not kept: it would not fit to what stands before. */
  skip(count: number): void {
    this.bytes += count;
    this.#limit = this.#kept;
  }

  /** True where `text` is not the whole. */
  get isTruncated(): boolean {
    return this.bytes > this.#kept || this.#content?.isTruncated === true;
  }

  /** True where a little body became so much text that it was made to hurt; known once there was a look at its content. */
  get isBomb(): boolean {
    return this.#content?.isBomb === true;
  }

  /** The kept beginning without its codings; undefined where they are not known, or nothing could be decoded. */
  content(headers: readonly Header[]): Uint8Array | undefined {
    const codings = codingsOf(headers);
    if (codings.length === 0) return this.#joined();
    this.#content ??= decodeContent(codings, this.#joined(), this.#textLimit);
    return this.#content.bytes;
  }

  /** The kept beginning as text, or what it is where it is no text; undefined for an empty body. */
  text(headers: readonly Header[]): string | undefined {
    if (this.bytes === 0) return undefined;
    const content = this.content(headers);
    // Some senders name a coding and do not use it.
    const shown = content ?? this.#joined();
    const text = textOfCut(shown.length > this.#textLimit ? shown.subarray(0, this.#textLimit) : shown);
    if (text !== undefined) return text;
    const type = content === undefined ? codingsOf(headers).join(", ") : headerOf(headers, "content-type");
    return `<${this.bytes} bytes of ${type ?? "unknown type"}>`;
  }

  #joined(): Uint8Array {
    if (this.#others === undefined) return this.#first;
    const kept = new Uint8Array(this.#kept);
    kept.set(this.#first);
    let at = this.#first.length;
    for (const part of this.#others) {
      kept.set(part, at);
      at += part.length;
    }
    return kept;
  }
}
