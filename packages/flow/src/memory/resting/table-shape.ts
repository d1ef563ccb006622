import type { PackReader, PackWriter } from "@weir/base";

/** Where a table's record has doubles, and where integers: doubles first, then integers, perhaps several times. */
export interface Layout {
  /** Where the part begins, as an offset in `ints`. */
  readonly from: number;
  readonly doubles: number;
  /** Integers behind the doubles, those that are not used included. */
  readonly ints: number;
}

/** Numbers that are near others of the same record, and written as the distance to them. */
export interface Neighbours {
  /** Offsets in `reals`: the double that others are near, and those others. */
  readonly doubles?: { readonly to: number; readonly of: readonly number[] };
  /** Offsets in `ints`: each is near the one it is mapped to, which is near none itself. */
  readonly ints?: ReadonlyMap<number, number>;
}

/** A record in the memory that holds it: `base` is its place in `ints`. */
export interface Placed {
  readonly ints: Int32Array;
  readonly reals: Float64Array;
  readonly base: number;
}

const BITS = 8;

/** Writes records of one table as what differs from a fresh one, and reads them back to the bit. */
export class TableShape {
  readonly #fresh: Int32Array;
  readonly #doubles: Int32Array;
  readonly #ints: Int32Array;
  readonly #neighbours: Neighbours;
  readonly #near: ReadonlySet<number>;
  readonly #differs: Uint8Array;

  /** `leftOut` are integers that are not written, as offsets: what is read back holds a fresh record's. */
  constructor(
    fresh: Int32Array,
    layout: readonly Layout[],
    neighbours: Neighbours = {},
    leftOut: readonly number[] = [],
  ) {
    this.#fresh = fresh;
    this.#doubles = Int32Array.from(layout.flatMap(({ from, doubles }) => span(from >> 1, doubles)));
    const ints = layout.flatMap(({ from, doubles, ints: count }) => span(from + doubles * 2, count));
    this.#ints = Int32Array.from(ints.filter((offset) => !leftOut.includes(offset)));
    this.#neighbours = neighbours;
    this.#near = new Set(neighbours.doubles?.of ?? []);
    this.#differs = new Uint8Array(Math.ceil((this.#doubles.length + this.#ints.length) / BITS));
  }

  write(writer: PackWriter, { ints, reals, base }: Placed): void {
    this.#compare(ints, base);
    for (const bits of this.#differs) writer.byte(bits);
    const { doubles: near, ints: nearInts } = this.#neighbours;
    const origin = near === undefined ? 0 : reals[(base >> 1) + near.to]!;
    let bit = 0;
    for (const offset of this.#doubles)
      if (this.#isSet(bit++)) writer.double(reals[(base >> 1) + offset]!, this.#near.has(offset) ? origin : 0);
    for (const offset of this.#ints) {
      if (!this.#isSet(bit++)) continue;
      const neighbour = nearInts?.get(offset);
      writer.int((ints[base + offset]! - (neighbour === undefined ? 0 : ints[base + neighbour]!)) | 0);
    }
  }

  /** Reads into a place, whatever stood there. */
  read(reader: PackReader, { ints, reals, base }: Placed): void {
    ints.set(this.#fresh, base);
    for (let at = 0; at < this.#differs.length; at += 1) this.#differs[at] = reader.byte();
    const { doubles: near, ints: nearInts } = this.#neighbours;
    let bit = 0;
    for (const offset of this.#doubles) {
      if (!this.#isSet(bit++)) continue;
      const origin = near !== undefined && this.#near.has(offset) ? reals[(base >> 1) + near.to]! : 0;
      reals[(base >> 1) + offset] = reader.double(origin);
    }
    for (const offset of this.#ints) if (this.#isSet(bit++)) ints[base + offset] = reader.int();
    if (nearInts === undefined) return;
    bit = this.#doubles.length;
    for (const offset of this.#ints) {
      const neighbour = this.#isSet(bit++) ? nearInts.get(offset) : undefined;
      if (neighbour !== undefined) ints[base + offset] = (ints[base + offset]! + ints[base + neighbour]!) | 0;
    }
  }

  /** Notes which numbers are not those of a fresh record: bit by bit, as there are zeros of two signs. */
  #compare(ints: Int32Array, base: number): void {
    this.#differs.fill(0);
    let bit = 0;
    for (const offset of this.#doubles) {
      const at = offset * 2;
      const isFresh = ints[base + at] === this.#fresh[at] && ints[base + at + 1] === this.#fresh[at + 1];
      if (!isFresh) this.#differs[bit >> 3]! |= 1 << (bit & 7);
      bit += 1;
    }
    for (const offset of this.#ints) {
      if (ints[base + offset] !== this.#fresh[offset]) this.#differs[bit >> 3]! |= 1 << (bit & 7);
      bit += 1;
    }
  }

  #isSet(bit: number): boolean {
    return (this.#differs[bit >> 3]! & (1 << (bit & 7))) !== 0;
  }
}

function span(from: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => from + index);
}
