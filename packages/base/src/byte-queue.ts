import { assert } from "./errors.ts";

/** Where bytes came from: the packet that carried them, and when. */
export interface Mark {
  /** Packet number as Wireshark shows it (1-based). */
  readonly packetNumber: number;
  /** Nanoseconds since the first packet of the capture. */
  readonly atNs: number;
  /**
   * Of bytes that came behind a hole: the packet that filled it. Only then could their receiver read them, so that a message which they complete was
   * complete with that packet and not with their own. Wireshark, told to reassemble out of order, shows it there as well.
   */
  readonly completedBy?: Mark | undefined;
}

/** The packet with which what ends in bytes of this mark was complete. */
export function completionOf(mark: Mark): Mark {
  return mark.completedBy ?? mark;
}

/**
 * Bytes that arrived and are not consumed yet, in order, with the {@link Mark} of the packet that brought each of them.
 * A parser appends what it is given, looks at the front, and consumes whole messages. The caller bounds `length`.
 */
export class ByteQueue {
  #buffer = new Uint8Array(0);
  #start = 0;
  #end = 0;
  /** Absolute stream offset of the first unconsumed byte. */
  #offset = 0;
  /** Chunk starts as absolute stream offsets, with their marks; ascending. */
  readonly #marks: { at: number; mark: Mark }[] = [];

  /** Count of unconsumed bytes. */
  get length(): number {
    return this.#end - this.#start;
  }

  /** Absolute offset in the stream of the first unconsumed byte. */
  get offset(): number {
    return this.#offset;
  }

  /** Appends a copy of `bytes`. */
  append(bytes: Uint8Array, mark: Mark): void {
    if (bytes.length === 0) return;
    this.#makeRoom(bytes.length);
    this.#buffer.set(bytes, this.#end);
    this.#marks.push({ at: this.#offset + this.length, mark });
    this.#end += bytes.length;
  }

  /** The unconsumed bytes. Borrowed: valid until the next `append` or `consume`. */
  peek(): Uint8Array {
    return this.#buffer.subarray(this.#start, this.#end);
  }

  /** Drops `count` bytes from the front. */
  consume(count: number): void {
    assert(count >= 0 && count <= this.length, "consuming more than is queued");
    this.#start += count;
    this.#offset += count;
    let passed = 0;
    while (passed + 1 < this.#marks.length && (this.#marks[passed + 1]?.at ?? 0) <= this.#offset) passed += 1;
    if (passed > 0) this.#marks.splice(0, passed);
    if (this.#start === this.#end) {
      this.#start = 0;
      this.#end = 0;
      this.#marks.length = 0;
    }
  }

  /** The mark of the packet that brought the unconsumed byte at `index` (0 = the first unconsumed one). */
  markAt(index: number): Mark | undefined {
    const at = this.#offset + index;
    let found: Mark | undefined;
    for (const entry of this.#marks) {
      if (entry.at > at) break;
      found = entry.mark;
    }
    return found;
  }

  /** Forgets everything; the stream offset goes on after `skipped` further bytes. */
  reset(skipped = 0): void {
    this.#offset += this.length + skipped;
    this.#start = 0;
    this.#end = 0;
    this.#marks.length = 0;
  }

  #makeRoom(count: number): void {
    if (this.#end + count <= this.#buffer.length) return;
    const needed = this.length + count;
    const target =
      needed * 2 <= this.#buffer.length
        ? this.#buffer
        : new Uint8Array(Math.max(1024, needed, this.#buffer.length * 2));
    target.set(this.#buffer.subarray(this.#start, this.#end), 0);
    this.#buffer = target;
    this.#end = this.length;
    this.#start = 0;
  }
}
