import { decodeUtf8, type Mark } from "@weir/base";

/** A step of reading that goes on where it stopped, as soon as there are more bytes. */
export type Reading<T> = Generator<undefined, T, undefined>;

/** Most bytes that are taken as one; what is longer is read over. */
const MAX_TAKEN_BYTES = 64 << 10;
const MAX_VARUINT_BYTES = 9;
const EMPTY = new Uint8Array(0);

/**
 * One direction's bytes for a reader that is a generator: it yields where it needs more, and never looks back, so that nothing is kept but what it
 * takes. Once anything did not make sense, `hasFailed` stays true and all reads give zeros.
 */
export class ByteSource {
  #bytes: Uint8Array = EMPTY;
  #at = 0;
  #mark: Mark;
  /** Bytes that were read. */
  passed = 0;
  hasFailed = false;

  constructor(mark: Mark) {
    this.#mark = mark;
  }

  /** When the latest bytes came. */
  get mark(): Mark {
    return this.#mark;
  }

  /** Gives the next bytes to `reading`, which reads all of them unless it ends. Returns true where it did. Bytes are borrowed until then. */
  feed(bytes: Uint8Array, mark: Mark, reading: Reading<void>): boolean {
    this.#bytes = bytes;
    this.#at = 0;
    this.#mark = mark;
    const { done } = reading.next();
    this.#bytes = EMPTY;
    this.#at = 0;
    return done === true || this.hasFailed;
  }

  /** Waits until there is at least one more byte. */
  *more(): Reading<void> {
    while (this.#at >= this.#bytes.length) yield;
  }

  *uint8(): Reading<number> {
    while (this.#at >= this.#bytes.length) yield;
    this.passed += 1;
    this.#at += 1;
    return this.hasFailed ? 0 : (this.#bytes[this.#at - 1] ?? 0);
  }

  /** A number in groups of seven bits, the lowest first. */
  *varuint(): Reading<number> {
    let value = 0;
    for (let index = 0, factor = 1; index < MAX_VARUINT_BYTES; index += 1, factor *= 128) {
      const byte = yield* this.uint8();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return Number.isSafeInteger(value) ? value : this.fail();
    }
    return this.fail();
  }

  /** The next `count` bytes, copied. */
  *take(count: number): Reading<Uint8Array> {
    if (count > MAX_TAKEN_BYTES) {
      this.fail();
      return EMPTY;
    }
    const taken = new Uint8Array(count);
    for (let have = 0; have < count; ) {
      if (this.#at >= this.#bytes.length) yield;
      const piece = this.#bytes.subarray(this.#at, this.#at + count - have);
      taken.set(piece, have);
      have += piece.length;
      this.#at += piece.length;
    }
    this.passed += count;
    return taken;
  }

  *skip(count: number): Reading<void> {
    let left = count;
    while (left > 0) {
      const there = this.#bytes.length - this.#at;
      if (there === 0) {
        yield;
        continue;
      }
      const step = Math.min(left, there);
      this.#at += step;
      this.passed += step;
      left -= step;
    }
  }

  /** A text with its length before it, of which `limit` bytes are kept at most. */
  *text(limit: number): Reading<string> {
    const length = yield* this.varuint();
    const kept = yield* this.take(Math.min(length, limit));
    yield* this.skip(length - kept.length);
    return decodeUtf8(kept);
  }

  *skipText(): Reading<void> {
    yield* this.skip(yield* this.varuint());
  }

  *int32(): Reading<number> {
    const bytes = yield* this.take(4);
    return new DataView(bytes.buffer).getInt32(0, true);
  }

  /** A number of eight bytes that must be an index or a count. */
  *count(): Reading<number> {
    const bytes = yield* this.take(8);
    const value = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    return Number.isSafeInteger(value) ? value : this.fail();
  }

  fail(): 0 {
    this.hasFailed = true;
    return 0;
  }
}
