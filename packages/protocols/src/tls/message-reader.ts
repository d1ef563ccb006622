import { ByteQueue, type Mark } from "@weir/base";

/** Certificate chains are the longest handshake messages. */
const MAX_MESSAGE_BYTES = 1 << 17;
const HEADER_BYTES = 4;

/** One handshake message. */
export interface HandshakeMessage {
  readonly type: number;
  /** Borrowed. */
  readonly body: Uint8Array;
  readonly first: Mark;
  readonly last: Mark;
}

/** Puts handshake messages together that lie several in a record, or over several records (RFC 8446 §5.1). Holds at most one. */
export class MessageReader {
  readonly #queue = new ByteQueue();
  readonly #onMessage: (message: HandshakeMessage) => void;
  readonly #onHuge: (mark: Mark) => void;

  constructor(onMessage: (message: HandshakeMessage) => void, onHuge: (mark: Mark) => void) {
    this.#onMessage = onMessage;
    this.#onHuge = onHuge;
  }

  /** True between two messages. */
  get isBetween(): boolean {
    return this.#queue.length === 0;
  }

  /** Takes a record's body. */
  data(body: Uint8Array, first: Mark, last: Mark): void {
    // A record that is first seen at one packet and whole at another counts for both.
    this.#queue.append(body.subarray(0, 1), first);
    this.#queue.append(body.subarray(1), last);
    while (this.#queue.length >= HEADER_BYTES) {
      const bytes = this.#queue.peek();
      const length = ((bytes[1] ?? 0) << 16) | ((bytes[2] ?? 0) << 8) | (bytes[3] ?? 0);
      if (length > MAX_MESSAGE_BYTES) {
        this.#queue.reset();
        this.#onHuge(last);
        return;
      }
      const total = HEADER_BYTES + length;
      if (bytes.length < total) return;
      this.#onMessage({
        type: bytes[0] ?? 0,
        body: bytes.subarray(HEADER_BYTES, total),
        first: this.#queue.markAt(0) ?? first,
        last: this.#queue.markAt(total - 1) ?? last,
      });
      this.#queue.consume(total);
    }
  }

  /** Forgets a message whose rest will not come. */
  reset(): void {
    this.#queue.reset();
  }
}
