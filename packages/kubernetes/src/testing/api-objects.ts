import type { ApiObject } from "./api-store.ts";

/** Objects as an API server has them, with more in them than is read: also secrets, which must not come out. */

const CREATED = "2026-11-01T00:00:00Z";

export interface PodWords {
  readonly namespace?: string;
  readonly app?: string;
  readonly node?: string;
  readonly startedAt?: string;
  readonly containerId?: string;
  readonly isHostNetwork?: boolean;
  readonly finishedAt?: string;
  readonly owner?: { readonly kind: string; readonly name: string };
}

/** A pod of a Deployment `app`, by way of its ReplicaSet. */
export function podObject(name: string, address: string, words: PodWords = {}): ApiObject {
  const { namespace = "shop", app = name.replace(/-.*/, ""), node = "node-1", startedAt = CREATED } = words;
  const { containerId = `${name}-container`, isHostNetwork, finishedAt, owner } = words;
  const hash = "7d4b9c";
  const state = finishedAt === undefined ? { running: { startedAt } } : { terminated: { exitCode: 0, finishedAt } };
  return {
    metadata: {
      name,
      namespace,
      creationTimestamp: startedAt,
      labels: { "app.kubernetes.io/name": app, tier: "backend", "pod-template-hash": hash },
      annotations: { "example.com/token": "hunter2" },
      ownerReferences: [
        {
          apiVersion: "apps/v1",
          uid: "o",
          controller: true,
          ...(owner ?? { kind: "ReplicaSet", name: `${app}-${hash}` }),
        },
      ],
      managedFields: [{ manager: "kubelet", time: startedAt }],
    },
    spec: {
      nodeName: node,
      ...(isHostNetwork === true && { hostNetwork: true }),
      containers: [{ name: "main", image: `${app}:1`, env: [{ name: "PASSWORD", value: "hunter2" }] }],
    },
    status: {
      phase: finishedAt === undefined ? "Running" : "Succeeded",
      podIP: address,
      podIPs: [{ ip: address }],
      startTime: startedAt,
      containerStatuses: [{ name: "main", image: `${app}:1`, containerID: `containerd://${containerId}`, state }],
    },
  };
}

export function serviceObject(name: string, address: string, namespace = "shop"): ApiObject {
  return {
    metadata: { name, namespace, creationTimestamp: CREATED },
    spec: { clusterIP: address, clusterIPs: [address], selector: { app: name }, ports: [{ port: 80 }] },
    status: { loadBalancer: {} },
  };
}

/** The endpoints of a Service: pods by name and address. */
export function endpointSliceObject(
  service: string,
  pods: readonly (readonly [name: string, address: string])[],
  zone = "zone-b",
  changedAt = CREATED,
): ApiObject {
  return {
    metadata: {
      name: `${service}-x1`,
      namespace: "shop",
      creationTimestamp: CREATED,
      labels: { "kubernetes.io/service-name": service },
      managedFields: [{ manager: "kube-controller-manager", time: changedAt }],
    },
    addressType: "IPv4",
    endpoints: pods.map(([name, address]) => ({
      addresses: [address],
      conditions: { ready: true },
      nodeName: "node-2",
      zone,
      targetRef: { kind: "Pod", name, namespace: "shop", uid: `uid-pods-${name}` },
    })),
    ports: [{ port: 8080 }],
  };
}

export function nodeObject(name: string, address: string, zone = "zone-a", podNetwork = "10.1.0.0/16"): ApiObject {
  return {
    metadata: { name, creationTimestamp: CREATED, labels: { "topology.kubernetes.io/zone": zone } },
    spec: { podCIDR: podNetwork, podCIDRs: [podNetwork] },
    status: {
      addresses: [
        { type: "Hostname", address: name },
        { type: "InternalIP", address },
      ],
    },
  };
}
