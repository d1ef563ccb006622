import { BEGINNINGS_PER_PACKET } from "@weir/flow";

/**
 * The stream numbers of a whole capture, of one transport: shares name each stream by the packet that began it, and a stream's number is how many began
 * before it. That is known once all shares are past that packet.
 */
export class StreamNumbers {
  /** Streams whose number is known, in order. */
  #ranked = new Int32Array(1 << 10);
  #count = 0;
  /** Streams that began beyond what all shares have read, by share; each share's in order. */
  readonly #waiting: Int32Array[][];

  constructor(shares: number) {
    this.#waiting = Array.from({ length: shares }, () => []);
  }

  /** Takes the streams that a share says have begun, in order. */
  add(share: number, streams: Int32Array): void {
    if (streams.length > 0) this.#waiting[share]?.push(streams);
  }

  /** All shares are done with so many packets: the streams that began in them have their numbers now. */
  rank(packets: number): void {
    const end = (packets + 1) * BEGINNINGS_PER_PACKET;
    const ready = this.#waiting.flatMap((waiting) => takeBelow(waiting, end));
    if (ready.length === 0) return;
    const from = this.#count;
    this.#reserve(ready.reduce((sum, { length }) => sum + length, from));
    for (const streams of ready) {
      this.#ranked.set(streams, this.#count);
      this.#count += streams.length;
    }
    this.#ranked.subarray(from, this.#count).sort();
  }

  /** The number of a stream in the whole capture; undefined where it is not known yet. */
  numberOf(stream: number): number | undefined {
    const ranked = this.#ranked;
    let low = 0;
    for (let high = this.#count; low < high; ) {
      const middle = (low + high) >>> 1;
      if ((ranked[middle] ?? 0) < stream) low = middle + 1;
      else high = middle;
    }
    return low < this.#count && ranked[low] === stream ? low : undefined;
  }

  #reserve(count: number): void {
    if (count <= this.#ranked.length) return;
    const larger = new Int32Array(Math.max(count, Math.ceil(this.#ranked.length * 1.5)));
    larger.set(this.#ranked);
    this.#ranked = larger;
  }
}

/** Takes what is below `end` off the front of lists that are in order. */
function takeBelow(waiting: Int32Array[], end: number): Int32Array[] {
  const taken: Int32Array[] = [];
  for (let first = waiting[0]; first !== undefined; first = waiting[0]) {
    const beyond = first.findIndex((stream) => stream >= end);
    if (beyond < 0) {
      taken.push(first);
      waiting.shift();
      continue;
    }
    taken.push(first.subarray(0, beyond));
    waiting[0] = first.subarray(beyond);
    break;
  }
  return taken;
}
