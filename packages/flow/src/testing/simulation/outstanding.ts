import type { Block, Sending } from "./segment.ts";

/** A segment that was sent and is not acknowledged; it is sent again as it was, never cut anew. */
export interface Piece {
  readonly from: number;
  readonly payloadBytes: number;
  readonly isFin: boolean;
  /** Where the next one begins; a FIN takes a number. */
  readonly to: number;
  isSacked: boolean;
  /** Why it has to be sent again; undefined while it is taken to be on its way. */
  lost: Extract<Sending, "fast" | "timeout" | "afterTimeout"> | undefined;
  wasResent: boolean;
}

/** Segments above a hole that make it a loss (RFC 6675 §2, DupThresh). */
const LOSS_AFTER = 3;

/** What a sender with SACK has on its way (RFC 6675 §3: the scoreboard). */
export class Outstanding {
  #pieces: Piece[] = [];

  get isEmpty(): boolean {
    return this.#pieces.length === 0;
  }

  get first(): Piece | undefined {
    return this.#pieces[0];
  }

  get last(): Piece | undefined {
    return this.#pieces.at(-1);
  }

  get hasSacked(): boolean {
    return this.#pieces.some(({ isSacked }) => isSacked);
  }

  get count(): number {
    return this.#pieces.length;
  }

  sent(from: number, payloadBytes: number, isFin: boolean): void {
    const to = from + payloadBytes + (isFin ? 1 : 0);
    this.#pieces.push({ from, payloadBytes, isFin, to, isSacked: false, lost: undefined, wasResent: false });
  }

  /** Everything before is there. */
  acknowledged(before: number): void {
    this.#pieces = this.#pieces.filter(({ to }) => to > before);
  }

  /** Notes what the other side has behind holes, and which holes are losses by that. True where a new one is. */
  sacked(blocks: readonly Block[]): boolean {
    for (const piece of this.#pieces)
      if (blocks.some(([from, to]) => piece.from >= from && piece.to <= to)) piece.isSacked = true;
    let above = 0;
    let isNew = false;
    for (const piece of this.#pieces.toReversed()) {
      if (piece.isSacked) above += 1;
      else if (above >= LOSS_AFTER && piece.lost === undefined && !piece.wasResent) {
        piece.lost = "fast";
        isNew = true;
      }
    }
    return isNew;
  }

  /** The timer ran out: nothing that is on its way will arrive, and the first goes at once. */
  allLost(): void {
    for (const piece of this.#pieces) if (!piece.isSacked) piece.lost = "afterTimeout";
    const first = this.#pieces.find(({ isSacked }) => !isSacked);
    if (first !== undefined) first.lost = "timeout";
  }

  /** The next that has to be sent again. */
  get nextLost(): Piece | undefined {
    return this.#pieces.find(({ lost, isSacked }) => lost !== undefined && !isSacked);
  }

  /** Payload that is taken to be on its way (RFC 6675 §4, pipe). */
  get inFlightBytes(): number {
    return this.#pieces.reduce(
      (sum, { isSacked, lost, payloadBytes }) => sum + (isSacked || lost !== undefined ? 0 : payloadBytes),
      0,
    );
  }
}
