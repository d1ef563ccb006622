import { setTimeout as sleep } from "node:timers/promises";
import type { ClusterChanges } from "@weir/http-contract";
import { CLUSTER_KINDS, type ClusterChange, type ClusterKind } from "@weir/identity";
import type { HubClient } from "../hub/hub-client.ts";
import type { ClusterSink, FollowedCluster } from "./followed-cluster.ts";

/** After a failure the next question waits so long, twice as long each time up to the most, half of it by chance. */
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;
/** A hub that began anew is asked for everything by all agents: their questions are spread over so long. */
const SPREAD_MS = 5_000;

export interface HubsClusterOptions {
  readonly hub: Pick<HubClient, "cluster">;
  /** Only pods and the node object of this node. */
  readonly node?: string | undefined;
  readonly sink: ClusterSink;
  /** Waits; returns early where the signal says so. Given, so that tests need not. */
  readonly pause?: (ms: number, signal: AbortSignal) => Promise<unknown>;
  /** From 0 to below 1. */
  readonly random?: () => number;
}

interface Counts {
  readonly known: Set<string>;
  lists: number;
  events: number;
}

/** The cluster as the hub tells of it: everything once, then what changes, by a question that is always open. What was told stays known while the hub is away. */
export class HubsCluster implements FollowedCluster {
  readonly #options: Required<Omit<HubsClusterOptions, "node">> & Pick<HubsClusterOptions, "node">;
  readonly #stop = new AbortController();
  readonly #kinds: Readonly<Record<ClusterKind, Counts>>;
  #running: Promise<void> = Promise.resolve();
  #run = "";
  #reached = 0;
  /** What a list from the first change on has told of so far; absent outside of one. */
  #present: Set<string> | undefined;
  #server = "";
  #isListed = false;
  #problem: string | undefined = "the hub has not answered yet";
  #lastHeardUnixMs: number | undefined;

  constructor({ hub, node, sink, pause = pauseFor, random = Math.random }: HubsClusterOptions) {
    this.#options = { hub, node, sink, pause, random };
    const counts = (): Counts => ({ known: new Set(), lists: 0, events: 0 });
    this.#kinds = { pods: counts(), services: counts(), endpointslices: counts(), nodes: counts() };
  }

  start(): void {
    this.#running = this.#follow(this.#stop.signal);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  get status(): FollowedCluster["status"] {
    const problem = this.#problem;
    const heard = { lastEventUnixMs: this.#lastHeardUnixMs, problem };
    const state = problem !== undefined ? "failing" : this.#present === undefined ? "watching" : "listing";
    const kinds = CLUSTER_KINDS.map((kind) => {
      const { known, lists, events } = this.#kinds[kind];
      return { kind, state, objects: known.size, lists, watches: 0, events, unreadable: 0, overLimit: 0, ...heard };
    });
    const isReachable = this.#isListed && problem === undefined;
    return { server: this.#server, node: this.#options.node, isListed: this.#isListed, isReachable, kinds };
  }

  async #follow(signal: AbortSignal): Promise<void> {
    const { hub, node, pause, random } = this.#options;
    let attempt = 0;
    while (!signal.aborted) {
      const listing = this.#present !== undefined;
      const answer = await hub.cluster({ run: this.#run, after: this.#reached, listing, node }, signal);
      if (signal.aborted) return;
      if (answer.kind === "failed") {
        this.#problem = answer.why;
        const wholeMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(attempt, 10));
        attempt += 1;
        await pause(wholeMs * (0.5 + random() / 2), signal);
        continue;
      }
      attempt = 0;
      const beginsAnew = answer.changes.isWhole && this.#isListed;
      this.#take(answer.changes);
      if (beginsAnew && answer.changes.hasMore) await pause(SPREAD_MS * random(), signal);
    }
  }

  #take({ run, server, isListed, problem, isWhole, reached, hasMore, changes }: ClusterChanges): void {
    if (isWhole) {
      this.#present = new Set();
      for (const kind of CLUSTER_KINDS) this.#kinds[kind].lists += 1;
    }
    this.#run = run;
    this.#reached = reached;
    this.#server = server;
    this.#problem = problem;
    this.#lastHeardUnixMs = Date.now();
    for (const change of changes) this.#note(change);
    const gone = hasMore ? [] : this.#missing();
    if (changes.length + gone.length > 0) this.#options.sink([...changes, ...gone]);
    if (!hasMore) this.#isListed = isListed;
  }

  #note({ kind, key, object }: ClusterChange): void {
    const counts = this.#kinds[kind];
    counts.events += 1;
    if (object === undefined) counts.known.delete(key);
    else {
      counts.known.add(key);
      this.#present?.add(`${kind} ${key}`);
    }
  }

  /** The list is whole: what was known and is not in it is gone. */
  #missing(): ClusterChange[] {
    const present = this.#present;
    if (present === undefined) return [];
    this.#present = undefined;
    const gone: ClusterChange[] = [];
    for (const kind of CLUSTER_KINDS)
      for (const key of this.#kinds[kind].known) {
        if (present.has(`${kind} ${key}`)) continue;
        this.#kinds[kind].known.delete(key);
        gone.push({ kind, key, atUnixMs: Date.now() });
      }
    return gone;
  }
}

function pauseFor(ms: number, signal: AbortSignal): Promise<unknown> {
  return sleep(ms, undefined, { signal, ref: false }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}
