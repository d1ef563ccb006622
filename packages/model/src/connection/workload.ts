import { bothSides } from "./sides.ts";

/** Why the pod at an end of a connection is not known. */
export const WORKLOAD_UNKNOWN = [
  /** The address is one of the cluster's pods' or the cluster was not read yet, but nothing is known to have had it then. */
  "notYetKnown",
  /** The address is its node's: pods that use the node's network share it with the node. */
  "hostNetwork",
  /** No object of the cluster has the address. */
  "outside",
  /** Several pods may be meant: behind a Service's address, at the same address, or at one that every pod has (loopback). */
  "ambiguous",
] as const;
export type WorkloadUnknown = (typeof WORKLOAD_UNKNOWN)[number];

const named = (otel: string) => ({ optional: true, otel: `{side}.${otel}` }) as const;

/** What Kubernetes says of both ends, as it was when the connection began; namespace, pod and uid alone where only a container runtime tells. Absent where neither is asked. */
export const workloadFields = [
  ...bothSides("K8sNamespaceName", "string", "Namespace of the {side}'s pod or Service", named("k8s.namespace.name")),
  ...bothSides("K8sPodName", "string", "Pod at the {side}'s end", named("k8s.pod.name")),
  ...bothSides("K8sPodUid", "string", "Uid of that pod", named("k8s.pod.uid")),
  ...bothSides("K8sPodLabels", "map", "Labels of that pod", named("k8s.pod.label")),
  ...bothSides("K8sDeploymentName", "string", "Deployment that made the {side}'s pod", named("k8s.deployment.name")),
  ...bothSides("K8sStatefulsetName", "string", "StatefulSet that made the {side}'s pod", named("k8s.statefulset.name")),
  ...bothSides("K8sDaemonsetName", "string", "DaemonSet that made the {side}'s pod", named("k8s.daemonset.name")),
  ...bothSides(
    "K8sReplicasetName",
    "string",
    "ReplicaSet of no Deployment that made the {side}'s pod",
    named("k8s.replicaset.name"),
  ),
  ...bothSides("K8sJobName", "string", "Job that made the {side}'s pod", named("k8s.job.name")),
  ...bothSides(
    "K8sNodeName",
    "string",
    "Node of the {side}'s pod, or node whose address it is",
    named("k8s.node.name"),
  ),
  ...bothSides(
    "CloudAvailabilityZone",
    "string",
    "Zone of that node (topology.kubernetes.io/zone)",
    named("cloud.availability_zone"),
  ),
  ...bothSides(
    "K8sServiceName",
    "string",
    "Kubernetes Service that the {side} is behind, where it is one",
    named("k8s.service.name"),
  ),
  ...bothSides("K8sPodUnknown", "string", "Why the {side}'s pod is not known", {
    optional: true,
    values: WORKLOAD_UNKNOWN,
    otel: "weir.{side}.k8s.pod.unknown",
  }),
] as const;
