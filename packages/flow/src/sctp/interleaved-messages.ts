import type { Mark } from "@weir/base";
import { UNKNOWN_BYTES } from "../contract.ts";
import type { StreamSink } from "../tcp/assembler.ts";
import { DataFlag } from "./chunks.ts";

/** Messages of one direction that may be under way at once, and bytes that are kept of all of them together. */
const MAX_MESSAGES = 32;
const MAX_BYTES = 1 << 20;
/** Where fields of an I-DATA chunk stand (RFC 8260 §2.1). */
const STREAM_AT = 8;
const MESSAGE_AT = 12;
const FRAGMENT_AT = 16;

interface Piece {
  readonly bytes: Uint8Array;
  readonly missingBytes: number;
  readonly mark: Mark;
}

interface Message {
  readonly pieces: Piece[];
  /** Number of the fragment that comes next. */
  next: number;
  bytes: number;
}

/**
 * Fragments of messages that come interleaved (I-DATA, RFC 8260): a message is passed on when its last fragment has come, each piece with the packet that
 * brought it.
 */
export class InterleavedMessages {
  readonly #sink: StreamSink;
  readonly #messages = new Map<string, Message>();
  #bytes = 0;
  /** True once a message was given up because of a limit. */
  hitLimit = false;

  constructor(sink: StreamSink) {
    this.#sink = sink;
  }

  /** Takes a fragment: the chunk, of which `payload` is the user data that was captured. Borrowed. */
  fragment(chunk: Uint8Array, payload: Uint8Array, missingBytes: number, mark: Mark): void {
    const flags = chunk[1] ?? 0;
    const begins = (flags & DataFlag.begin) !== 0;
    const ends = (flags & DataFlag.end) !== 0;
    if (begins && ends) {
      this.#pass({ bytes: payload, missingBytes, mark });
      return;
    }
    const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.length);
    const key = `${flags & DataFlag.unordered} ${view.getUint16(STREAM_AT)} ${view.getUint32(MESSAGE_AT)}`;
    const message = begins ? this.#begin(key) : this.#messages.get(key);
    if (message === undefined) return;
    // In the first fragment this place holds the payload's protocol; its number is 0.
    if (!begins && view.getUint32(FRAGMENT_AT) !== message.next) {
      this.#forget(key);
      this.#sink.gap(UNKNOWN_BYTES, mark);
      return;
    }
    message.next += 1;
    message.pieces.push({ bytes: payload.slice(), missingBytes, mark });
    message.bytes += payload.length;
    this.#bytes += payload.length;
    if (ends) {
      this.#forget(key);
      for (const piece of message.pieces) this.#pass(piece);
    } else this.#keepWithinLimits(mark);
  }

  /** Forgets what is under way: a part of it will never come. */
  clear(): void {
    this.#messages.clear();
    this.#bytes = 0;
  }

  #begin(key: string): Message {
    this.#forget(key);
    const message = { pieces: [], next: 0, bytes: 0 };
    this.#messages.set(key, message);
    return message;
  }

  #forget(key: string): void {
    this.#bytes -= this.#messages.get(key)?.bytes ?? 0;
    this.#messages.delete(key);
  }

  /** The oldest messages make room. */
  #keepWithinLimits(mark: Mark): void {
    for (const key of this.#messages.keys()) {
      if (this.#messages.size <= MAX_MESSAGES && this.#bytes <= MAX_BYTES) return;
      this.hitLimit = true;
      this.#forget(key);
      this.#sink.gap(UNKNOWN_BYTES, mark);
    }
  }

  #pass({ bytes, missingBytes, mark }: Piece): void {
    if (bytes.length > 0) this.#sink.data(bytes, mark);
    if (missingBytes > 0) this.#sink.gap(missingBytes, mark);
  }
}
