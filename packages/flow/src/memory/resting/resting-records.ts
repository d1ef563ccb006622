import { IntStack } from "../int-stack.ts";

const FIRST_CAPACITY = 1 << 10;
const GROWTH = 1.25;
/** What stands for the place of a record that rests, and of one that was given back. */
const RESTS = -1;
const GONE = -2;

/**
 * Which of the connections' records stand in typed memory, and what is left of those that rest. A record keeps its number when it goes to rest and when it
 * wakes; its place in typed memory is another's meanwhile.
 */
export class RestingRecords {
  #places = new Int32Array(FIRST_CAPACITY);
  readonly #texts: string[] = [];
  readonly #free = new IntStack();
  /** Records that exist, those that were given back included. */
  used = 0;
  /** How many rest, and characters of what is left of them. */
  count = 0;
  #characters = 0;

  /** Bytes of memory held, as nearly as can be told: a text has a head of 16 bytes, and is named by 8. */
  get bytes(): number {
    return this.#places.byteLength + this.#characters + this.count * 24;
  }

  /** A number for a new record at a place. */
  add(place: number): number {
    const record = this.#free.pop() ?? this.used++;
    if (record === this.#places.length) this.#grow();
    this.#places[record] = place;
    return record;
  }

  /** The record's place in typed memory; negative where it has none. */
  placeOf(record: number): number {
    return this.#places[record]!;
  }

  /** The record is given back. It must not rest. */
  remove(record: number): void {
    this.#places[record] = GONE;
    this.#free.push(record);
  }

  isGone(record: number): boolean {
    return this.#places[record] === GONE;
  }

  /** The record goes to rest; `text` is all that is left of it. */
  rest(record: number, text: string): void {
    this.#places[record] = RESTS;
    this.#texts[record] = text;
    this.count += 1;
    this.#characters += text.length;
  }

  /** What is left of a record that rests. */
  textOf(record: number): string {
    return this.#texts[record]!;
  }

  /** The record wakes, and has a place again. */
  wake(record: number, place: number): void {
    this.count -= 1;
    this.#characters -= this.textOf(record).length;
    this.#places[record] = place;
    this.#texts[record] = "";
  }

  #grow(): void {
    const larger = new Int32Array(Math.ceil(this.#places.length * GROWTH));
    larger.set(this.#places);
    this.#places = larger;
  }
}
