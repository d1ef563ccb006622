import { decodeLatin1, type Mark } from "@weir/base";
import { Direction } from "@weir/model";
import type { Dissector } from "./contract.ts";

/** First bytes of each direction that are kept for probing; who is not recognised by then never will be. */
export const MAX_PROBE_BYTES = 8192;

/** Bytes that came before the protocol was known. */
export interface EarlyPiece {
  readonly direction: Direction;
  readonly bytes: Uint8Array;
  readonly mark: Mark;
}

/** A piece that is kept: as text of a byte a character, since a typed array of a few bytes takes hundreds. */
class KeptPiece implements EarlyPiece {
  readonly direction: Direction;
  readonly mark: Mark;
  readonly #text: string;

  constructor({ direction, bytes, mark }: EarlyPiece) {
    this.direction = direction;
    this.mark = mark;
    this.#text = decodeLatin1(bytes, 0, Math.min(bytes.length, MAX_PROBE_BYTES));
  }

  get bytes(): Uint8Array {
    const text = this.#text;
    const bytes = new Uint8Array(text.length);
    for (let at = 0; at < text.length; at += 1) bytes[at] = text.charCodeAt(at);
    return bytes;
  }
}

/** Most streams have none. */
const NO_PIECES: readonly EarlyPiece[] = [];
const NO_BYTES = new Uint8Array(0);

/** What is kept of a stream until its protocol is known: its first bytes, and who has not decided about them. */
export class Probing {
  #pieces = NO_PIECES;
  #bytesToServer = 0;
  #bytesToClient = 0;
  #undecidedToServer: readonly Dissector[] | undefined;
  #undecidedToClient: readonly Dissector[] | undefined;

  /** The kept pieces of a direction, in order. */
  of(direction: Direction): readonly EarlyPiece[] {
    return this.#pieces.filter((piece) => piece.direction === direction);
  }

  /** Those of the kept pieces that are wanted, in the order in which they came. */
  those(isWanted: (piece: EarlyPiece) => boolean): readonly EarlyPiece[] {
    return this.#pieces.filter(isWanted);
  }

  /** True where something of a direction is kept. */
  has(direction: Direction): boolean {
    return this.#pieces.some((piece) => piece.direction === direction);
  }

  /** How many bytes of a direction nobody recognised so far, kept or not. */
  bytesOf(direction: Direction): number {
    return direction === Direction.toServer ? this.#bytesToServer : this.#bytesToClient;
  }

  /** Dissectors that a direction's bytes have not decided about; undefined before its first bytes. */
  undecidedOf(direction: Direction): readonly Dissector[] | undefined {
    return direction === Direction.toServer ? this.#undecidedToServer : this.#undecidedToClient;
  }

  setUndecided(direction: Direction, dissectors: readonly Dissector[] | undefined): void {
    // Those that grew have room for more.
    const undecided = dissectors?.slice();
    if (direction === Direction.toServer) this.#undecidedToServer = undecided;
    else this.#undecidedToClient = undecided;
  }

  /** Counts a piece, which is borrowed, and keeps it while somebody may still know it. */
  add(piece: EarlyPiece, isKept: boolean): void {
    const { direction, bytes } = piece;
    if (direction === Direction.toServer) this.#bytesToServer += bytes.length;
    else this.#bytesToClient += bytes.length;
    if (isKept) this.#pieces = [...this.#pieces, new KeptPiece(piece)];
  }

  /** Lets go what is kept of a direction. */
  drop(direction: Direction): void {
    const rest = this.#pieces.filter((piece) => piece.direction !== direction);
    this.#pieces = rest.length === 0 ? NO_PIECES : rest;
  }

  /** There is a hole: what stood before it cannot be joined with what comes behind. */
  cut(direction: Direction): void {
    this.drop(direction);
    if (direction === Direction.toServer) this.#bytesToServer = 0;
    else this.#bytesToClient = 0;
  }

  /** A direction's kept bytes, with the latest behind them. */
  joined(direction: Direction, latest: Uint8Array = NO_BYTES): Uint8Array {
    const pieces = [...this.of(direction).map(({ bytes }) => bytes), latest.subarray(0, MAX_PROBE_BYTES)];
    const joined = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const piece of pieces) {
      joined.set(piece, at);
      at += piece.length;
    }
    return joined;
  }
}
