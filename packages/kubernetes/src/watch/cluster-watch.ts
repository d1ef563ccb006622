import { CLUSTER_KINDS, type ClusterChange, type ClusterKind } from "@weir/identity";
import { ClusterAccess, type ClusterSource } from "../api/kube-config.ts";
import { Gate, type Pacing, REAL_PACING } from "./pacing.ts";
import { Reflector, type ReflectorStatus } from "./reflector.ts";

export interface ClusterWatchOptions {
  readonly source: ClusterSource;
  /** Only pods of this node and the node itself; the Services and their endpoints of the whole cluster in any case. */
  readonly node?: string | undefined;
  readonly sink: (changes: readonly ClusterChange[]) => void;
  readonly pacing?: Pacing;
  /** Folder that stands before those of the service account. */
  readonly root?: string;
}

/** How following a cluster goes. */
export interface ClusterWatchStatus {
  /** The API server's address. */
  readonly server: string;
  readonly node?: string | undefined;
  /** True where every kind was listed whole at least once: from then on nothing is unknown only because it was not read yet. */
  readonly isListed: boolean;
  /** True where that is so and nothing fails now. */
  readonly isReachable: boolean;
  readonly kinds: readonly ReflectorStatus[];
}

/** Follows the objects of a cluster that name connections. Its lists come one after the other: those that others refer to first. */
export class ClusterWatch {
  readonly #access: ClusterAccess;
  readonly #reflectors: readonly Reflector[];
  readonly #node: string | undefined;
  readonly #stop = new AbortController();
  #running: Promise<unknown> | undefined;

  constructor({ source, node, sink, pacing = REAL_PACING, root }: ClusterWatchOptions) {
    this.#access = new ClusterAccess(source, root);
    this.#node = node;
    const gate = new Gate();
    this.#reflectors = CLUSTER_KINDS.map((kind) => {
      const fieldSelector = node === undefined ? undefined : selectorOf(kind, node);
      return new Reflector({ access: this.#access, kind, fieldSelector, gate, pacing, sink });
    });
  }

  start(): void {
    this.#running = Promise.all(this.#reflectors.map((each) => each.run(this.#stop.signal)));
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  get status(): ClusterWatchStatus {
    const kinds = this.#reflectors.map(({ status }) => status);
    const isListed = kinds.every((each) => each.isListed);
    const isReachable = isListed && kinds.every(({ problem }) => problem === undefined);
    return { server: this.#access.server.origin, node: this.#node, isListed, isReachable, kinds };
  }
}

function selectorOf(kind: ClusterKind, node: string): string | undefined {
  if (kind === "pods") return `spec.nodeName=${node}`;
  return kind === "nodes" ? `metadata.name=${node}` : undefined;
}
