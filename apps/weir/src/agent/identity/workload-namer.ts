import { type ClusterHistory, resolveWorkload, type Workload } from "@weir/identity";
import type { Connection } from "@weir/model";
import type { Nameable, Namer } from "./namer.ts";
import type { Translations } from "./translations.ts";

const NS_PER_MS = 1_000_000n;

/** What a namer needs to know of a cluster. */
export interface KnownCluster {
  readonly history: ClusterHistory;
  /** False until all its objects were listed once: before that nothing is known to be outside of it. */
  readonly isListed: boolean;
}

/** Names the pods, Services, nodes and zones at the ends of connections, as they were when the connection began. */
export class WorkloadNamer implements Namer {
  readonly #cluster: KnownCluster;
  readonly #translations: Translations | undefined;

  constructor(cluster: KnownCluster, translations: Translations | undefined) {
    this.#cluster = cluster;
    this.#translations = translations;
  }

  name(connection: Nameable): boolean {
    const unixMs = Number(connection.startedAt / NS_PER_MS);
    const client = this.#at({
      address: connection.clientAddress,
      unixMs,
      containerId: connection.clientContainerId,
      podUid: connection.clientK8sPodUid,
    });
    const server = this.#at({
      address: connection.serverAddress,
      unixMs,
      containerId: connection.serverContainerId,
      podUid: connection.serverK8sPodUid,
      translatedAddress: this.#translated(connection, unixMs),
    });
    Object.assign(connection, clientFields(client), serverFields(server));
    return client.unknown === "notYetKnown" || server.unknown === "notYetKnown";
  }

  forget(connectionId: string): void {
    this.#translations?.forget(connectionId);
  }

  #at(question: Parameters<typeof resolveWorkload>[1]): Workload {
    const { history, isListed } = this.#cluster;
    const found = resolveWorkload(history, question);
    return found.unknown === "outside" && !isListed ? { ...found, unknown: "notYetKnown" } : found;
  }

  #translated(connection: Nameable, unixMs: number): string | undefined {
    const isService = this.#cluster.history.servicesAt(connection.serverAddress, unixMs).length > 0;
    return isService ? this.#translations?.find(connection) : undefined;
  }
}

/** Name of the owner where it is of this kind. */
function ownedBy({ owner }: Workload, kind: string): string | undefined {
  return owner?.kind === kind ? owner.name : undefined;
}

function clientFields(workload: Workload): Partial<Connection> {
  const { namespace, pod, labels, node, zone, service, container, unknown } = workload;
  return {
    clientK8sNamespaceName: namespace,
    clientK8sPodName: pod?.name,
    ...(pod !== undefined && { clientK8sPodUid: pod.uid }),
    clientK8sPodLabels: labels,
    clientK8sDeploymentName: ownedBy(workload, "Deployment"),
    clientK8sStatefulsetName: ownedBy(workload, "StatefulSet"),
    clientK8sDaemonsetName: ownedBy(workload, "DaemonSet"),
    clientK8sReplicasetName: ownedBy(workload, "ReplicaSet"),
    clientK8sJobName: ownedBy(workload, "Job"),
    clientK8sNodeName: node,
    clientCloudAvailabilityZone: zone,
    clientK8sServiceName: service,
    ...(container !== undefined && { clientContainerName: container.name, clientContainerImage: container.image }),
    clientK8sPodUnknown: unknown,
  };
}

function serverFields(workload: Workload): Partial<Connection> {
  const { namespace, pod, labels, node, zone, service, container, unknown } = workload;
  return {
    serverK8sNamespaceName: namespace,
    serverK8sPodName: pod?.name,
    ...(pod !== undefined && { serverK8sPodUid: pod.uid }),
    serverK8sPodLabels: labels,
    serverK8sDeploymentName: ownedBy(workload, "Deployment"),
    serverK8sStatefulsetName: ownedBy(workload, "StatefulSet"),
    serverK8sDaemonsetName: ownedBy(workload, "DaemonSet"),
    serverK8sReplicasetName: ownedBy(workload, "ReplicaSet"),
    serverK8sJobName: ownedBy(workload, "Job"),
    serverK8sNodeName: node,
    serverCloudAvailabilityZone: zone,
    serverK8sServiceName: service,
    ...(container !== undefined && { serverContainerName: container.name, serverContainerImage: container.image }),
    serverK8sPodUnknown: unknown,
  };
}
