import type { OffsetNs } from "@weir/base";
import { canonicalAddress, isAddress } from "./canonical-address.ts";

/**
 * Where a name comes from, strongest first:
 * - `file`: people's own list; what they say is right.
 * - `kubernetes`: what a cluster's objects say: whose pod, Service or node it was then.
 * - `capture`: name resolution records of the capture file, as the capturing side resolved them.
 * - `dns`: an answer seen on the wire; the name that was asked, not where a CNAME led.
 * - `sni`: the server name that a TLS client asked this address for: a hint, many names share one address.
 * - `host`: the Host that an HTTP client asked this address for: a hint, and the client may write anything.
 */
export const NAME_SOURCES = ["file", "kubernetes", "capture", "dns", "sni", "host"] as const;
export type NameSource = (typeof NAME_SOURCES)[number];

/** Sources that say less about a connection's server than what its own client asked for. */
const HINTS: ReadonlySet<string> = new Set(["sni", "host", "address"]);

/** A name with its origin; `address` where nothing better is known and the address stands for itself. */
export interface ResolvedName {
  readonly name: string;
  readonly source: NameSource | "address";
}

interface Learned {
  readonly name: string;
  readonly atNs: OffsetNs;
}

/** What was learned of one address: per source, by time. */
type History = Partial<Record<NameSource, Learned[]>>;

export interface NamesLimits {
  /** Addresses that the wire named and that are remembered; the one learned first is forgotten beyond it. */
  readonly addresses: number;
  /** Addresses named by people, a cluster or the capture file; never forgotten, further ones are not taken. */
  readonly givenAddresses: number;
  /** Names per address and source: an address changes hands, but not all the time. The oldest is forgotten. */
  readonly namesPerAddress: number;
}

const DEFAULT_LIMITS: NamesLimits = { addresses: 100_000, givenAddresses: 100_000, namesPerAddress: 16 };
/** What a host name is made of (RFC 952, RFC 1123; underscores are common). Clients write other things into a Host as well. */
const HOST_NAME = /^[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?$/;
/** Hints of which it is kept what name they are: clients ask for the same few again and again. */
const MAX_KEPT_HINTS = 1_000;
/** The longest name that DNS allows (RFC 1035, section 2.3.4); longer text is no name. */
const MAX_NAME_LENGTH = 253;

/**
 * Says who is behind an address at a moment. Names keep their time: a connection from before an address changed hands
 * keeps the name that it had. What was learned only later still names what came before, where nothing else does.
 */
export class Names {
  readonly #limits: NamesLimits;
  /** From `file`, `kubernetes` and `capture`: few and wanted, so that no flood of DNS answers pushes them out. */
  readonly #given = new Map<string, History>();
  readonly #seen = new Map<string, History>();
  /** Names that were not taken or were forgotten because of a limit. */
  dropped = 0;
  #changes = 0;
  /** What hints are as names, by source. */
  readonly #hinted = { sni: new Map<string, string | undefined>(), host: new Map<string, string | undefined>() };

  constructor(limits: Partial<NamesLimits> = {}) {
    this.#limits = { ...DEFAULT_LIMITS, ...limits };
  }

  /** Learns that `address` is called `name` from `atNs` on. What is no name (empty, too long, an address) is ignored. */
  learn(source: NameSource, address: string, name: string, atNs: OffsetNs): void {
    const clean = source === "sni" || source === "host" ? this.#nameOfHint(source, name) : cleanName(source, name);
    if (clean === undefined) return;
    const isGiven = source === "file" || source === "kubernetes" || source === "capture";
    const history = this.#historyFor(isGiven, isGiven ? canonicalAddress(address) : address);
    if (history === undefined) return;
    const known = history[source];
    if (known === undefined) {
      history[source] = [{ name: clean, atNs }];
      this.#changes += 1;
    } else this.#insert(known, { name: clean, atNs });
  }

  /** How often what is known has changed: while it stays the same, so does every answer. */
  get changes(): number {
    return this.#changes;
  }

  /** The name of an address at a moment: by the strongest source, the latest name learned until then. */
  resolve(address: string, atNs: OffsetNs): ResolvedName {
    const given = this.#given.get(address);
    const seen = this.#seen.get(address);
    for (const source of NAME_SOURCES) {
      const known = given?.[source] ?? seen?.[source];
      const found = known?.findLast((entry) => entry.atNs <= atNs) ?? known?.[0];
      if (found !== undefined) return { name: found.name, source };
    }
    return { name: address, source: "address" };
  }

  /**
   * The name of the server of one connection whose client asked for `hinted` (its SNI or Host). Many names share an address, so that what this
   * client asked for is better than what others did; what people, the capture or DNS say is better still.
   */
  resolveServer(address: string, atNs: OffsetNs, hinted: string | undefined): ResolvedName {
    const known = this.resolve(address, atNs);
    if (hinted === undefined || !HINTS.has(known.source)) return known;
    const name = this.#nameOfHint("host", hinted);
    return name === undefined ? known : { name, source: known.source === "sni" ? "sni" : "host" };
  }

  #nameOfHint(source: "sni" | "host", hint: string): string | undefined {
    const known = this.#hinted[source];
    const kept = known.get(hint);
    if (kept !== undefined || known.has(hint)) return kept;
    if (known.size >= MAX_KEPT_HINTS) known.clear();
    const name = cleanName(source, hint);
    known.set(hint, name);
    return name;
  }

  #historyFor(isGiven: boolean, address: string): History | undefined {
    const byAddress = isGiven ? this.#given : this.#seen;
    const known = byAddress.get(address);
    if (known !== undefined) return known;
    if (byAddress.size >= (isGiven ? this.#limits.givenAddresses : this.#limits.addresses)) {
      this.dropped += 1;
      if (isGiven) return undefined;
      for (const oldest of byAddress.keys()) {
        byAddress.delete(oldest);
        break;
      }
    }
    const history: History = {};
    byAddress.set(address, history);
    return history;
  }

  /** Keeps the history in order of time; the same name again begins nothing new. */
  #insert(known: Learned[], learned: Learned): void {
    const at = known.findLastIndex((entry) => entry.atNs <= learned.atNs) + 1;
    if (known[at - 1]?.name === learned.name) return;
    known.splice(at, 0, learned);
    this.#changes += 1;
    if (known.length <= this.#limits.namesPerAddress) return;
    known.shift();
    this.dropped += 1;
  }
}

/** A name as it is shown. Names from the wire: lower case, without the root's dot and a port (RFC 4343: case says nothing). */
function cleanName(source: NameSource, name: string): string | undefined {
  const isFromWire = source === "dns" || source === "sni" || source === "host";
  const bare = source === "host" ? name.replace(/:\d+$/, "") : name;
  const clean = isFromWire ? bare.trim().toLowerCase().replace(/\.$/, "") : bare.trim();
  if (clean === "" || clean.length > MAX_NAME_LENGTH) return undefined;
  if ((source === "sni" || source === "host") && !HOST_NAME.test(clean)) return undefined;
  return isFromWire && isAddress(clean) ? undefined : clean;
}
