import type { Mark, PackReader, PackWriter } from "@weir/base";
import { type AckSight, AckWatch } from "./ack-watch.ts";
import { distance, plus } from "./sequence.ts";

/** Receives one direction's bytes in order; of SCTP its chunks, each of which counts as one. */
export interface StreamSink {
  /** Borrowed: valid during the call. */
  data(bytes: Uint8Array, mark: Mark): void;
  gap(missingBytes: number, mark: Mark): void;
  end(mark: Mark): void;
  /** The other side has acknowledged as much as was asked for with {@link StreamAssembler.awaitAcknowledgment}. */
  acknowledged(atNs: number): void;
  /** True where it gave bytes up because of a limit of its own. */
  readonly hitLimit?: boolean;
}

/** Out-of-order bytes that all streams together hold, and their limit. */
export interface ReorderBudget {
  heldBytes: number;
  readonly maxBytes: number;
  readonly maxBytesPerStream: number;
}

interface Held {
  readonly sequence: number;
  readonly bytes: Uint8Array;
  /** Length as sent; more than `bytes` where the snap length cut it. */
  readonly length: number;
  readonly mark: Mark;
}

/** Bits of what is written of a stream that rests. */
const RestingBit = { started: 1, hasPassed: 2, hitLimit: 4 } as const;

/** What a stream without a hole holds: one list for all of them, which nobody writes to. */
const NOTHING_HELD: Held[] = [];

/**
 * Puts the segments of one direction in order. Overlaps: what was delivered first wins. A hole becomes a gap as soon as the other
 * side acknowledged beyond it (it arrived there, we never saw it), when the limit of held bytes is reached, or at the end.
 */
export class StreamAssembler {
  readonly #sink: StreamSink;
  readonly #budget: ReorderBudget;
  #started = false;
  #expected = 0;
  /** Segments behind a hole, ascending. */
  #held = NOTHING_HELD;
  #heldBytes = 0;
  readonly #acks = new AckWatch();
  #finAt: number | undefined;
  #finMark: Mark | undefined;
  #ended = false;
  /** True once bytes or a gap were passed on. */
  #hasPassed = false;
  #hitLimit = false;

  constructor(sink: StreamSink, budget: ReorderBudget) {
    this.#sink = sink;
    this.#budget = budget;
  }

  /** True once bytes were given up because of a limit. */
  get hitLimit(): boolean {
    return this.#hitLimit || this.#sink.hitLimit === true;
  }

  /** The stream begins behind this SYN. Before the first byte another SYN begins it anew: what came before it (a FIN, a SYN) was of another try, or forged. */
  start(sequence: number): void {
    if (this.#started && (this.#hasPassed || this.#held.length > 0)) return;
    this.#started = true;
    this.#expected = plus(sequence, 1);
    this.#acks.reset();
    this.#finAt = undefined;
    this.#finMark = undefined;
    this.#ended = false;
  }

  /** Takes a segment's payload; `length` is as sent, `bytes` what was captured of it (borrowed). */
  segment(sequence: number, bytes: Uint8Array, length: number, mark: Mark): void {
    if (this.#ended || length === 0) return;
    if (!this.#started) {
      this.#started = true;
      this.#expected = sequence;
    }
    const ahead = distance(this.#expected, sequence);
    if (ahead <= 0) {
      this.#deliver(sequence, bytes, length, mark);
      this.#drain(mark);
    } else {
      this.#hold({ sequence, bytes: bytes.slice(), length, mark });
      this.#giveUpAcknowledged();
    }
    this.#endIfComplete(mark);
  }

  /** True where nothing is held, awaited or about to end: all that it knows is where it is. */
  get mayRest(): boolean {
    return this.#held.length === 0 && this.#finAt === undefined && !this.#ended && !this.#acks.isAwaited;
  }

  /** Writes where it is; what it knew else must be nothing, see {@link mayRest}. */
  rest(writer: PackWriter): void {
    const { started, hasPassed, hitLimit } = RestingBit;
    writer.byte((this.#started ? started : 0) | (this.#hasPassed ? hasPassed : 0) | (this.#hitLimit ? hitLimit : 0));
    writer.int(this.#expected);
    this.#acks.rest(writer, this.#expected);
  }

  /** Goes on where {@link rest} was, as a fresh one. */
  wake(reader: PackReader): void {
    const bits = reader.byte();
    this.#started = (bits & RestingBit.started) !== 0;
    this.#hasPassed = (bits & RestingBit.hasPassed) !== 0;
    this.#hitLimit = (bits & RestingBit.hitLimit) !== 0;
    this.#expected = reader.int();
    this.#acks.wake(reader, this.#expected);
  }

  /** The other side acknowledged everything before `sequence`. */
  acknowledge(sequence: number, atNs: number): void {
    if (!this.#started || !this.#acks.take(sequence, atNs)) return;
    if (!this.#ended) {
      if (this.#held.length > 0) this.#giveUpAcknowledged();
      this.#giveUpTail(sequence);
      this.#endIfComplete();
    }
    for (let covered = this.#acks.covered(); covered > 0; covered -= 1) this.#sink.acknowledged(atNs);
  }

  /** Asks to be told when the other side has acknowledged all that was passed on, unless it is known by now. */
  awaitAcknowledgment(): AckSight {
    return this.#acks.await(this.#expected);
  }

  /** FIN: the stream ends at `sequence`. */
  fin(sequence: number, mark: Mark): void {
    if (!this.#started) this.start(plus(sequence, -1));
    this.#finAt ??= sequence;
    this.#finMark ??= mark;
    this.#endIfComplete();
  }

  /** No more segments come: what is held is delivered, its holes as gaps. */
  finish(): void {
    while (this.#held.length > 0) this.#skipHole();
    if (this.#finAt !== undefined) this.#skipTail(this.#finAt);
    this.#endIfComplete();
  }

  #deliver(sequence: number, bytes: Uint8Array, length: number, mark: Mark): void {
    const known = distance(sequence, this.#expected);
    if (known >= length) return;
    const fresh = known >= bytes.length ? undefined : known === 0 ? bytes : bytes.subarray(known);
    this.#expected = plus(sequence, length);
    this.#hasPassed = true;
    if (fresh !== undefined) this.#sink.data(fresh, mark);
    const cut = length - Math.max(known, bytes.length);
    if (cut > 0) this.#sink.gap(cut, mark);
  }

  #hold(segment: Held): void {
    const { maxBytes, maxBytesPerStream } = this.#budget;
    while (
      this.#held.length > 0 &&
      (this.#heldBytes + segment.bytes.length > maxBytesPerStream ||
        this.#budget.heldBytes + segment.bytes.length > maxBytes)
    ) {
      this.#hitLimit = true;
      this.#skipHole();
    }
    if (distance(this.#expected, segment.sequence) <= 0) {
      this.#deliver(segment.sequence, segment.bytes, segment.length, segment.mark);
      this.#drain(segment.mark);
      return;
    }
    if (this.#held.length === 0) this.#held = [];
    let at = this.#held.length;
    while (at > 0 && distance(this.#held[at - 1]!.sequence, segment.sequence) < 0) at -= 1;
    this.#held.splice(at, 0, segment);
    this.#heldBytes += segment.bytes.length;
    this.#budget.heldBytes += segment.bytes.length;
  }

  /** Delivers what is held and has no hole before it any more: `filler` filled it, or it was given up. */
  #drain(filler?: Mark): void {
    for (let first = this.#held[0]; first !== undefined; first = this.#held[0]) {
      if (distance(this.#expected, first.sequence) > 0) return;
      this.#release(first);
      const mark = filler === undefined ? first.mark : completedBy(first.mark, filler);
      this.#deliver(first.sequence, first.bytes, first.length, mark);
    }
  }

  /** The hole before the first held segment will not be filled. */
  #skipHole(): void {
    const first = this.#held[0];
    if (first === undefined) return;
    const missing = distance(this.#expected, first.sequence);
    if (missing > 0) {
      this.#expected = first.sequence;
      this.#hasPassed = true;
      this.#sink.gap(missing, first.mark);
    }
    this.#drain();
  }

  #giveUpAcknowledged(): void {
    const acknowledged = this.#acks.highest;
    if (acknowledged !== undefined) this.giveUp(acknowledged);
  }

  /** What is missing before `sequence` will not come. */
  giveUp(sequence: number): void {
    while (this.#held.length > 0 && distance(this.#held[0]!.sequence, sequence) >= 0) this.#skipHole();
  }

  /** The other side acknowledged the FIN: what is missing before it arrived there, and never passed here. */
  #giveUpTail(acknowledged: number): void {
    const finAt = this.#finAt;
    if (finAt !== undefined && distance(finAt, acknowledged) > 0) this.#skipTail(finAt);
  }

  /** The hole between what was seen last and the FIN will not be filled. */
  #skipTail(finAt: number): void {
    const missing = distance(this.#expected, finAt);
    if (missing <= 0 || this.#held.length > 0 || this.#finMark === undefined || this.#ended) return;
    this.#expected = finAt;
    this.#hasPassed = true;
    this.#sink.gap(missing, this.#finMark);
  }

  #release(segment: Held): void {
    this.#held.shift();
    if (this.#held.length === 0) this.#held = NOTHING_HELD;
    this.#heldBytes -= segment.bytes.length;
    this.#budget.heldBytes -= segment.bytes.length;
  }

  /** `last` is the packet whose bytes came last, where that may be later than the FIN. */
  #endIfComplete(last?: Mark): void {
    const finMark = this.#finMark;
    if (this.#ended || this.#finAt === undefined || finMark === undefined) return;
    if (distance(this.#finAt, this.#expected) < 0) return;
    this.#ended = true;
    this.#sink.end(last === undefined ? finMark : completedBy(finMark, last));
  }
}

/** The mark of bytes that another packet completed. */
function completedBy({ packetNumber, atNs }: Mark, filler: Mark): Mark {
  return { packetNumber, atNs, completedBy: filler };
}
