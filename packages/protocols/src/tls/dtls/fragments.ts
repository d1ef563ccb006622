import type { Mark } from "@weir/base";
import { ByteReader } from "../../common/tls/byte-reader.ts";
import type { HandshakeMessage } from "../message-reader.ts";

/** Longest message, messages that are put together at once, and parts of one. */
const MAX_MESSAGE_BYTES = 1 << 16;
const MAX_MESSAGES = 8;
const MAX_PARTS = 256;

interface Pending {
  readonly type: number;
  readonly body: Uint8Array;
  /** Where parts begin that came; a part that comes again is none. */
  readonly parts: Set<number>;
  missing: number;
  readonly first: Mark;
}

/** Puts the handshake messages of one direction together out of their parts (RFC 6347 §4.2.3), each once, however often it is sent. */
export class DtlsFragments {
  readonly #pending = new Map<number, Pending>();
  readonly #done = new Set<string>();

  /** Takes a record's body; gives what it completes to `onMessage`. */
  data(body: Uint8Array, mark: Mark, onMessage: (message: HandshakeMessage) => void): void {
    const reader = new ByteReader(body);
    while (reader.left > 0 && !reader.failed) {
      const type = reader.uint8();
      const length = reader.uint24();
      const number = reader.uint16();
      const from = reader.uint24();
      const part = reader.vector(3);
      if (reader.failed || length > MAX_MESSAGE_BYTES || from + part.length > length) return;
      this.#part({ type, length, number, from, part }, mark, onMessage);
    }
  }

  #part(
    about: { type: number; length: number; number: number; from: number; part: Uint8Array },
    mark: Mark,
    onMessage: (message: HandshakeMessage) => void,
  ): void {
    const { type, length, number, from, part } = about;
    const key = `${number} ${type}`;
    if (this.#done.has(key)) return;
    const known = this.#pending.get(number);
    if (known === undefined && this.#pending.size >= MAX_MESSAGES) return;
    const pending = known ?? { type, body: new Uint8Array(length), parts: new Set(), missing: length, first: mark };
    const isOther = pending.type !== type || pending.body.length !== length;
    if (isOther || pending.parts.has(from) || pending.parts.size >= MAX_PARTS) return;
    pending.parts.add(from);
    pending.body.set(part, from);
    pending.missing -= part.length;
    if (pending.missing > 0) {
      this.#pending.set(number, pending);
      return;
    }
    this.#pending.delete(number);
    if (this.#done.size < MAX_PARTS) this.#done.add(key);
    onMessage({ type, body: pending.body, first: pending.first, last: mark });
  }
}
