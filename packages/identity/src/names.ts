import type { OffsetNs } from "@weir/base";

/** Where a name comes from, strongest first: people's own list, the capture file's records, DNS answers seen on the wire. */
export const NAME_SOURCES = ["file", "capture", "dns"] as const;
export type NameSource = (typeof NAME_SOURCES)[number] | "address";

/** A name with its origin; `address` where nothing better is known and the address stands for itself. */
export interface ResolvedName {
  readonly name: string;
  readonly source: NameSource;
}

interface Learned {
  readonly source: (typeof NAME_SOURCES)[number];
  readonly name: string;
  readonly atNs: OffsetNs;
}

/** Addresses that are remembered; the one learned first is forgotten beyond it. */
const MAX_ADDRESSES = 100_000;
/** Names per address that are remembered: an address changes hands, but not all the time. */
const MAX_NAMES_PER_ADDRESS = 16;

/**
 * Says who is behind an address at a moment. Names keep their time: a connection from before an address changed hands
 * keeps the name that it had. What was learned only later still names what came before, where nothing else does.
 */
export class Names {
  readonly #byAddress = new Map<string, Learned[]>();

  /** Learns that `address` is called `name` from `atNs` on. */
  learn(source: Learned["source"], address: string, name: string, atNs: OffsetNs): void {
    const known = this.#byAddress.get(address);
    if (known === undefined) {
      if (this.#byAddress.size >= MAX_ADDRESSES) this.#forgetOldest();
      this.#byAddress.set(address, [{ source, name, atNs }]);
      return;
    }
    const last = known.findLast((entry) => entry.source === source);
    if (last?.name === name) return;
    known.push({ source, name, atNs });
    if (known.length > MAX_NAMES_PER_ADDRESS) known.shift();
  }

  /** The name of an address at a moment: by the strongest source, the latest name learned until then. */
  resolve(address: string, atNs: OffsetNs): ResolvedName {
    const known = this.#byAddress.get(address);
    if (known === undefined) return { name: address, source: "address" };
    for (const source of NAME_SOURCES) {
      const ofSource = known.filter((entry) => entry.source === source);
      const found = ofSource.findLast((entry) => entry.atNs <= atNs) ?? ofSource[0];
      if (found !== undefined) return { name: found.name, source };
    }
    return { name: address, source: "address" };
  }

  #forgetOldest(): void {
    const [oldest] = this.#byAddress.keys();
    if (oldest !== undefined) this.#byAddress.delete(oldest);
  }
}
