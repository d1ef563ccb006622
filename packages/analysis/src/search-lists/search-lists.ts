import { NS_PER_MS } from "@weir/base";
import type { Call } from "@weir/model";
import { forgetOldest } from "../forget-oldest.ts";

/** A resolver goes on with the next name of its list as soon as it knows that there is none; a person, or another program, takes longer. */
const LONGEST_PAUSE_NS = BigInt(100 * NS_PER_MS);
/** Questions that were answered in vain and may be followed by another step, and clients whose lists are known. */
const MAX_WAITING = 4096;
const MAX_CLIENTS = 4096;
/** Suffixes of one client that are remembered. */
const MAX_SUFFIXES = 64;

/** A question that was asked in vain, and what is known of the list that it is a step of. */
interface Step {
  readonly labels: readonly string[];
  readonly endNs: bigint;
  readonly step: number;
}

/** What is known of a client's search list. */
interface SearchList {
  /** Suffixes that a list began with. */
  readonly first: Set<string>;
  /** Which suffix followed which, and for what name: twice, with different names, is no chance. */
  readonly follows: Map<string, string>;
}

/**
 * Tells which questions are steps of a resolver's search list (resolv.conf(5), RFC 1535): the resolver was asked for one name, and tries it with one suffix
 * after the other. A step is known by the one before it: the same client asks the same server for the same type, at once after an answer in vain, for
 * a name that begins alike and goes on with the rest of the suffix, with none, or with one that followed it before. What nothing came before is a step
 * only where the client's list is known to begin so.
 */
export class SearchLists {
  readonly #waiting = new Map<string, Step>();
  readonly #lists = new Map<string, SearchList>();

  /** Takes a call and returns it, with what it is a step of where it is one. */
  call(call: Call): Call {
    if (call.protocol !== "dns" || call.attributes["weir.call.initiator"] === "server") return call;
    const key = `${call.clientAddress} ${call.serverAddress} ${call.operation}`;
    const before = this.#waiting.get(key);
    this.#waiting.delete(key);
    const labels = labelsOf(call.target);
    const name = before === undefined ? undefined : this.#nameAfter(call, labels, before);
    const step = name === undefined || before === undefined ? 1 : before.step + 1;
    if (isInVain(call)) this.#wait(key, { labels, endNs: endOf(call), step });
    if (name !== undefined) return asStep(call, name, step);
    const first = isInVain(call) ? this.#nameOfFirst(call, labels) : undefined;
    return first === undefined ? call : asStep(call, first, 1);
  }

  /** The name that both steps are about; undefined where they are none of one list. */
  #nameAfter(call: Call, labels: readonly string[], before: Step): string | undefined {
    const pauseNs = call.startedAt - before.endNs;
    if (pauseNs < 0n || pauseNs > LONGEST_PAUSE_NS) return undefined;
    const common = commonLabels(before.labels, labels);
    if (common === 0 || common === before.labels.length) return undefined;
    const name = labels.slice(0, common).join(".");
    const [suffix, next] = [before.labels.slice(common).join("."), labels.slice(common).join(".")];
    const list = this.#listOf(call.clientAddress);
    const isRest = next === "" || suffix.endsWith(`.${next}`);
    if (!isRest && !this.#hasFollowed(list, `${suffix} ${next}`, name)) return undefined;
    if (before.step === 1 && list.first.size < MAX_SUFFIXES) list.first.add(suffix);
    return name;
  }

  /** Whether a suffix followed another one before, for another name; remembers that it does now. */
  #hasFollowed({ follows }: SearchList, pair: string, name: string): boolean {
    const known = follows.get(pair);
    if (known === undefined && follows.size < MAX_SUFFIXES) follows.set(pair, name);
    return known !== undefined && known !== name;
  }

  /** The name without the suffix with which the client's list begins; undefined where it has none of those. */
  #nameOfFirst(call: Call, labels: readonly string[]): string | undefined {
    const first = this.#lists.get(call.clientAddress)?.first;
    if (first === undefined) return undefined;
    for (let count = 1; count < labels.length; count += 1)
      if (first.has(labels.slice(count).join("."))) return labels.slice(0, count).join(".");
    return undefined;
  }

  #listOf(client: string): SearchList {
    const known = this.#lists.get(client);
    if (known !== undefined) return known;
    const list: SearchList = { first: new Set(), follows: new Map() };
    forgetOldest(this.#lists, MAX_CLIENTS);
    this.#lists.set(client, list);
    return list;
  }

  #wait(key: string, step: Step): void {
    forgetOldest(this.#waiting, MAX_WAITING);
    this.#waiting.set(key, step);
  }
}

function labelsOf(name: string): readonly string[] {
  return name.toLowerCase().replace(/\.$/, "").split(".");
}

function commonLabels(a: readonly string[], b: readonly string[]): number {
  let count = 0;
  while (count < a.length && count < b.length && a[count] === b[count]) count += 1;
  return count;
}

/** No such name, or none of this type: the resolver goes on with its list. What did not fit is asked again over TCP instead. */
function isInVain({ statusCode, attributes }: Call): boolean {
  if (attributes["weir.dns.truncated"] === "true") return false;
  return statusCode === "NXDOMAIN" || (statusCode === "NOERROR" && attributes["dns.answers"] === undefined);
}

function endOf({ startedAt, durationNs = 0 }: Call): bigint {
  return startedAt + BigInt(Math.round(durationNs));
}

function asStep(call: Call, name: string, step: number): Call {
  return {
    ...call,
    attributes: {
      ...call.attributes,
      "weir.dns.search.name": name,
      "weir.dns.search.step": String(step),
      "weir.dns.search.wasted": String(step - 1),
    },
  };
}
