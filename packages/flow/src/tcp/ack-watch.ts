import type { PackReader, PackWriter } from "@weir/base";
import { distance, plus } from "./sequence.ts";

/** When bytes that were passed on are, or were, acknowledged; undefined where that was before, nobody knows when. */
export type AckSight = { readonly atNs: number } | "awaited" | undefined;

/** What the other side of one direction has acknowledged, and which ends of messages somebody waits for: most often of none, and then nothing is kept. */
export class AckWatch {
  #highest = 0;
  #atNs = 0;
  #has = false;
  /** Ends that are waited for, ascending. */
  #awaited: number[] | undefined;

  /** The highest acknowledged sequence number; undefined before there is one. */
  get highest(): number | undefined {
    return this.#has ? this.#highest : undefined;
  }

  /** The stream begins anew. What was waited for will not come. */
  reset(): void {
    this.#has = false;
  }

  /** Takes an acknowledgement; returns false where it says nothing new. */
  take(sequence: number, atNs: number): boolean {
    if (this.#has && distance(this.#highest, sequence) <= 0) return false;
    this.#highest = sequence;
    this.#atNs = atNs;
    this.#has = true;
    return true;
  }

  /** Takes out the ends that are acknowledged by now, and says how many they are. */
  covered(): number {
    const awaited = this.#awaited;
    if (awaited === undefined) return 0;
    let count = 0;
    while (count < awaited.length && distance(awaited[count]!, this.#highest) >= 0) count += 1;
    if (count === awaited.length) this.#awaited = undefined;
    else if (count > 0) awaited.splice(0, count);
    return count;
  }

  /** True where somebody waits for an acknowledgement. */
  get isAwaited(): boolean {
    return this.#awaited !== undefined;
  }

  /** Writes what it is to know when it goes on; nobody may wait. `base` is a sequence number near its own. */
  rest(writer: PackWriter, base: number): void {
    writer.byte(this.#has ? 1 : 0);
    if (!this.#has) return;
    writer.int(distance(base, this.#highest));
    writer.double(this.#atNs, 0);
  }

  /** Reads what {@link rest} wrote, as a fresh one. */
  wake(reader: PackReader, base: number): void {
    if (reader.byte() === 0) return;
    this.take(plus(base, reader.int()), reader.double(0));
  }

  /** Waits for the acknowledgement of everything before `end`, unless it has come. Ends are given in ascending order. */
  await(end: number): AckSight {
    const beyond = this.#has ? distance(end, this.#highest) : -1;
    if (beyond > 0) return undefined;
    if (beyond === 0) return { atNs: this.#atNs };
    if (this.#awaited === undefined) this.#awaited = [end];
    else this.#awaited.push(end);
    return "awaited";
  }
}
