/** What is kept of the objects of a Kubernetes cluster: what names the ends of connections, and nothing else. Times are Unix milliseconds. */

/** A container of a pod, by the id that its runtime gave it (without the runtime's name). */
export interface PodContainer {
  readonly id: string;
  readonly name: string;
  readonly image: string;
}

/** Who made a pod: the controller that people wrote, a Deployment instead of its ReplicaSet. */
export interface PodOwner {
  readonly kind: string;
  readonly name: string;
}

export interface Pod {
  readonly uid: string;
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly owner?: PodOwner | undefined;
  readonly node?: string | undefined;
  /** Empty while it has none. Those of its node where `isHostNetwork`. */
  readonly addresses: readonly string[];
  readonly isHostNetwork: boolean;
  readonly containers: readonly PodContainer[];
  /** When its node took it up: it has its addresses from then on. */
  readonly startedUnixMs?: number | undefined;
  /** When its last container ended: its addresses may be another pod's from then on, even while the object is still there. */
  readonly endedUnixMs?: number | undefined;
}

export interface Service {
  readonly name: string;
  readonly namespace: string;
  /** ClusterIPs and addresses of load balancers; none where it is headless. */
  readonly addresses: readonly string[];
  readonly createdUnixMs: number;
}

/** One address behind a Service. */
export interface Endpoint {
  readonly address: string;
  readonly isReady: boolean;
  readonly node?: string | undefined;
  readonly zone?: string | undefined;
  /** The pod at the address, where it is one. */
  readonly pod?: { readonly uid: string; readonly name: string; readonly namespace: string } | undefined;
}

export interface EndpointSlice {
  readonly name: string;
  readonly namespace: string;
  /** Name of its Service, in the same namespace. */
  readonly service: string;
  readonly endpoints: readonly Endpoint[];
  /** When it was written last: all its endpoints were there then. */
  readonly changedUnixMs: number;
}

export interface Node {
  readonly name: string;
  readonly zone?: string | undefined;
  readonly addresses: readonly string[];
  /** Networks that its pods have their addresses from, where the cluster says so. */
  readonly podNetworks: readonly string[];
  readonly createdUnixMs: number;
}

/** Kinds of objects that are watched, and what is kept of each. */
export interface ClusterObjects {
  pods: Pod;
  services: Service;
  endpointslices: EndpointSlice;
  nodes: Node;
}
export type ClusterKind = keyof ClusterObjects;
export const CLUSTER_KINDS = ["nodes", "pods", "services", "endpointslices"] as const satisfies readonly ClusterKind[];

interface Change<Kind extends ClusterKind> {
  readonly kind: Kind;
  /** The object's uid. */
  readonly key: string;
  /** When it was learned. */
  readonly atUnixMs: number;
  /** The object as it is now; absent where it is gone. */
  readonly object?: ClusterObjects[Kind] | undefined;
}

/** One thing that became otherwise in a cluster. */
export type ClusterChange = { [Kind in ClusterKind]: Change<Kind> }[ClusterKind];
