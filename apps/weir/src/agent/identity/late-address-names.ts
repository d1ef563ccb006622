import type { Names } from "@weir/identity";
import type { LearnedName } from "../messages.ts";

const NS_PER_MS = 1_000_000n;

/** Brings names with times of the calendar into an engine whose time begins with its first packet: what comes before that waits. */
export class LateAddressNames {
  readonly #learn: Names["learn"];
  #waiting: readonly LearnedName[] = [];

  /** `learn` takes those whose time has a place. */
  constructor(learn: Names["learn"]) {
    this.#learn = learn;
  }

  /** True while names wait for the first packet. */
  get isWaiting(): boolean {
    return this.#waiting.length > 0;
  }

  /** Takes names; `startUnixNs` is absent while there is no packet. */
  learn(names: readonly LearnedName[], startUnixNs: bigint | undefined): void {
    if (startUnixNs === undefined) {
      if (names.length > 0) this.#waiting = [...this.#waiting, ...names];
      return;
    }
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const list of [waiting, names])
      for (const { address, name, fromUnixMs, source = "kubernetes" } of list)
        this.#learn(source, address, name, Number(BigInt(Math.round(fromUnixMs)) * NS_PER_MS - startUnixNs));
  }
}
