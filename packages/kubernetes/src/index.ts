export { type ClusterSource, clusterSourceOf, IN_CLUSTER } from "./api/kube-config.ts";
export { ClusterWatch, type ClusterWatchOptions, type ClusterWatchStatus } from "./watch/cluster-watch.ts";
export type { ReflectorStatus } from "./watch/reflector.ts";
