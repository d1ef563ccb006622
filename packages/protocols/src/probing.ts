import { decodeLatin1, type Mark, PackReader, PackWriter } from "@weir/base";
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
  readonly text: string;

  constructor(direction: Direction, mark: Mark, text: string) {
    this.direction = direction;
    this.mark = mark;
    this.text = text;
  }

  get bytes(): Uint8Array {
    const { text } = this;
    const bytes = new Uint8Array(text.length);
    for (let at = 0; at < text.length; at += 1) bytes[at] = text.charCodeAt(at);
    return bytes;
  }
}

/** What stands for what is kept of a stream while its connection rests. */
export interface RestingProbing {
  /** The kept pieces, packed: direction, packet number, time and bytes of each. */
  readonly pieces: string;
  readonly bytesToServer: number;
  readonly bytesToClient: number;
  readonly undecidedToServer: readonly Dissector[] | undefined;
  readonly undecidedToClient: readonly Dissector[] | undefined;
}

/** Most streams have none. */
const NO_PIECES: readonly KeptPiece[] = [];
const NO_BYTES = new Uint8Array(0);

/** Lists of who is undecided: few different ones, and one of them may stand for a million streams. */
const MAX_LISTS = 256;
const lists = new Map<string, readonly Dissector[]>();

function sharedList(dissectors: readonly Dissector[]): readonly Dissector[] {
  const key = dissectors.map(({ id }) => id).join();
  const known = lists.get(key);
  if (known !== undefined) return known;
  if (lists.size >= MAX_LISTS) lists.clear();
  // Those that grew have room for more.
  const list = dissectors.slice();
  lists.set(key, list);
  return list;
}

/** What is kept of a stream until its protocol is known: its first bytes, and who has not decided about them. */
export class Probing {
  #pieces = NO_PIECES;
  #bytesToServer = 0;
  #bytesToClient = 0;
  #undecidedToServer: readonly Dissector[] | undefined;
  #undecidedToClient: readonly Dissector[] | undefined;

  /** What is left of it while its connection rests, unless it is entangled. */
  rest(): RestingProbing {
    return {
      pieces: packed(this.#pieces),
      bytesToServer: this.#bytesToServer,
      bytesToClient: this.#bytesToClient,
      undecidedToServer: this.#undecidedToServer,
      undecidedToClient: this.#undecidedToClient,
    };
  }

  /** Goes on where {@link rest} was. */
  static wake({ pieces, bytesToServer, bytesToClient, undecidedToServer, undecidedToClient }: RestingProbing): Probing {
    const probing = new Probing();
    probing.#pieces = unpacked(pieces);
    probing.#bytesToServer = bytesToServer;
    probing.#bytesToClient = bytesToClient;
    probing.#undecidedToServer = undecidedToServer;
    probing.#undecidedToClient = undecidedToClient;
    return probing;
  }

  /** True where a kept piece came late, by another packet's doing: that is more than is written of it. */
  get isEntangled(): boolean {
    return this.#pieces.some(({ mark }) => mark.completedBy !== undefined);
  }

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
    const undecided = dissectors && sharedList(dissectors);
    if (direction === Direction.toServer) this.#undecidedToServer = undecided;
    else this.#undecidedToClient = undecided;
  }

  /** Counts a piece, which is borrowed, and keeps it while somebody may still know it. */
  add(piece: EarlyPiece, isKept: boolean): void {
    const { direction, bytes } = piece;
    if (direction === Direction.toServer) this.#bytesToServer += bytes.length;
    else this.#bytesToClient += bytes.length;
    if (isKept) this.#pieces = [...this.#pieces, keptPieceOf(piece)];
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

function keptPieceOf({ direction, bytes, mark }: EarlyPiece): KeptPiece {
  return new KeptPiece(direction, mark, decodeLatin1(bytes, 0, Math.min(bytes.length, MAX_PROBE_BYTES)));
}

const writer = new PackWriter();
const reader = new PackReader();

function packed(pieces: readonly KeptPiece[]): string {
  writer.clear();
  for (const { direction, mark, text } of pieces) {
    writer.byte(direction);
    writer.count(mark.packetNumber);
    writer.double(mark.atNs, 0);
    writer.latin1(text);
  }
  return writer.text();
}

function unpacked(pieces: string): KeptPiece[] {
  const kept: KeptPiece[] = [];
  for (reader.open(pieces); !reader.isAtEnd; ) {
    const direction = reader.byte() as Direction;
    const mark = { packetNumber: reader.count(), atNs: reader.double(0), completedBy: undefined };
    kept.push(new KeptPiece(direction, mark, reader.latin1()));
  }
  return kept;
}
