import type { KubernetesReport } from "@weir/http-contract";
import { type AddressName, type ClusterChange, ClusterHistory } from "@weir/identity";
import type { ClusterWatch } from "@weir/kubernetes";
import type { KnownCluster } from "./workload-namer.ts";

/** Where the cluster's objects come from: an option of the agent's. */
export interface ClusterOptions {
  /** `in-cluster`, or the path of a kubeconfig. */
  readonly kubernetes: string;
  /** Only pods of this node. */
  readonly node: string | undefined;
}

/** The cluster as the agent follows it: its history, and the names of addresses that it gives. */
export class ClusterLink implements KnownCluster {
  readonly history = new ClusterHistory();
  readonly #watch: ClusterWatch;
  #untold: AddressName[] = [];
  #tell: (names: readonly AddressName[]) => void = (names) => this.#untold.push(...names);

  /** Begins to follow; throws CONFIG_INVALID where the cluster is not described. */
  static async start({ kubernetes, node }: ClusterOptions): Promise<ClusterLink> {
    // Loaded only where it is wanted: the official client is large.
    const { ClusterWatch: Watch, clusterSourceOf } = await import("@weir/kubernetes");
    const link = new ClusterLink((sink) => new Watch({ source: clusterSourceOf(kubernetes), node, sink }));
    link.#watch.start();
    return link;
  }

  private constructor(watchWith: (sink: (changes: readonly ClusterChange[]) => void) => ClusterWatch) {
    this.#watch = watchWith((changes) => this.#take(changes));
  }

  get isListed(): boolean {
    return this.#watch.status.isListed;
  }

  /** Tells the names of addresses, those so far included. */
  onNames(tell: (names: readonly AddressName[]) => void): void {
    this.#tell = tell;
    tell(this.#untold);
    this.#untold = [];
  }

  get report(): KubernetesReport {
    const { server, node, isReachable, kinds } = this.#watch.status;
    return { server, node, isReachable, dropped: this.history.counts.dropped, kinds: [...kinds] };
  }

  stop(): Promise<void> {
    return this.#watch.stop();
  }

  #take(changes: readonly ClusterChange[]): void {
    this.#tell(changes.flatMap((change) => this.history.apply(change)));
  }
}
