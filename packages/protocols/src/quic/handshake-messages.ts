import { ByteQueue, type Mark } from "@weir/base";
import { OrderedBytes } from "./ordered-bytes.ts";

/** Bytes of CRYPTO frames that wait for what stands before them, at most. */
const MAX_WAITING_BYTES = 1 << 17;
/** Certificate chains are the longest handshake messages. */
const MAX_MESSAGE_BYTES = 1 << 17;
const HEADER_BYTES = 4;

/** What becomes of a handshake message: `body` is borrowed, `last` the packet that brought its end. */
export type MessageHandler = (type: number, body: Uint8Array, last: Mark) => void;

/** One direction's CRYPTO frames of one encryption level, put in order and cut into handshake messages (RFC 8446 §4, RFC 9001 §4.1.3). */
export class HandshakeMessages {
  readonly #queue = new ByteQueue();
  readonly #ordered: OrderedBytes;
  readonly #handler: MessageHandler;
  #isBroken = false;

  constructor(handler: MessageHandler) {
    this.#handler = handler;
    this.#ordered = new OrderedBytes(
      {
        data: (bytes, mark) => this.#take(bytes, mark),
        gap: () => {
          this.#isBroken = true;
        },
      },
      MAX_WAITING_BYTES,
    );
  }

  /** True once messages cannot be read any more: bytes are missing, or a message is longer than any. */
  get isBroken(): boolean {
    return this.#isBroken;
  }

  add(offset: number, data: Uint8Array, mark: Mark): void {
    if (!this.#isBroken) this.#ordered.add(offset, data, mark);
  }

  #take(bytes: Uint8Array, mark: Mark): void {
    if (this.#isBroken) return;
    this.#queue.append(bytes, mark);
    while (this.#queue.length >= HEADER_BYTES) {
      const [type = 0, high = 0, middle = 0, low = 0] = this.#queue.peek();
      const length = (high << 16) | (middle << 8) | low;
      if (length > MAX_MESSAGE_BYTES) {
        this.#isBroken = true;
        this.#queue.reset();
        return;
      }
      const end = HEADER_BYTES + length;
      if (this.#queue.length < end) return;
      this.#handler(type, this.#queue.peek().subarray(HEADER_BYTES, end), this.#queue.markAt(end - 1) ?? mark);
      this.#queue.consume(end);
    }
  }
}
