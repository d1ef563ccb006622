import type { WorkloadUnknown } from "@weir/model";
import type { Node, Pod, PodContainer, PodOwner, Service } from "./cluster-change.ts";
import type { ClusterHistory, ServedEndpoint } from "./cluster-history.ts";

/** One end of a connection, and when its connection began. */
export interface WorkloadQuestion {
  readonly address: string;
  readonly unixMs: number;
  /** The container of its process, and its pod by the control group, where they are known: surer than any address. */
  readonly containerId?: string | undefined;
  readonly podUid?: string | undefined;
  /** The address that the node's address translation put in the place of a Service's. */
  readonly translatedAddress?: string | undefined;
}

/** What is known of an end: as much as is sure, and why its pod is not known where it is not. */
export interface Workload {
  readonly namespace?: string | undefined;
  readonly pod?: { readonly name: string; readonly uid: string } | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly owner?: PodOwner | undefined;
  readonly container?: PodContainer | undefined;
  readonly node?: string | undefined;
  readonly zone?: string | undefined;
  readonly service?: string | undefined;
  readonly unknown?: WorkloadUnknown | undefined;
}

/** Who was at an end at that moment. Never a guess: what is not sure is left out, with the reason. */
export function resolveWorkload(history: ClusterHistory, question: WorkloadQuestion): Workload {
  const { address, unixMs, containerId, podUid } = question;
  const byContainer = containerId === undefined ? undefined : history.podByContainer(containerId);
  const own = byContainer?.pod ?? (podUid === undefined ? undefined : history.podByUid(podUid));
  if (own !== undefined) return { ...podFacts(history, own, unixMs), container: byContainer?.container };
  const found = isLoopback(address) ? { unknown: "ambiguous" as const } : byAddress(history, question);
  // Its process is in a pod that the cluster has not told of yet.
  return podUid === undefined || found.pod !== undefined ? found : { ...found, unknown: "notYetKnown" };
}

function byAddress(history: ClusterHistory, question: WorkloadQuestion): Workload {
  const { address, unixMs } = question;
  return (
    fromPods(history, history.podsAt(address, unixMs), unixMs) ??
    fromServices(history, history.servicesAt(address, unixMs), question) ??
    fromNodes(history.nodesAt(address, unixMs)) ??
    fromEndpoints(history, history.endpointsAt(address, unixMs), unixMs) ?? {
      unknown: history.isOfCluster(address) ? "notYetKnown" : "outside",
    }
  );
}

function fromPods(history: ClusterHistory, pods: readonly Pod[], unixMs: number): Workload | undefined {
  const [pod, ...others] = pods;
  if (pod === undefined) return undefined;
  return others.length === 0 ? podFacts(history, pod, unixMs) : { ...agreed(pods), unknown: "ambiguous" };
}

/** A Service's address: the pod that the translation chose, or the only one that there is. */
function fromServices(
  history: ClusterHistory,
  services: readonly Service[],
  { unixMs, translatedAddress }: WorkloadQuestion,
): Workload | undefined {
  const [service, ...others] = services;
  if (service === undefined) return undefined;
  if (others.length > 0) return { unknown: "ambiguous" };
  const endpoints = history.endpointsOf(service, unixMs);
  const meant =
    translatedAddress === undefined ? endpoints : endpoints.filter(({ address }) => address === translatedAddress);
  const [only, ...more] = meant;
  const named = { namespace: service.namespace, service: service.name };
  if (only !== undefined && more.length === 0)
    return { ...(fromEndpoints(history, [only], unixMs) ?? {}), service: named.service };
  const pods = endpoints.flatMap(({ pod }) => history.podByUid(pod?.uid ?? "") ?? []);
  return { ...(pods.length === endpoints.length && agreed(pods)), ...named, unknown: "ambiguous" };
}

function fromNodes([node, ...others]: readonly Node[]): Workload | undefined {
  if (node === undefined) return undefined;
  return others.length === 0
    ? { node: node.name, zone: node.zone, unknown: "hostNetwork" }
    : { unknown: "hostNetwork" };
}

/** What EndpointSlices say of an address: also of pods of other nodes, which are not watched one by one. */
function fromEndpoints(
  history: ClusterHistory,
  endpoints: readonly ServedEndpoint[],
  unixMs: number,
): Workload | undefined {
  const [first] = endpoints;
  if (first === undefined) return undefined;
  const uids = new Set(endpoints.map(({ pod }) => pod?.uid));
  if (uids.size > 1) return { unknown: "ambiguous" };
  const service = onlyOne(endpoints.map((each) => each.service));
  if (first.pod === undefined) return { namespace: first.namespace, service, unknown: "outside" };
  const pod = history.podByUid(first.pod.uid);
  if (pod !== undefined) return { ...podFacts(history, pod, unixMs), service };
  const { name, uid, namespace } = first.pod;
  return { namespace, pod: { name, uid }, node: first.node, zone: first.zone, service };
}

function podFacts(history: ClusterHistory, pod: Pod, unixMs: number): Workload {
  const endpoints = pod.isHostNetwork
    ? []
    : pod.addresses
        .flatMap((address) => history.endpointsAt(address, unixMs))
        .filter((each) => each.pod?.uid === pod.uid);
  return {
    namespace: pod.namespace,
    pod: { name: pod.name, uid: pod.uid },
    labels: pod.labels,
    owner: pod.owner,
    node: pod.node,
    zone: history.nodeByName(pod.node)?.zone ?? onlyOne(endpoints.flatMap(({ zone }) => zone ?? [])),
    service: onlyOne(endpoints.map(({ service }) => service)),
  };
}

/** What several pods have in common. */
function agreed(pods: readonly Pod[]): Pick<Workload, "namespace" | "owner"> {
  const namespace = onlyOne(pods.map((pod) => pod.namespace));
  const owner = onlyOne(pods.map((pod) => (pod.owner === undefined ? "" : `${pod.owner.kind} ${pod.owner.name}`)));
  return namespace === undefined ? {} : { namespace, owner: owner === undefined ? undefined : pods[0]?.owner };
}

function onlyOne(values: readonly string[]): string | undefined {
  const [first, ...others] = new Set(values);
  return others.length === 0 ? first : undefined;
}

function isLoopback(address: string): boolean {
  return address === "::1" || address.startsWith("127.");
}
