import type { Mark } from "@weir/base";

/** Pieces that wait for what stands before them, at most. */
const MAX_WAITING_PIECES = 1024;

/** What becomes of a stream's bytes, in order. */
export interface OrderedSink {
  data(bytes: Uint8Array, mark: Mark): void;
  /** Bytes that were not captured, or came too late. */
  gap(missingBytes: number, mark: Mark): void;
}

/** What several streams may keep waiting together. */
export interface WaitingBudget {
  usedBytes: number;
  readonly maxBytes: number;
}

interface Piece {
  readonly offset: number;
  readonly bytes: Uint8Array;
  readonly mark: Mark;
}

/**
 * Puts pieces of a stream that may come in any order, twice or overlapping (RFC 9000 §2.2) into order. What is passed on never changes: of what
 * overlaps the first counts. Holds at most `maxBytes` that wait; beyond that, what is missing is given up as a gap.
 */
export class OrderedBytes {
  readonly #sink: OrderedSink;
  readonly #maxBytes: number;
  readonly #budget: WaitingBudget;
  /** Ascending by offset. */
  #waiting: Piece[] = [];
  #waitingBytes = 0;
  /** Offset of the next byte in order. */
  #next = 0;

  constructor(sink: OrderedSink, maxBytes: number, budget: WaitingBudget = { usedBytes: 0, maxBytes }) {
    this.#sink = sink;
    this.#maxBytes = maxBytes;
    this.#budget = budget;
  }

  /** Offset behind what was passed on. */
  get next(): number {
    return this.#next;
  }

  add(offset: number, bytes: Uint8Array, mark: Mark): void {
    if (offset + bytes.length <= this.#next) return;
    if (offset > this.#next) this.#wait({ offset, bytes: bytes.slice(0, this.#maxBytes), mark });
    else this.#pass(offset, bytes, mark);
    this.#drain();
    while (this.#isOverLimit()) this.#giveUp(mark);
  }

  /** Nothing more comes: passes on what waits, with the gaps before it, up to the stream's size where it is known. */
  finish(mark: Mark, size = 0): void {
    while (this.#waiting.length > 0) this.#giveUp(mark);
    if (size > this.#next) {
      this.#sink.gap(size - this.#next, mark);
      this.#next = size;
    }
  }

  /** Forgets what waits. */
  drop(): void {
    this.#keep(-this.#waitingBytes);
    this.#waiting = [];
  }

  #isOverLimit(): boolean {
    if (this.#waitingBytes === 0) return false;
    const isBudgetSpent = this.#budget.usedBytes > this.#budget.maxBytes;
    return isBudgetSpent || this.#waitingBytes > this.#maxBytes || this.#waiting.length > MAX_WAITING_PIECES;
  }

  #keep(bytes: number): void {
    this.#waitingBytes += bytes;
    this.#budget.usedBytes += bytes;
  }

  #wait(piece: Piece): void {
    let at = this.#waiting.length;
    while (at > 0 && (this.#waiting[at - 1]?.offset ?? 0) > piece.offset) at -= 1;
    const before = this.#waiting[at - 1];
    // Sent again as it was: most of what comes twice.
    if (before !== undefined && before.offset + before.bytes.length >= piece.offset + piece.bytes.length) return;
    this.#waiting.splice(at, 0, piece);
    this.#keep(piece.bytes.length);
  }

  #pass(offset: number, bytes: Uint8Array, mark: Mark): void {
    const fresh = bytes.subarray(this.#next - offset);
    this.#next = offset + bytes.length;
    this.#sink.data(fresh, mark);
  }

  #drain(): void {
    let passed = 0;
    for (const { offset, bytes, mark } of this.#waiting) {
      if (offset > this.#next) break;
      passed += 1;
      this.#keep(-bytes.length);
      if (offset + bytes.length > this.#next) this.#pass(offset, bytes, mark);
    }
    if (passed > 0) this.#waiting.splice(0, passed);
  }

  #giveUp(mark: Mark): void {
    const [first] = this.#waiting;
    if (first === undefined) return;
    this.#sink.gap(first.offset - this.#next, mark);
    this.#next = first.offset;
    this.#drain();
  }
}
