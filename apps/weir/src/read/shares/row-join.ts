import {
  NO_MARK,
  ROW_INTS,
  type RowBatch,
  type RowForm,
  RowInt,
  SHARED_TRANSPORTS,
  type SharePart,
} from "./messages.ts";
import { StreamNumbers } from "./stream-numbers.ts";

/** Where a row stands in its text, and where its marks are. */
interface RowPlace {
  readonly from: number;
  readonly end: number;
  readonly firstMark: number;
  readonly secondMark: number;
}

/** A row whose stream number is not known yet. */
interface HeldRow extends RowPlace {
  readonly text: Buffer;
  readonly transport: number;
  readonly stream: number;
}

/**
 * Joins the rows of several shares: puts the stream numbers of the whole capture where the marks are, and gives the text to `write`. Rows come in the
 * order in which the shares tell them; one whose stream began where another share has not read yet waits until it has. What waits is bounded by how far
 * one share can be ahead of another.
 */
export class RowJoin {
  readonly #numbers: readonly StreamNumbers[];
  /** Packets that each share is done with, and that all are. */
  readonly #packets: number[];
  #ranked = 0;
  readonly #write: (text: Uint8Array) => void;
  readonly #form: RowForm;
  readonly #markBytes: number;
  #held: HeldRow[] = [];

  constructor(shares: number, form: RowForm, write: (text: Uint8Array) => void) {
    this.#numbers = SHARED_TRANSPORTS.map(() => new StreamNumbers(shares));
    this.#packets = Array.from({ length: shares }, () => 0);
    this.#form = form;
    this.#markBytes = String(form.mark).length;
    this.#write = write;
  }

  /** Takes what a share has to say; the text's memory is used up. */
  take(share: number, { packets, streams, batch }: Pick<SharePart, "packets" | "streams" | "batch">): void {
    for (const [transport, begun] of streams.entries()) this.#numbers[transport]?.add(share, begun);
    this.#advance(share, packets);
    if (batch !== undefined) this.#join(batch);
  }

  /** A share has nothing more to say. */
  end(share: number): void {
    this.#advance(share, Number.POSITIVE_INFINITY);
  }

  #advance(share: number, packets: number): void {
    this.#packets[share] = packets;
    const ranked = Math.min(...this.#packets);
    if (ranked === this.#ranked) return;
    this.#ranked = ranked;
    for (const numbers of this.#numbers) numbers.rank(ranked);
    this.#release();
  }

  /** Writes a batch but for the rows that have to wait. */
  #join({ text: bytes, rows }: RowBatch): void {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let written = 0;
    for (let at = 0, from = 0; at < rows.length; at += ROW_INTS) {
      const stream = rows[at + RowInt.stream] ?? 0;
      const transport = rows[at + RowInt.transport] ?? 0;
      const firstMark = rows[at + RowInt.firstMark] ?? 0;
      const secondMark = rows[at + RowInt.secondMark] ?? 0;
      const end = rows[at + RowInt.end] ?? 0;
      const place = { from, end, firstMark, secondMark };
      const number = this.#numbers[transport]?.numberOf(stream);
      if (number === undefined) this.#held.push({ text: rowOf(text, place), ...shifted(place), transport, stream });
      else written = this.#number(text, written, place, number);
      from = end;
    }
    if (written > 0) this.#write(text.subarray(0, written));
  }

  /** Writes what waited and need not any more. */
  #release(): void {
    const ready: Buffer[] = [];
    const held: HeldRow[] = [];
    for (const row of this.#held) {
      const number = this.#numbers[row.transport]?.numberOf(row.stream);
      if (number === undefined) held.push(row);
      else ready.push(row.text.subarray(0, this.#number(row.text, 0, row, number)));
    }
    this.#held = held;
    if (ready.length > 0) this.#write(Buffer.concat(ready));
  }

  /** Moves a row to `to`, with its number where the marks are; returns where it ends. The mark is longer than any number, so nothing is lost. */
  #number(text: Buffer, to: number, { from, end, firstMark, secondMark }: RowPlace, number: number): number {
    const digits = String(number).padEnd(this.#form.numberWidth);
    let at = moved(text, to, from, firstMark);
    at += text.write(digits, at, "latin1");
    let rest = firstMark + this.#markBytes;
    if (secondMark !== NO_MARK) {
      at = moved(text, at, rest, secondMark);
      at += text.write(digits, at, "latin1");
      rest = secondMark + this.#markBytes;
    }
    return moved(text, at, rest, end);
  }
}

/** Moves bytes down to `to`; returns where they end. */
function moved(text: Buffer, to: number, from: number, end: number): number {
  text.copyWithin(to, from, end);
  return to + end - from;
}

/** A copy of a row: the batch's memory is not kept for it. */
function rowOf(text: Buffer, { from, end }: RowPlace): Buffer {
  return Buffer.from(text.subarray(from, end));
}

function shifted({ from, end, firstMark, secondMark }: RowPlace): RowPlace {
  return {
    from: 0,
    end: end - from,
    firstMark: firstMark - from,
    secondMark: secondMark === NO_MARK ? NO_MARK : secondMark - from,
  };
}
