import { ByteQueue, type Mark } from "@weir/base";

/** One line as it passed. */
export interface Line {
  /** Without its end. Borrowed; at most `MAX_LINE_BYTES`. */
  readonly bytes: Uint8Array;
  /** On the wire, with its end. */
  readonly length: number;
  readonly first: Mark;
  readonly last: Mark;
}

/** Longest line that is kept; the rest of a longer one is passed over. SMTP allows 1000 (RFC 5321 §4.5.3.1.6), servers take more. */
const MAX_LINE_BYTES = 8192;
const LF = 10;
const CR = 13;

/** Cuts one direction of a dialogue into lines. Line ends may be bare LF. Holds at most one line. */
export class LineReader {
  readonly #onLine: (line: Line) => void;
  readonly #queue = new ByteQueue();
  /** Bytes that are no lines and are passed over (BDAT). */
  #skipping = 0;
  /** Bytes of an endless line that were not kept. */
  #dropped = 0;
  /** Behind a hole: the next line is the rest of one. */
  #isLost = false;

  constructor(onLine: (line: Line) => void) {
    this.#onLine = onLine;
  }

  /** The next `count` bytes are no lines. */
  skip(count: number): void {
    this.#skipping += count;
  }

  /** True where bytes that are no lines are still to come. */
  get isSkipping(): boolean {
    return this.#skipping > 0;
  }

  data(bytes: Uint8Array, mark: Mark): void {
    let at = this.#skip(bytes, 0);
    while (at < bytes.length) {
      const end = bytes.indexOf(LF, at);
      if (end < 0) {
        this.#keep(bytes.subarray(at), mark);
        return;
      }
      this.#line(bytes.subarray(at, end + 1), mark);
      at = this.#skip(bytes, end + 1);
    }
  }

  /** Bytes that never come: what stands behind them up to the line's end is the rest of a line. */
  gap(missingBytes: number): void {
    const skipped = Math.min(missingBytes, this.#skipping);
    this.#skipping -= skipped;
    if (skipped === missingBytes) return;
    this.#queue.reset();
    this.#dropped = 0;
    this.#isLost = true;
  }

  #skip(bytes: Uint8Array, at: number): number {
    const skipped = Math.min(this.#skipping, bytes.length - at);
    this.#skipping -= skipped;
    return at + skipped;
  }

  #keep(part: Uint8Array, mark: Mark): void {
    const room = MAX_LINE_BYTES - this.#queue.length;
    this.#queue.append(part.subarray(0, Math.max(0, room)), mark);
    this.#dropped += Math.max(0, part.length - room);
  }

  #line(end: Uint8Array, mark: Mark): void {
    if (this.#isLost) {
      this.#isLost = false;
      this.#queue.reset();
      this.#dropped = 0;
      return;
    }
    if (this.#queue.length === 0) {
      const kept = withoutEnd(end).subarray(0, MAX_LINE_BYTES);
      this.#onLine({ bytes: kept, length: end.length, first: mark, last: mark });
      return;
    }
    this.#keep(end, mark);
    const length = this.#queue.length + this.#dropped;
    const first = this.#queue.markAt(0) ?? mark;
    const bytes = withoutEnd(this.#queue.peek().slice());
    this.#queue.reset();
    this.#dropped = 0;
    this.#onLine({ bytes, length, first, last: mark });
  }
}

function withoutEnd(line: Uint8Array): Uint8Array {
  let end = line.length;
  if (line[end - 1] === LF) end -= 1;
  if (line[end - 1] === CR) end -= 1;
  return line.subarray(0, end);
}
