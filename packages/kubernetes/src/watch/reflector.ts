import type { ClusterChange, ClusterKind } from "@weir/identity";
import { ApiFailure, HttpStatus } from "../api/api-failure.ts";
import type { ClusterAccess } from "../api/kube-config.ts";
import { listPages } from "../api/list.ts";
import { REDUCERS } from "../api/objects.ts";
import { type WatchEvent, watchEvents } from "../api/watch-events.ts";
import { askedWaitMs, backOffMs, type Gate, type Pacing } from "./pacing.ts";

/** Where the kinds of objects are. */
const PATHS: Readonly<Record<ClusterKind, string>> = {
  pods: "/api/v1/pods",
  services: "/api/v1/services",
  endpointslices: "/apis/discovery.k8s.io/v1/endpointslices",
  nodes: "/api/v1/nodes",
};
/** A watch is asked to last so long, and by chance up to twice as long: then it is begun anew where it was. */
const WATCH_SECONDS = 300;
/** A watch that ends sooner than this is a failure: it is not begun anew at once. */
const SHORT_WATCH_MS = 1_000;
/** When a version is gone it is so for all who watch: their new lists are spread over so long. */
const RELIST_SPREAD_MS = 5_000;
/** Objects of a kind that are followed at most. */
const MAX_OBJECTS = 200_000;

/** How following one kind of objects goes. */
export interface ReflectorStatus {
  readonly kind: ClusterKind;
  readonly state: "waiting" | "listing" | "watching" | "failing";
  /** True where it was listed whole at least once. */
  readonly isListed: boolean;
  readonly objects: number;
  readonly lists: number;
  readonly watches: number;
  readonly events: number;
  readonly bookmarks: number;
  /** Objects and lines that could not be read, and objects beyond the limit. */
  readonly unreadable: number;
  readonly overLimit: number;
  /** When the server was last heard of, in Unix milliseconds. */
  readonly lastEventUnixMs?: number | undefined;
  /** What went wrong last, while it is not over. */
  readonly problem?: string | undefined;
}

export interface ReflectorOptions {
  readonly access: ClusterAccess;
  readonly kind: ClusterKind;
  readonly fieldSelector?: string | undefined;
  /** Lists pass through it one by one. */
  readonly gate: Gate;
  readonly pacing: Pacing;
  readonly sink: (changes: readonly ClusterChange[]) => void;
}

/**
 * Follows one kind of objects: one list, then a watch from its version on. A watch that breaks off goes on where it was; only a version that the server no longer
 * has (410 Gone) makes a new list, after a pause that chance decides.
 * (https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes)
 */
export class Reflector {
  readonly #options: ReflectorOptions;
  /** By uid: the version that is known. */
  readonly #known = new Map<string, string>();
  #version: string | undefined;
  #isListed = false;
  #attempt = 0;
  #state: ReflectorStatus["state"] = "waiting";
  #problem: string | undefined;
  #lastEventUnixMs: number | undefined;
  #counts = { lists: 0, watches: 0, events: 0, bookmarks: 0, unreadable: 0, overLimit: 0 };

  constructor(options: ReflectorOptions) {
    this.#options = options;
  }

  get status(): ReflectorStatus {
    return {
      kind: this.#options.kind,
      state: this.#state,
      isListed: this.#isListed,
      objects: this.#known.size,
      ...this.#counts,
      lastEventUnixMs: this.#lastEventUnixMs,
      problem: this.#problem,
    };
  }

  /** Follows until the signal. */
  async run(signal: AbortSignal): Promise<void> {
    const { gate, pacing } = this.#options;
    while (!signal.aborted) {
      try {
        if (this.#version === undefined) await gate.pass(() => this.#list(signal));
        else await this.#watch(this.#version, signal);
      } catch (error) {
        if (!(error instanceof ApiFailure)) throw error;
        if (!signal.aborted) await pacing.pause(this.#failed(error), signal);
      }
    }
    this.#state = "waiting";
  }

  /** Notes a failure; how long to wait after it. */
  #failed(failure: ApiFailure): number {
    const { access, kind, pacing } = this.#options;
    this.#state = "failing";
    this.#problem = problemOf(failure, kind);
    if (failure.isGone) this.#version = undefined;
    if (failure.status === HttpStatus.unauthorized) access.reload();
    this.#attempt += 1;
    const random = () => pacing.random();
    const { retryAfterMs } = failure;
    if (retryAfterMs !== undefined) return askedWaitMs(retryAfterMs, random);
    const spreadMs = failure.isGone ? Math.round(RELIST_SPREAD_MS * random()) : 0;
    return backOffMs(this.#attempt - 1, random) + spreadMs;
  }

  async #list(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const { access, kind, fieldSelector } = this.#options;
    this.#state = "listing";
    this.#counts.lists += 1;
    const present = new Set<string>();
    let version = "";
    for await (const page of listPages(access, PATHS[kind], fieldSelector, signal)) {
      version = page.version;
      this.#heard();
      this.#tell(page.items.flatMap((item) => this.#changed(item, present)));
    }
    this.#tell([...this.#known.keys()].flatMap((uid) => (present.has(uid) ? [] : this.#gone(uid))));
    this.#version = version;
    this.#isListed = true;
    this.#succeeded();
  }

  async #watch(resourceVersion: string, signal: AbortSignal): Promise<void> {
    const { access, kind, fieldSelector, pacing } = this.#options;
    const timeoutSeconds = Math.round(WATCH_SECONDS * (1 + pacing.random()));
    const startedAtMs = pacing.now();
    this.#counts.watches += 1;
    const query = { resourceVersion, fieldSelector, timeoutSeconds };
    const listener = {
      opened: () => {
        this.#state = "watching";
        this.#problem = undefined;
        this.#heard();
      },
      unreadable: () => {
        this.#counts.unreadable += 1;
      },
    };
    const deadline = AbortSignal.any([signal, AbortSignal.timeout((timeoutSeconds + 30) * 1_000)]);
    for await (const event of watchEvents(access, PATHS[kind], query, listener, deadline)) this.#event(event);
    if (pacing.now() - startedAtMs < SHORT_WATCH_MS) throw new ApiFailure("the watch ended as soon as it began");
    this.#succeeded();
  }

  #event({ type, version, object }: WatchEvent): void {
    this.#heard();
    this.#succeeded();
    if (type === "BOOKMARK") this.#counts.bookmarks += 1;
    else {
      this.#counts.events += 1;
      this.#tell(type === "DELETED" ? this.#removed(object) : this.#changed(object));
    }
    // Only now: what was not taken in is asked for again.
    if (version !== "") this.#version = version;
  }

  /** The change that an object makes; none where it is known in this version. */
  #changed(json: unknown, present?: Set<string>): ClusterChange[] {
    const { kind, pacing } = this.#options;
    const atUnixMs = pacing.now();
    const reduced = REDUCERS[kind](json, atUnixMs);
    if (reduced === undefined) {
      this.#counts.unreadable += 1;
      return [];
    }
    const { uid, version, object } = reduced;
    present?.add(uid);
    if (this.#known.get(uid) === version) return [];
    if (!this.#known.has(uid) && this.#known.size >= MAX_OBJECTS) {
      this.#counts.overLimit += 1;
      return [];
    }
    this.#known.set(uid, version);
    return [{ kind, key: uid, atUnixMs, object } as ClusterChange];
  }

  #removed(json: unknown): ClusterChange[] {
    const { kind, pacing } = this.#options;
    const reduced = REDUCERS[kind](json, pacing.now());
    if (reduced === undefined) this.#counts.unreadable += 1;
    return reduced === undefined ? [] : this.#gone(reduced.uid);
  }

  #gone(uid: string): ClusterChange[] {
    const { kind, pacing } = this.#options;
    return this.#known.delete(uid) ? [{ kind, key: uid, atUnixMs: pacing.now() }] : [];
  }

  #tell(changes: readonly ClusterChange[]): void {
    if (changes.length > 0) this.#options.sink(changes);
  }

  #heard(): void {
    this.#lastEventUnixMs = this.#options.pacing.now();
  }

  #succeeded(): void {
    this.#attempt = 0;
    this.#problem = undefined;
  }
}

/** A failure in words, with what to do where that is known. */
function problemOf({ status, message }: ApiFailure, kind: ClusterKind): string {
  if (status === HttpStatus.forbidden)
    return `${message} (its ClusterRole must allow get, list and watch of ${kind}: deploy/kubernetes/rbac.yaml)`;
  return message;
}
