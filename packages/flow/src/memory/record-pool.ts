import { IntStack } from "./int-stack.ts";

/** Records per block: small enough that a tiny capture pays little, large enough that blocks are few. */
const BLOCK_BITS = 9;
const BLOCK_RECORDS = 1 << BLOCK_BITS;
const BLOCK_MASK = BLOCK_RECORDS - 1;
/** What stands in the place of a block whose memory was given back. */
const NOTHING = new Int32Array(0);
const NO_REALS = new Float64Array(0);

/**
 * Records of fixed size in typed memory. With a million connections an engine is bound by cache misses: a record that lies together costs a few of
 * them, an object with a boxed double per time stamp costs dozens, and keeps the garbage collector busy. Memory grows block by block, so that nothing
 * is ever copied, and records that were given back are used again; {@link trim} gives whole blocks back. HOT PATH: {@link RecordPool.select}.
 *
 * Invariants:
 * - A record is named by a number; 0 is a real one. {@link select} makes its block the current one and gives its base.
 * - `ints` and `reals` are the current block seen as 32-bit integers and as doubles: valid until the next `select` or `allocate` of this pool.
 * - The base is the record's index in `ints`, and even: `base >> 1` is its index in `reals`.
 */
export class RecordPool {
  ints: Int32Array;
  reals: Float64Array;
  readonly #strideInts: number;
  readonly #fresh: Int32Array;
  readonly #blocks: Int32Array[] = [];
  readonly #realBlocks: Float64Array[] = [];
  /** Records of each block that are in use. */
  readonly #inUse: number[] = [];
  /** Blocks whose memory was given back. */
  #blocksAway = 0;
  readonly #free = new IntStack();
  /** Records that exist, those that were given back included. */
  used = 0;

  /** `fresh` is what a record holds before anything happened; its length, in 32-bit integers and even, is the records' size. */
  constructor(fresh: Int32Array) {
    this.#strideInts = fresh.length;
    this.#fresh = fresh;
    this.ints = new Int32Array(0);
    this.reals = new Float64Array(0);
  }

  /** Bytes of memory that the pool holds. */
  get bytes(): number {
    return (this.#blocks.length - this.#blocksAway) * BLOCK_RECORDS * this.#strideInts * 4;
  }

  /** Makes the record's block the current one; returns the record's base in it. */
  select(record: number): number {
    const block = record >>> BLOCK_BITS;
    this.ints = this.#blocks[block]!;
    this.reals = this.#realBlocks[block]!;
    return (record & BLOCK_MASK) * this.#strideInts;
  }

  /** A fresh record, selected; returns its number. */
  allocate(): number {
    const record = this.#free.pop() ?? this.used++;
    const block = record >>> BLOCK_BITS;
    if (block === this.#blocks.length) this.#addBlock();
    else if (this.#blocks[block] === NOTHING) this.#bringBack(block);
    this.#inUse[block]! += 1;
    const base = this.select(record);
    this.ints.set(this.#fresh, base);
    return record;
  }

  /** Gives a record back; its numbers are gone. */
  release(record: number): void {
    this.#inUse[record >>> BLOCK_BITS]! -= 1;
    this.#free.push(record);
  }

  /** Gives the memory of blocks back of which no record is in use. */
  trim(): void {
    for (let block = 0; block < this.#blocks.length; block += 1) {
      if (this.#inUse[block] !== 0 || this.#blocks[block] === NOTHING) continue;
      this.#blocks[block] = NOTHING;
      this.#realBlocks[block] = NO_REALS;
      this.#blocksAway += 1;
    }
  }

  #addBlock(): void {
    this.#blocksAway += 1;
    this.#inUse.push(0);
    this.#bringBack(this.#blocks.push(NOTHING) - 1);
  }

  #bringBack(block: number): void {
    const ints = new Int32Array(BLOCK_RECORDS * this.#strideInts);
    this.#blocks[block] = ints;
    this.#realBlocks[block] = new Float64Array(ints.buffer);
    this.#blocksAway -= 1;
  }
}
