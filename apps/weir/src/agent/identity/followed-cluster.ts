import type { KubernetesReport } from "@weir/http-contract";
import type { ClusterChange } from "@weir/identity";

/** Hears what changes. */
export type ClusterSink = (changes: readonly ClusterChange[]) => void;

/** Whoever follows a cluster: by the API server itself, or by the hub that does. */
export interface FollowedCluster {
  start(): void;
  stop(): Promise<void>;
  readonly status: {
    readonly server: string;
    readonly node?: string | undefined;
    /** False until everything was told once. */
    readonly isListed: boolean;
    readonly isReachable: boolean;
    readonly kinds: Readonly<KubernetesReport["kinds"]>;
  };
}
