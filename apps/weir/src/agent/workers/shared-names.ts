import { type NameSource, Names } from "@weir/identity";
import type { LearnedName } from "../messages.ts";

/** Names that wait to be told at most; further ones stay with who has learned them. */
const MAX_WAITING = 10_000;
const NS_PER_MS = 1e6;

interface Waiting {
  readonly source: NameSource;
  readonly address: string;
  readonly name: string;
  readonly atNs: number;
}

/** Names that one worker's packets tell, for the others: the answer of DNS comes to one, and the connection that it is asked for to another. */
export class SharedNames {
  #waiting: Waiting[] = [];

  /** Notes a name. */
  note(waiting: Waiting): void {
    if (this.#waiting.length < MAX_WAITING) this.#waiting.push(waiting);
  }

  /** What was noted since it was asked last, with times of the calendar. `startUnixNs` is the time of the first packet. */
  take(startUnixNs: bigint): readonly LearnedName[] {
    if (this.#waiting.length === 0) return [];
    const startUnixMs = Number(startUnixNs) / NS_PER_MS;
    const told = this.#waiting.map(({ atNs, ...known }) => ({ ...known, fromUnixMs: startUnixMs + atNs / NS_PER_MS }));
    this.#waiting = [];
    return told;
  }
}

/** The names of one worker, which tells others what the wire has told it. */
export class ToldNames extends Names {
  readonly #shared: SharedNames | undefined;

  /** `shared` is absent where there are no others. */
  constructor(shared: SharedNames | undefined) {
    super();
    this.#shared = shared;
  }

  override learn(source: NameSource, address: string, name: string, atNs: number): void {
    super.learn(source, address, name, atNs);
    if (source === "dns") this.#shared?.note({ source, address, name, atNs });
  }

  /** Learns what others have told: it is not told again. */
  learnFromOthers(source: NameSource, address: string, name: string, atNs: number): void {
    super.learn(source, address, name, atNs);
  }
}
