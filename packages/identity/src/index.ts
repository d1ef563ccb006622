export { addressBytes, canonicalAddress } from "./canonical-address.ts";
export { NAME_SOURCES, type NameSource, Names, type NamesLimits, type ResolvedName } from "./names.ts";
export { containerIdOf } from "./process/container.ts";
export { maskedCommandLine } from "./process/mask.ts";
export { podUidOf } from "./process/pod-uid.ts";
export { parseOwnAddresses, parseSocketTable, type Socket } from "./process/socket-table.ts";
export {
  CLUSTER_KINDS,
  type ClusterChange,
  type ClusterKind,
  type ClusterObjects,
  type Endpoint,
  type EndpointSlice,
  type Node,
  type Pod,
  type PodContainer,
  type PodOwner,
  type Service,
} from "./workload/cluster-change.ts";
export { type AddressName, type ClusterCounts, ClusterHistory } from "./workload/cluster-history.ts";
export { parseConntrack, type Translation } from "./workload/conntrack.ts";
export { parseConntrackEvents, type TranslationEvent } from "./workload/conntrack-events.ts";
export {
  resolveWorkload,
  type Workload,
  type WorkloadQuestion,
} from "./workload/resolve.ts";
