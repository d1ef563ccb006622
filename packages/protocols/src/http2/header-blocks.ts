import type { Mark } from "@weir/base";
import { Flag, type FrameHeader, FrameType } from "./wire.ts";

/** Most bytes of one header block, over all its frames. */
export const MAX_BLOCK_BYTES = 128 << 10;
/** Most CONTINUATION frames of one block; endless ones are a known attack. */
export const MAX_CONTINUATIONS = 64;

/** A header block under way: HEADERS or PUSH_PROMISE, and the CONTINUATION frames behind it (RFC 9113 §4.3). */
export interface HeaderBlock {
  /** Type, flags and stream of the frame that began it. */
  readonly header: FrameHeader;
  /** Stream that a PUSH_PROMISE promises; 0 for HEADERS. */
  readonly promisedId: number;
  readonly first: Mark;
  last: Mark;
  /** Of all its frames, with their headers. */
  bytes: number;
  /** The block's pieces; empty where it is not to be read. */
  pieces: Uint8Array[];
  pieceBytes: number;
  continuations: number;
  /** True where a piece is missing, or it was longer than the limits. */
  isUnread: boolean;
}

/** Begins a block with its first piece, which is copied where more are to come. */
export function newBlock(
  header: FrameHeader,
  piece: Uint8Array,
  about: Pick<HeaderBlock, "promisedId" | "first" | "last" | "bytes">,
): HeaderBlock {
  const isComplete = (header.flags & Flag.endHeaders) !== 0;
  return {
    ...about,
    header,
    pieces: [isComplete ? piece : piece.slice()],
    pieceBytes: piece.length,
    continuations: 0,
    isUnread: false,
  };
}

/** Adds a CONTINUATION frame. Returns the violation where that goes beyond the limits: the rest of the block is not kept then. */
export function continueBlock(
  block: HeaderBlock,
  payload: Uint8Array,
  frameBytes: number,
  last: Mark,
): string | undefined {
  block.last = last;
  block.bytes += frameBytes;
  block.continuations += 1;
  block.pieceBytes += payload.length;
  if (block.isUnread) return undefined;
  const violation =
    block.continuations > MAX_CONTINUATIONS
      ? "continuationFlood"
      : block.pieceBytes > MAX_BLOCK_BYTES
        ? "hugeHeaderBlock"
        : undefined;
  if (violation === undefined) block.pieces.push(payload.slice());
  else {
    block.isUnread = true;
    block.pieces = [];
  }
  return violation;
}

/** The whole block in one piece. */
export function joinedBlock({ pieces, pieceBytes }: HeaderBlock): Uint8Array {
  const [only] = pieces;
  if (only !== undefined && pieces.length === 1) return only;
  const whole = new Uint8Array(pieceBytes);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** Whether a frame may stand between the frames of a block: only a CONTINUATION of the same stream (RFC 9113 §6.10). */
export function continues(block: HeaderBlock | undefined, { type, streamId }: FrameHeader): boolean {
  return block === undefined
    ? type !== FrameType.continuation
    : type === FrameType.continuation && streamId === block.header.streamId;
}
