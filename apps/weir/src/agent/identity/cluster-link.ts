import type { KubernetesReport } from "@weir/http-contract";
import { type AddressName, type ClusterChange, ClusterHistory } from "@weir/identity";
import { usage } from "../../read/options.ts";
import type { HubClient } from "../hub/hub-client.ts";
import type { ClusterSink, FollowedCluster } from "./followed-cluster.ts";
import { HubsCluster } from "./hubs-cluster.ts";
import type { KnownCluster } from "./workload-namer.ts";

/** The word by which `--kubernetes` names the cluster that the hub follows. */
export const FROM_HUB = "hub";

/** Where the cluster's objects come from: an option of the agent's. */
export interface ClusterOptions {
  /** `in-cluster`, the path of a kubeconfig, or `hub`: what the hub follows. */
  readonly kubernetes: string;
  /** Only pods of this node. */
  readonly node: string | undefined;
  /** Who tells of the hub's cluster. */
  readonly hub?: Pick<HubClient, "cluster"> | undefined;
}

/** The cluster as the agent follows it: its history, and the names of addresses that it gives. */
export class ClusterLink implements KnownCluster {
  readonly history = new ClusterHistory();
  readonly #watch: FollowedCluster;
  readonly #via: KubernetesReport["via"];
  #untold: AddressName[] = [];
  #tell: (names: readonly AddressName[]) => void = (names) => this.#untold.push(...names);

  /** Begins to follow; throws CONFIG_INVALID where the cluster is not described. `hear` hears of what changes as well. */
  static async start(options: ClusterOptions, hear: ClusterSink = () => undefined): Promise<ClusterLink> {
    const link = new ClusterLink(
      options.kubernetes === FROM_HUB ? "hub" : "apiServer",
      await followerOf(options),
      hear,
    );
    link.#watch.start();
    return link;
  }

  private constructor(via: KubernetesReport["via"], follow: (sink: ClusterSink) => FollowedCluster, hear: ClusterSink) {
    this.#via = via;
    this.#watch = follow((changes) => {
      this.#take(changes);
      hear(changes);
    });
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
    return { via: this.#via, server, node, isReachable, dropped: this.history.counts.dropped, kinds: [...kinds] };
  }

  stop(): Promise<void> {
    return this.#watch.stop();
  }

  #take(changes: readonly ClusterChange[]): void {
    this.#tell(changes.flatMap((change) => this.history.apply(change)));
  }
}

async function followerOf({ kubernetes, node, hub }: ClusterOptions): Promise<(sink: ClusterSink) => FollowedCluster> {
  if (kubernetes === FROM_HUB) {
    if (hub === undefined) throw usage("--kubernetes hub needs a hub", "Name it with --hub");
    return (sink) => new HubsCluster({ hub, node, sink });
  }
  // Loaded only where it is wanted: the official client is large.
  const { ClusterWatch, clusterSourceOf } = await import("@weir/kubernetes");
  return (sink) => new ClusterWatch({ source: clusterSourceOf(kubernetes), node, sink });
}
