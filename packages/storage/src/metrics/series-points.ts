import { BlockReader, type WordColumn } from "./block-reader.ts";

/** Points of one series, in the order in which the store gave them. */
export interface SeriesPoints {
  /** What the series is, see `seriesIdentity`. */
  readonly identity: string;
  /** Unix milliseconds. */
  readonly times: Float64Array;
  readonly values: Float64Array;
  /** When it was said that it has no value any more, Unix milliseconds. */
  readonly ends: readonly number[];
}

interface Block {
  readonly series: WordColumn;
  readonly times: Float64Array;
  readonly values: Float64Array;
  readonly ended: Uint8Array;
  /** Which series each word is. */
  readonly numbers: Uint32Array;
}

/** A series while its points are counted and put in their place. */
interface Counted {
  readonly identity: string;
  readonly ends: number[];
  count: number;
  next: number;
}

/** The answer to `metricPointsSql`, series by series: first the points of each are counted, then written one behind the other into the same memory. */
export function pointsBySeries(answer: Uint8Array): SeriesPoints[] {
  const known = new Map<string, number>();
  const all: Counted[] = [];
  const blocks = [...readBlocks(answer, known, all)];
  for (const block of blocks) countPoints(block, all);
  let total = 0;
  for (const series of all) {
    series.next = total;
    total += series.count;
  }
  const [times, values] = [new Float64Array(total), new Float64Array(total)];
  for (const block of blocks) place(block, all, times, values);
  // A dictionary has words that no row uses.
  const used = all.filter(({ count, ends }) => count + ends.length > 0);
  return used.map(({ identity, ends, count, next }) => ({
    identity,
    times: times.subarray(next - count, next),
    values: values.subarray(next - count, next),
    ends,
  }));
}

function* readBlocks(answer: Uint8Array, known: Map<string, number>, all: Counted[]): Generator<Block> {
  const reader = new BlockReader(answer);
  for (let rows = reader.nextBlock(4); rows !== undefined; rows = reader.nextBlock(4)) {
    const series = reader.words();
    const numbers = Uint32Array.from(series.words, (identity) => {
      const number = known.get(identity) ?? all.push({ identity, ends: [], count: 0, next: 0 }) - 1;
      known.set(identity, number);
      return number;
    });
    yield { series, times: reader.numbers(), values: reader.numbers(), ended: reader.flags(), numbers };
  }
}

function countPoints({ series: { places }, times, ended, numbers }: Block, all: readonly Counted[]): void {
  for (let row = 0; row < places.length; row += 1) {
    const one = all[numbers[places[row] ?? 0] ?? 0];
    if (one === undefined) continue;
    if (ended[row] === 1) one.ends.push(times[row] ?? 0);
    else one.count += 1;
  }
}

function place(block: Block, all: readonly Counted[], times: Float64Array, values: Float64Array): void {
  const { places } = block.series;
  for (let row = 0; row < places.length; row += 1) {
    const one = all[block.numbers[places[row] ?? 0] ?? 0];
    if (one === undefined || block.ended[row] === 1) continue;
    times[one.next] = block.times[row] ?? 0;
    values[one.next] = block.values[row] ?? 0;
    one.next += 1;
  }
}
