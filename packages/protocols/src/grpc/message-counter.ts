import { decodeLatin1 } from "@weir/base";
import { Base64Stream } from "../common/base64.ts";
import type { BodyObserver } from "../common/http/exchange.ts";

const PREFIX_BYTES = 5;
/** What is kept of the first message, and of trailers inside a body. */
const MAX_MESSAGE_BYTES = 1024;
const MAX_TRAILER_BYTES = 4096;
/** Flags of a message: compressed; trailers of gRPC-Web; the end of a Connect stream. */
const COMPRESSED = 0x01;
const TRAILERS = 0x80;
const CONNECT_END = 0x02;

/**
 * Counts length-prefixed messages while a body passes (gRPC over HTTP2, "Length-Prefixed-Message"), and keeps the beginning of the first. In
 * gRPC-Web a last one with a flag of its own holds the trailers.
 */
export class MessageCounter implements BodyObserver {
  readonly #base64: Base64Stream | undefined;
  readonly #prefix = new Uint8Array(PREFIX_BYTES);
  #prefixBytes = 0;
  #left = 0;
  /** Where bytes of the message under way are kept, and how many of them fit. */
  #kept: Uint8Array[] | undefined;
  #room = 0;
  readonly #first: Uint8Array[] = [];
  #firstBytes = 0;
  readonly #trailers: Uint8Array[] = [];
  /** Messages that have begun, the trailers not among them. */
  messages = 0;
  /** Of their content, without prefixes. */
  messageBytes = 0;
  largestBytes = 0;
  /** True where the first message is compressed. */
  isCompressed = false;
  /** True where a hole hides messages: there were more than were counted. */
  isLost = false;

  constructor(isBase64: boolean) {
    this.#base64 = isBase64 ? new Base64Stream() : undefined;
  }

  data(bytes: Uint8Array): void {
    const binary = this.#base64 === undefined ? bytes : this.#base64.decode(bytes);
    for (let at = 0; at < binary.length && !this.isLost; ) at += this.#take(binary, at);
  }

  gap(missingBytes: number): void {
    if (this.#base64 !== undefined || missingBytes > this.#left) this.isLost = true;
    else this.#left -= missingBytes;
    this.#room = 0;
  }

  /** True where `first` is not the whole of it. */
  get isFirstCut(): boolean {
    return this.#firstBytes > this.#first.reduce((sum, { length }) => sum + length, 0);
  }

  /** The beginning of the first message; undefined where there is none. */
  get first(): Uint8Array | undefined {
    return this.messages === 0 ? undefined : joined(this.#first);
  }

  /** What a body says in place of trailers, as text. */
  get trailers(): string | undefined {
    return this.#trailers.length === 0 ? undefined : decodeLatin1(joined(this.#trailers));
  }

  /** Takes from `at` on what belongs together; how many bytes that was. */
  #take(bytes: Uint8Array, at: number): number {
    if (this.#left > 0) return this.#takeContent(bytes, at);
    const byte = bytes[at] ?? 0;
    this.#prefix[this.#prefixBytes] = byte;
    this.#prefixBytes += 1;
    if (this.#prefixBytes === PREFIX_BYTES) this.#begin();
    return 1;
  }

  #takeContent(bytes: Uint8Array, at: number): number {
    const taken = Math.min(this.#left, bytes.length - at);
    if (this.#room > 0 && this.#kept !== undefined) {
      const part = bytes.slice(at, at + Math.min(taken, this.#room));
      this.#kept.push(part);
      this.#room -= part.length;
    }
    this.#left -= taken;
    return taken;
  }

  #begin(): void {
    const [flags = 0, a = 0, b = 0, c = 0, d = 0] = this.#prefix;
    const length = a * 0x100_0000 + ((b << 16) | (c << 8) | d);
    this.#prefixBytes = 0;
    this.#left = length;
    if ((flags & (TRAILERS | CONNECT_END)) !== 0) {
      this.#kept = this.#trailers;
      this.#room = MAX_TRAILER_BYTES;
      return;
    }
    this.#kept = this.messages === 0 ? this.#first : undefined;
    this.#room = this.messages === 0 ? MAX_MESSAGE_BYTES : 0;
    if (this.messages === 0) {
      this.isCompressed = (flags & COMPRESSED) !== 0;
      this.#firstBytes = length;
    }
    this.messages += 1;
    this.messageBytes += length;
    this.largestBytes = Math.max(this.largestBytes, length);
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return only;
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
