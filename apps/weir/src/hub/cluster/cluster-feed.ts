import type { ClusterChange } from "@weir/identity";

/** Objects of one answer at most. */
const PAGE_OBJECTS = 2_000;
/** Objects that are gone and are still told of, so that agents that come later name what was before; beyond it the one that went first is forgotten. */
const MAX_GONE = 50_000;
/** The list is tidied when as many of its places are empty as are full, and these. */
const EMPTY_PLACES = 1_000;

/** An object as it was told last. */
interface Told {
  readonly sequence: number;
  readonly key: string;
  /** The node that a pod or a node is of. */
  readonly node: string | undefined;
  readonly kind: ClusterChange["kind"];
  /** The object's JSON, and when it was learned. */
  readonly object: string;
  readonly atUnixMs: number;
  readonly goneUnixMs: number | undefined;
}

/** A place in the list: empty where its object was told of again. */
interface Slot {
  readonly sequence: number;
  told: Told | undefined;
}

/** What is asked for. */
export interface FeedQuestion {
  readonly run: string;
  readonly after: number;
  readonly node?: string | undefined;
  /** True in the middle of a list from the first change on. */
  readonly isListing?: boolean | undefined;
}

/** One page of changes; the changes are JSON already, as many agents ask for the same. */
export interface FeedPage {
  readonly isWhole: boolean;
  readonly reached: number;
  readonly hasMore: boolean;
  readonly changes: readonly string[];
}

/**
 * The objects of a cluster in the order in which they changed last, for whoever follows: each is told once, as it is now, to everybody who has an older state of it. Who has nothing
 * begins with the first; who has everything up to a number gets what came after it.
 */
export class ClusterFeed {
  /** Names this run of the hub. */
  readonly run: string;
  readonly #pageObjects: number;
  readonly #maxGone: number;
  #sequence = 0;
  #slots: Slot[] = [];
  readonly #slotOf = new Map<string, Slot>();
  /** Keys of those that are gone, the one that went first in front. */
  readonly #gone = new Set<string>();
  /** The last change that was forgotten: who has only older ones cannot be told what is gone, and begins anew. */
  #forgotten = 0;

  constructor(run: string, { pageObjects = PAGE_OBJECTS, maxGone = MAX_GONE } = {}) {
    this.run = run;
    this.#pageObjects = pageObjects;
    this.#maxGone = maxGone;
  }

  /** Takes changes in. True where there is something to tell: an object that is as it was, in all that is kept of it, is no news. */
  take(changes: readonly ClusterChange[]): boolean {
    const before = this.#sequence;
    for (const change of changes) this.#take(change);
    if (this.#slots.length > 2 * this.#slotOf.size + EMPTY_PLACES)
      this.#slots = this.#slots.filter(({ told }) => told !== undefined);
    return this.#sequence > before;
  }

  /** True where the question's answer has changes. */
  hasMoreFor({ run, after }: FeedQuestion): boolean {
    return run !== this.run || after < this.#sequence;
  }

  /** What came after what somebody has: all, where that is of another run, or too old. */
  page({ run, after, node, isListing = false }: FeedQuestion): FeedPage {
    const knows = run === this.run && (isListing || after >= this.#forgotten);
    const from = knows ? after : 0;
    const changes: string[] = [];
    let reached = from;
    let at = firstAfter(this.#slots, from);
    for (let objects = 0; at < this.#slots.length && objects < this.#pageObjects; at += 1) {
      const slot = this.#slots[at];
      if (slot === undefined) break;
      reached = slot.sequence;
      if (slot.told === undefined || !isOf(slot.told, node)) continue;
      changes.push(...jsonOf(slot.told));
      objects += 1;
    }
    return { isWhole: from === 0, reached, hasMore: at < this.#slots.length, changes };
  }

  #take(change: ClusterChange): void {
    const { kind, key, atUnixMs, object } = change;
    const id = `${kind} ${key}`;
    const before = this.#slotOf.get(id)?.told;
    if (object === undefined) {
      if (before === undefined || before.goneUnixMs !== undefined) return;
      this.#put(id, { ...before, goneUnixMs: atUnixMs });
      this.#gone.add(id);
      this.#forgetGone();
      return;
    }
    const json = JSON.stringify(object);
    if (before?.object === json && before.goneUnixMs === undefined) return;
    this.#gone.delete(id);
    this.#put(id, { key, kind, node: nodeOf(change), object: json, atUnixMs, goneUnixMs: undefined });
  }

  #put(id: string, what: Omit<Told, "sequence">): void {
    this.#sequence += 1;
    const before = this.#slotOf.get(id);
    if (before !== undefined) before.told = undefined;
    const slot = { sequence: this.#sequence, told: { ...what, sequence: this.#sequence } };
    this.#slots.push(slot);
    this.#slotOf.set(id, slot);
  }

  #forgetGone(): void {
    for (const oldest of this.#gone) {
      if (this.#gone.size <= this.#maxGone) return;
      const slot = this.#slotOf.get(oldest);
      this.#gone.delete(oldest);
      this.#slotOf.delete(oldest);
      if (slot === undefined) continue;
      slot.told = undefined;
      this.#forgotten = Math.max(this.#forgotten, slot.sequence);
    }
  }
}

/** Pods and nodes are of a node, pods without one of none; Services and their endpoints are everybody's. */
function nodeOf({ kind, object }: ClusterChange): string | undefined {
  if (kind === "pods") return object?.node ?? "";
  return kind === "nodes" ? object?.name : undefined;
}

function isOf(told: Told, node: string | undefined): boolean {
  return node === undefined || told.node === undefined || told.node === node;
}

/** An object that is gone is told of as it was, and then that it is gone: who comes later knows whose its addresses were. */
function jsonOf({ kind, key, object, atUnixMs, goneUnixMs }: Told): string[] {
  const head = `{"kind":"${kind}","key":${JSON.stringify(key)},"atUnixMs":`;
  const put = `${head}${atUnixMs},"object":${object}}`;
  return goneUnixMs === undefined ? [put] : [put, `${head}${goneUnixMs}}`];
}

/** The first place behind a number, by halving. */
function firstAfter(slots: readonly Slot[], sequence: number): number {
  let low = 0;
  let high = slots.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((slots[middle]?.sequence ?? 0) <= sequence) low = middle + 1;
    else high = middle;
  }
  return low;
}
