import type { ClusterKind, ClusterObjects, Endpoint, Pod, PodOwner } from "@weir/identity";
import { canonicalAddress } from "@weir/identity";
import { z } from "zod";

/** Labels that number generations of pods, and name nothing. */
const NUMBERING_LABELS: ReadonlySet<string> = new Set([
  "pod-template-hash",
  "controller-revision-hash",
  "pod-template-generation",
]);
const MAX_LABELS = 64;

const labelsSchema = z.record(z.string(), z.string()).default({});
const metadataSchema = z.object({
  uid: z.string(),
  name: z.string(),
  namespace: z.string().default(""),
  resourceVersion: z.string().default(""),
  creationTimestamp: z.string().nullish(),
  labels: labelsSchema.nullish(),
  ownerReferences: z
    .array(z.object({ kind: z.string(), name: z.string(), controller: z.boolean().nullish() }))
    .nullish(),
  managedFields: z.array(z.object({ time: z.string().nullish() })).nullish(),
});
type Metadata = z.infer<typeof metadataSchema>;

const statusesSchema = z
  .array(
    z.object({
      name: z.string(),
      image: z.string().default(""),
      containerID: z.string().nullish(),
      state: z.object({ terminated: z.object({ finishedAt: z.string().nullish() }).nullish() }).nullish(),
    }),
  )
  .nullish();

const podSchema = z.object({
  metadata: metadataSchema,
  spec: z.object({ nodeName: z.string().nullish(), hostNetwork: z.boolean().nullish() }).default({}),
  status: z
    .object({
      phase: z.string().nullish(),
      podIP: z.string().nullish(),
      podIPs: z.array(z.object({ ip: z.string() })).nullish(),
      startTime: z.string().nullish(),
      containerStatuses: statusesSchema,
      initContainerStatuses: statusesSchema,
      ephemeralContainerStatuses: statusesSchema,
    })
    .default({}),
});

const serviceSchema = z.object({
  metadata: metadataSchema,
  spec: z
    .object({
      clusterIP: z.string().nullish(),
      clusterIPs: z.array(z.string()).nullish(),
      externalIPs: z.array(z.string()).nullish(),
    })
    .default({}),
  status: z
    .object({
      loadBalancer: z.object({ ingress: z.array(z.object({ ip: z.string().nullish() })).nullish() }).nullish(),
    })
    .nullish(),
});

const sliceSchema = z.object({
  metadata: metadataSchema,
  endpoints: z
    .array(
      z.object({
        addresses: z.array(z.string()).nullish(),
        conditions: z.object({ ready: z.boolean().nullish() }).nullish(),
        nodeName: z.string().nullish(),
        zone: z.string().nullish(),
        targetRef: z
          .object({
            kind: z.string().nullish(),
            uid: z.string().nullish(),
            name: z.string().nullish(),
            namespace: z.string().nullish(),
          })
          .nullish(),
      }),
    )
    .nullish(),
});

const nodeSchema = z.object({
  metadata: metadataSchema,
  spec: z.object({ podCIDR: z.string().nullish(), podCIDRs: z.array(z.string()).nullish() }).default({}),
  status: z.object({ addresses: z.array(z.object({ type: z.string(), address: z.string() })).nullish() }).default({}),
});

/** An object of the API as it is kept: its key and version, and what names connections. */
export interface Reduced<Kind extends ClusterKind> {
  readonly uid: string;
  readonly version: string;
  readonly object: ClusterObjects[Kind];
}

type Reducers = { readonly [Kind in ClusterKind]: (json: unknown, atUnixMs: number) => Reduced<Kind> | undefined };

/** What is kept of an object; undefined where it is not what its kind should be. Environment and annotations are never looked at. */
export const REDUCERS: Reducers = {
  pods(json, atUnixMs) {
    const parsed = podSchema.safeParse(json);
    return parsed.success ? reduced(parsed.data.metadata, podOf(parsed.data, atUnixMs)) : undefined;
  },
  services(json, atUnixMs) {
    const parsed = serviceSchema.safeParse(json);
    if (!parsed.success) return undefined;
    const { metadata, spec, status } = parsed.data;
    const written = [
      ...(spec.clusterIPs ?? [spec.clusterIP ?? ""]),
      ...(spec.externalIPs ?? []),
      ...(status?.loadBalancer?.ingress ?? []).map(({ ip }) => ip ?? ""),
    ];
    const addresses = unique(written.filter((address) => address !== "" && address !== "None"));
    const { name, namespace } = metadata;
    return reduced(metadata, { name, namespace, addresses, createdUnixMs: createdUnixMs(metadata, atUnixMs) });
  },
  endpointslices(json, atUnixMs) {
    const parsed = sliceSchema.safeParse(json);
    const service = parsed.data?.metadata.labels?.["kubernetes.io/service-name"];
    if (!parsed.success || service === undefined) return undefined;
    const { metadata } = parsed.data;
    const endpoints = (parsed.data.endpoints ?? []).flatMap((each) => endpointsOf(each));
    const written = (metadata.managedFields ?? []).map(({ time }) => unixMs(time) ?? 0);
    const changedUnixMs = Math.max(createdUnixMs(metadata, atUnixMs), ...written);
    const { name, namespace } = metadata;
    return reduced(metadata, { name, namespace, service, endpoints, changedUnixMs });
  },
  nodes(json, atUnixMs) {
    const parsed = nodeSchema.safeParse(json);
    if (!parsed.success) return undefined;
    const { metadata, spec, status } = parsed.data;
    const ips = (status.addresses ?? []).filter(({ type }) => type === "InternalIP" || type === "ExternalIP");
    return reduced(metadata, {
      name: metadata.name,
      zone: metadata.labels?.["topology.kubernetes.io/zone"],
      addresses: unique(ips.map(({ address }) => address)),
      podNetworks: spec.podCIDRs ?? (typeof spec.podCIDR === "string" ? [spec.podCIDR] : []),
      createdUnixMs: createdUnixMs(metadata, atUnixMs),
    });
  },
};

function reduced<T>({ uid, resourceVersion }: Metadata, object: T): { uid: string; version: string; object: T } {
  return { uid, version: resourceVersion, object };
}

function podOf({ metadata, spec, status }: z.infer<typeof podSchema>, atUnixMs: number): Pod {
  const statuses = [
    ...(status.containerStatuses ?? []),
    ...(status.initContainerStatuses ?? []),
    ...(status.ephemeralContainerStatuses ?? []),
  ];
  const isOver = status.phase === "Succeeded" || status.phase === "Failed";
  const ends = statuses.flatMap(({ state }) => unixMs(state?.terminated?.finishedAt) ?? []);
  const labels = Object.entries(metadata.labels ?? {}).filter(([name]) => !NUMBERING_LABELS.has(name));
  return {
    uid: metadata.uid,
    name: metadata.name,
    namespace: metadata.namespace,
    labels: Object.fromEntries(labels.slice(0, MAX_LABELS)),
    owner: ownerOf(metadata),
    node: spec.nodeName ?? undefined,
    addresses: unique((status.podIPs ?? []).map(({ ip }) => ip).concat(status.podIP ?? [])),
    isHostNetwork: spec.hostNetwork === true,
    containers: statuses.flatMap(({ containerID, name, image }) =>
      typeof containerID === "string" ? [{ id: containerID.replace(/^.*:\/\//, ""), name, image }] : [],
    ),
    startedUnixMs: unixMs(status.startTime),
    endedUnixMs: isOver ? (ends.length === 0 ? atUnixMs : Math.max(...ends)) : undefined,
  };
}

/** Who made a pod. A ReplicaSet whose name is its Deployment's with the hash that its pods are labelled with stands for that Deployment. */
function ownerOf({ ownerReferences, labels }: Metadata): PodOwner | undefined {
  const owner = ownerReferences?.find(({ controller }) => controller === true);
  if (owner === undefined) return undefined;
  const { kind, name } = owner;
  const hash = labels?.["pod-template-hash"];
  const isOfDeployment = kind === "ReplicaSet" && hash !== undefined && name.endsWith(`-${hash}`);
  return isOfDeployment ? { kind: "Deployment", name: name.slice(0, -hash.length - 1) } : { kind, name };
}

type WrittenEndpoint = NonNullable<z.infer<typeof sliceSchema>["endpoints"]>[number];

function endpointsOf({ addresses, conditions, nodeName, zone, targetRef }: WrittenEndpoint): Endpoint[] {
  const { kind, uid, name, namespace } = targetRef ?? {};
  const isPod = kind === "Pod" && typeof uid === "string" && typeof name === "string";
  return unique(addresses ?? []).map((address) => ({
    address,
    // What is absent counts as ready (EndpointConditions).
    isReady: conditions?.ready !== false,
    node: nodeName ?? undefined,
    zone: zone ?? undefined,
    pod: isPod ? { uid, name, namespace: namespace ?? "" } : undefined,
  }));
}

function createdUnixMs({ creationTimestamp }: Metadata, atUnixMs: number): number {
  return unixMs(creationTimestamp) ?? atUnixMs;
}

function unixMs(text: string | null | undefined): number | undefined {
  const parsed = Date.parse(text ?? "");
  return Number.isNaN(parsed) ? undefined : parsed;
}

function unique(addresses: readonly string[]): string[] {
  return [...new Set(addresses.map(canonicalAddress))];
}
