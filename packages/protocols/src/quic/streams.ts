import type { Mark } from "@weir/base";
import { OrderedBytes, type WaitingBudget } from "./ordered-bytes.ts";

/** Streams that are open at once at most; the oldest is given up beyond it. */
export const MAX_OPEN_STREAMS = 1024;
/** Ids of streams that are over, so that what is sent again opens none of them anew. */
const MAX_REMEMBERED = 4096;
/** Bytes of one stream, and of all, that wait for what stands before them. */
const MAX_WAITING_BYTES = 1 << 18;
const MAX_ALL_WAITING_BYTES = 1 << 22;

/** What becomes of the bytes of streams, in order per stream and direction. Bytes are borrowed. */
export interface StreamSink {
  data(id: number, byClient: boolean, bytes: Uint8Array, mark: Mark): void;
  gap(id: number, byClient: boolean, missingBytes: number, mark: Mark): void;
  /** One direction is finished: by its last byte, or by a reset with an error code. */
  end(id: number, byClient: boolean, mark: Mark, resetCode: number | undefined): void;
  /** A limit is reached: the stream is not followed any more. */
  abandon(id: number, mark: Mark): void;
}

interface Half {
  readonly ordered: OrderedBytes;
  /** Bytes in this direction altogether; known once it is finished. */
  size: number | undefined;
  isOver: boolean;
}

/** Puts the STREAM frames of a connection in order (RFC 9000 §2.2). */
export class Streams {
  readonly #sink: StreamSink;
  readonly #open = new Map<number, [Half, Half]>();
  readonly #over = new Set<number>();
  readonly #budget: WaitingBudget = { usedBytes: 0, maxBytes: MAX_ALL_WAITING_BYTES };

  constructor(sink: StreamSink) {
    this.#sink = sink;
  }

  add(id: number, byClient: boolean, offset: number, data: Uint8Array, isLast: boolean, mark: Mark): void {
    const half = this.#halfOf(id, byClient, mark);
    if (half === undefined || half.isOver) return;
    half.ordered.add(offset, data, mark);
    if (isLast) half.size = offset + data.length;
    if (half.size !== undefined && half.ordered.next >= half.size) this.#end(id, byClient, half, mark, undefined);
  }

  /** RESET_STREAM: what has not come will not come. */
  reset(id: number, byClient: boolean, code: number, mark: Mark): void {
    const half = this.#halfOf(id, byClient, mark);
    if (half !== undefined && !half.isOver) this.#end(id, byClient, half, mark, code);
  }

  /** Nothing more comes: passes on what waits. */
  close(mark: Mark): void {
    for (const [id, halves] of this.#open)
      for (const [index, half] of halves.entries()) {
        if (half.isOver) continue;
        half.ordered.finish(mark, half.size);
        if (half.size !== undefined) this.#sink.end(id, index === 0, mark, undefined);
      }
    this.#open.clear();
  }

  #halfOf(id: number, byClient: boolean, mark: Mark): Half | undefined {
    const known = this.#open.get(id);
    if (known !== undefined) return known[byClient ? 0 : 1];
    if (this.#over.has(id)) return undefined;
    if (this.#open.size >= MAX_OPEN_STREAMS) this.#abandonOldest(mark);
    const halves: [Half, Half] = [this.#newHalf(id, true), this.#newHalf(id, false)];
    this.#open.set(id, halves);
    return halves[byClient ? 0 : 1];
  }

  #newHalf(id: number, byClient: boolean): Half {
    const sink = {
      data: (bytes: Uint8Array, mark: Mark) => this.#sink.data(id, byClient, bytes, mark),
      gap: (missingBytes: number, mark: Mark) => this.#sink.gap(id, byClient, missingBytes, mark),
    };
    // Streams in one direction (RFC 9000 §2.1) have nothing in the other.
    const isOver = (id & 2) !== 0 && byClient === ((id & 1) === 1);
    return { ordered: new OrderedBytes(sink, MAX_WAITING_BYTES, this.#budget), size: undefined, isOver };
  }

  #end(id: number, byClient: boolean, half: Half, mark: Mark, resetCode: number | undefined): void {
    half.isOver = true;
    half.ordered.drop();
    this.#sink.end(id, byClient, mark, resetCode);
    const halves = this.#open.get(id);
    if (halves?.every(({ isOver }) => isOver) === true) this.#forget(id);
  }

  #abandonOldest(mark: Mark): void {
    const [oldest] = this.#open;
    if (oldest === undefined) return;
    for (const { ordered } of oldest[1]) ordered.drop();
    this.#sink.abandon(oldest[0], mark);
    this.#forget(oldest[0]);
  }

  #forget(id: number): void {
    this.#open.delete(id);
    this.#over.add(id);
    if (this.#over.size <= MAX_REMEMBERED) return;
    const [first] = this.#over;
    if (first !== undefined) this.#over.delete(first);
  }
}
