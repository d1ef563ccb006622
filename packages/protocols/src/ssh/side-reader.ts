import { ByteQueue, decodeLatin1, type Mark } from "@weir/base";
import { MAX_IDENTIFICATION_BYTES, MESSAGE_AT, messageIn, packetBytes } from "./wire.ts";

const LINE_FEED = 10;
/** Lines that a server may say before it identifies itself. */
const MAX_LINES = 64;

/** A line or a packet, when it passed. */
export interface Piece {
  readonly first: Mark;
  readonly last: Mark;
  readonly bytes: number;
}

/** What becomes of what a side says while nothing is encrypted. */
export interface SideHandler {
  /** A line. Returns what follows: packets behind the identification, nothing that can be read behind one of version 1. */
  line(text: string, piece: Piece): "lines" | "messages" | "over";
  /** A message. Returns what follows: others, what is encrypted, or nothing that can be read. */
  message(message: Uint8Array, piece: Piece): "messages" | "sealed";
  damaged(mark: Mark): void;
}

/** Cuts what one side sends into its lines and packets, up to where it is encrypted. */
export class SideReader {
  readonly #handler: SideHandler;
  readonly #queue = new ByteQueue();
  #state: "lines" | "messages" | "over" = "lines";
  #lines = 0;

  constructor(handler: SideHandler) {
    this.#handler = handler;
  }

  /** True behind what is encrypted, or cannot be read: nothing more comes of it. */
  get isOver(): boolean {
    return this.#state === "over";
  }

  data(bytes: Uint8Array, mark: Mark): void {
    if (this.#state === "over") return;
    this.#queue.append(bytes, mark);
    let isMoving = true;
    while (isMoving && !this.isOver) isMoving = this.#state === "lines" ? this.#line(mark) : this.#packet(mark);
    if (this.isOver) this.#queue.reset();
  }

  /** Bytes that never come. Lengths stand in front: behind a hole nothing can be told. */
  gap(): void {
    this.#state = "over";
    this.#queue.reset();
  }

  #line(mark: Mark): boolean {
    const bytes = this.#queue.peek();
    const end = bytes.subarray(0, MAX_IDENTIFICATION_BYTES).indexOf(LINE_FEED);
    if (end < 0) {
      if (bytes.length >= MAX_IDENTIFICATION_BYTES) this.#damaged(mark);
      return false;
    }
    const text = decodeLatin1(bytes, 0, end).replace(/\r$/, "");
    this.#lines += 1;
    this.#state = this.#handler.line(text, this.#piece(end + 1, mark));
    if (this.#state === "lines" && this.#lines >= MAX_LINES) this.#damaged(mark);
    this.#queue.consume(end + 1);
    return true;
  }

  #packet(mark: Mark): boolean {
    const bytes = this.#queue.peek();
    if (bytes.length <= MESSAGE_AT) return false;
    const length = packetBytes(bytes);
    if (length === undefined) {
      this.#damaged(mark);
      return false;
    }
    if (bytes.length < length) return false;
    const message = messageIn(bytes.subarray(0, length));
    if (this.#handler.message(message, this.#piece(length, mark)) === "sealed") {
      this.#state = "over";
      return false;
    }
    this.#queue.consume(length);
    return true;
  }

  #piece(length: number, mark: Mark): Piece {
    return {
      first: this.#queue.markAt(0) ?? mark,
      last: this.#queue.markAt(length - 1) ?? mark,
      bytes: length,
    };
  }

  #damaged(mark: Mark): void {
    this.#handler.damaged(mark);
    this.#state = "over";
  }
}
