import type { Mark } from "@weir/base";
import type { Frame } from "../common/frame-reader.ts";
import { MAX_TAIL_BYTES } from "./tokens.ts";
import { endsMessage, HEADER_BYTES } from "./wire.ts";

/** Beginning of a message that is kept. */
export const HEAD_BYTES = 32_768;

/** A message as its packets made it. */
export interface Message {
  readonly type: number;
  readonly head: Uint8Array;
  /** The same as `head` where that is all. */
  readonly tail: Uint8Array;
  readonly bytes: number;
  readonly first: Mark;
  readonly last: Mark;
  readonly hasGap: boolean;
}

/** Puts packets of one direction together to messages; holds a message's beginning and end. */
export class MessageCollector {
  #type = 0;
  #head = new Uint8Array(0);
  #tail = new Uint8Array(0);
  #bodyBytes = 0;
  #bytes = 0;
  #hasGap = false;
  #first: Mark | undefined;

  /** When the message under way began. */
  get underWay(): Mark | undefined {
    return this.#first;
  }

  /** Takes a packet; gives the message that ends with it. */
  add({ bytes, length, first, last, hasGap }: Frame): Message | undefined {
    const type = bytes[0] ?? 0;
    if (this.#first === undefined || type !== this.#type) this.reset();
    this.#first ??= first;
    this.#type = type;
    this.#bytes += length;
    this.#hasGap ||= hasGap;
    this.#keep(bytes.subarray(HEADER_BYTES));
    if (!endsMessage(bytes)) return undefined;
    const isWhole = this.#bodyBytes === this.#head.length;
    const message: Message = {
      type,
      head: this.#head,
      tail: isWhole ? this.#head : this.#tail,
      bytes: this.#bytes,
      first: this.#first,
      last,
      hasGap: this.#hasGap,
    };
    this.reset();
    return message;
  }

  reset(): void {
    this.#head = new Uint8Array(0);
    this.#tail = new Uint8Array(0);
    this.#bodyBytes = 0;
    this.#bytes = 0;
    this.#hasGap = false;
    this.#first = undefined;
  }

  #keep(body: Uint8Array): void {
    this.#bodyBytes += body.length;
    const room = HEAD_BYTES - this.#head.length;
    if (room > 0) this.#head = joined(this.#head, body.subarray(0, room));
    this.#tail = joined(this.#tail, body.subarray(-MAX_TAIL_BYTES)).slice(-MAX_TAIL_BYTES);
  }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(first.length + second.length);
  whole.set(first);
  whole.set(second, first.length);
  return whole;
}
