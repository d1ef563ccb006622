/** Tags that are remembered; beyond it the oldest is forgotten, and its association is not found on another path any more. */
const MAX_TAGS = 65_536;
const PORTS = 65_536;

/** Whose tag it is: an end of a conversation. */
export interface TagOwner {
  readonly conversation: number;
  /** True where the end is the one that the conversation's key names first. */
  readonly isFirst: boolean;
}

/**
 * Associations by the tags of their ends. Where an end has several addresses (RFC 9260 §6.4), its packets come between others than those that the
 * association began with: the verification tag and the port say to whom they go.
 */
export class Tags {
  readonly #owners = new Map<number, TagOwner>();

  /** The end at `port` has chosen `tag`. */
  add(tag: number, port: number, owner: TagOwner): void {
    const key = keyOf(tag, port);
    this.#owners.delete(key);
    this.#owners.set(key, owner);
    if (this.#owners.size <= MAX_TAGS) return;
    const oldest = this.#owners.keys().next().value;
    if (oldest !== undefined) this.#owners.delete(oldest);
  }

  /** Whose tag it is, as was last said: who asks must look whether that end still has it. */
  find(tag: number, port: number): TagOwner | undefined {
    return this.#owners.get(keyOf(tag, port));
  }
}

function keyOf(tag: number, port: number): number {
  return tag * PORTS + port;
}
