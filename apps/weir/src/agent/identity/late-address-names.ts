import type { AddressName, Names } from "@weir/identity";

const NS_PER_MS = 1_000_000n;

/** Brings names with times of the calendar into an engine whose time begins with its first packet: what comes before that waits. */
export class LateAddressNames {
  readonly #names: Names;
  #waiting: readonly AddressName[] = [];

  constructor(names: Names) {
    this.#names = names;
  }

  /** True while names wait for the first packet. */
  get isWaiting(): boolean {
    return this.#waiting.length > 0;
  }

  /** Takes names; `startUnixNs` is absent while there is no packet. */
  learn(names: readonly AddressName[], startUnixNs: bigint | undefined): void {
    if (startUnixNs === undefined) {
      if (names.length > 0) this.#waiting = [...this.#waiting, ...names];
      return;
    }
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const list of [waiting, names])
      for (const { address, name, fromUnixMs } of list)
        this.#names.learn(
          "kubernetes",
          address,
          name,
          Number(BigInt(Math.round(fromUnixMs)) * NS_PER_MS - startUnixNs),
        );
  }
}
