import { ConversationFlag, type Conversations, NONE, Word } from "./memory/conversations.ts";

/**
 * Conversations without an open connection, in the order in which theirs ended: those that are forgotten first when there are too many. One that has
 * an open connection when its turn comes is passed over, and comes again when that ends.
 */
export class Remembered {
  readonly #conversations: Conversations;
  #queue = new Int32Array(1 << 10);
  #first = 0;
  #count = 0;

  constructor(conversations: Conversations) {
    this.#conversations = conversations;
  }

  /** Adds one whose connection has ended, and forgets the oldest ones beyond `limit`. */
  add(conversation: number, limit: number): void {
    const { words } = this.#conversations;
    const flags = this.#conversations.at(conversation) + Word.flags;
    if ((words[flags]! & ConversationFlag.queued) !== 0) return;
    words[flags]! |= ConversationFlag.queued;
    if (this.#count === this.#queue.length) this.#grow();
    this.#queue[(this.#first + this.#count) & (this.#queue.length - 1)] = conversation;
    this.#count += 1;
    while (this.#count > limit) this.#forgetOldest();
  }

  #forgetOldest(): void {
    const oldest = this.#queue[this.#first]!;
    this.#first = (this.#first + 1) & (this.#queue.length - 1);
    this.#count -= 1;
    const { words } = this.#conversations;
    const at = this.#conversations.at(oldest);
    words[at + Word.flags]! &= ~ConversationFlag.queued;
    if (words[at + Word.record] === NONE) this.#conversations.forget(oldest);
  }

  #grow(): void {
    const larger = new Int32Array(this.#queue.length * 2);
    for (let index = 0; index < this.#count; index += 1)
      larger[index] = this.#queue[(this.#first + index) & (this.#queue.length - 1)]!;
    this.#queue = larger;
    this.#first = 0;
  }
}
