import type { Block } from "./segment.ts";

/** The blocks that fit beside timestamps into the forty bytes of options (RFC 2018 §3). */
const MAX_BLOCKS = 3;

/** What a receiver says selectively: blocks behind a hole, the latest first (RFC 2018 §4), and once what came twice (RFC 2883 §4). */
export class SackReport {
  #duplicate: Block | undefined;
  /** Starts of what came last, the latest at the end. */
  #latest: number[] = [];

  /** A segment came that the receiver keeps. */
  took(from: number): void {
    this.#latest = [...this.#latest.filter((start) => start !== from), from];
  }

  /** A segment came that the receiver had already: the next ACK says so. */
  cameTwice(from: number, to: number): void {
    this.#duplicate = [from, to];
  }

  /** The blocks of an ACK that leaves now. `held` are the pieces behind a hole, in any order, touching or overlapping ones not yet joined. */
  take(held: readonly Block[]): { readonly sackBlocks: readonly Block[]; readonly hasDuplicateSack: boolean } {
    const blocks = joined(held);
    const newness = ([from, to]: Block) => this.#latest.findLastIndex((start) => start >= from && start < to);
    blocks.sort((a, b) => newness(b) - newness(a));
    const duplicate = this.#duplicate;
    this.#duplicate = undefined;
    return {
      sackBlocks: (duplicate === undefined ? blocks : [duplicate, ...blocks]).slice(0, MAX_BLOCKS),
      hasDuplicateSack: duplicate !== undefined,
    };
  }
}

function joined(pieces: readonly Block[]): Block[] {
  const blocks: Block[] = [];
  for (const [from, to] of pieces.toSorted(([a], [b]) => a - b)) {
    const last = blocks.at(-1);
    if (last === undefined || from > last[1]) blocks.push([from, to]);
    else blocks[blocks.length - 1] = [last[0], Math.max(last[1], to)];
  }
  return blocks;
}
