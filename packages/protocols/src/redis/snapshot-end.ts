/**
 * Finds the end of a snapshot that is sent without a length (`$EOF:` and forty random bytes, which then stand behind it: repl-diskless-sync). It
 * keeps nothing of the snapshot but how much of the mark stands at the end of what came so far.
 */
export class SnapshotEnd {
  readonly #mark: Uint8Array;
  #matched = 0;

  constructor(mark: Uint8Array) {
    this.#mark = mark;
  }

  /** The place behind the mark, or -1 where it does not end in these bytes. */
  find(bytes: Uint8Array, from: number): number {
    for (let at = from; at < bytes.length; at += 1) {
      const byte = bytes[at] ?? 0;
      if (this.#matched === 0 && byte !== this.#mark[0]) continue;
      this.#matched = this.#matchedWith(byte);
      if (this.#matched === this.#mark.length) return at + 1;
    }
    return -1;
  }

  /** How much of the mark's beginning stands at the end of what matched so far and `byte`. */
  #matchedWith(byte: number): number {
    for (let length = this.#matched; length >= 0; length -= 1)
      if (this.#mark[length] === byte && this.#endsWithBeginning(length)) return length + 1;
    return 0;
  }

  /** Whether the last `length` bytes that matched are the mark's first ones. */
  #endsWithBeginning(length: number): boolean {
    const from = this.#matched - length;
    for (let at = 0; at < length; at += 1) if (this.#mark[at] !== this.#mark[from + at]) return false;
    return true;
  }
}
