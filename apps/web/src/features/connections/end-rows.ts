import {
  type ContainerUnknown,
  connectionRecord,
  type Field,
  type ProcessUnknown,
  type WorkloadUnknown,
} from "@weir/model";

/** One fact that both ends of a connection have. */
export interface EndRow {
  readonly label: string;
  readonly client: Field;
  readonly server: Field;
}

/** Facts of who is at an end: its process, its container, its place in a cluster. */
const OF_AN_END = /^client((?:Process|Container|K8s|Cloud)\w+)$/;
const LABELS: Readonly<Record<string, string>> = {
  ProcessPid: "process id",
  ProcessName: "process",
  ProcessExecutable: "binary",
  ProcessCommand: "command line",
  ProcessUser: "user",
  ProcessSource: "process found by",
  ProcessUnknown: "process not known",
  ContainerId: "container id",
  ContainerName: "container",
  ContainerImage: "image",
  ContainerUnknown: "container not known",
  K8sNamespaceName: "namespace",
  K8sPodName: "pod",
  K8sPodUid: "pod uid",
  K8sPodLabels: "labels",
  K8sDeploymentName: "Deployment",
  K8sStatefulsetName: "StatefulSet",
  K8sDaemonsetName: "DaemonSet",
  K8sReplicasetName: "ReplicaSet",
  K8sJobName: "Job",
  K8sNodeName: "node",
  CloudAvailabilityZone: "zone",
  K8sServiceName: "Kubernetes Service",
  K8sPodUnknown: "pod not known",
};

/** The facts of both ends, by the model's field list. */
export function endRows(fields: readonly Field[] = connectionRecord.fields): readonly EndRow[] {
  return fields.flatMap((client) => {
    const name = OF_AN_END.exec(client.name)?.[1];
    const server = fields.find((field) => name !== undefined && field.name === `server${name}`);
    return name === undefined || server === undefined ? [] : [{ label: LABELS[name] ?? name, client, server }];
  });
}

const PROCESS_WORDS: Readonly<Record<ProcessUnknown, string>> = {
  outside: "not on the agent's host",
  gone: "its socket was gone before it could be looked up",
  noRights: "the agent may not look into it",
  ambiguous: "several processes wait at this port",
  noSocket: "this transport has no sockets of processes",
};
const CONTAINER_WORDS: Readonly<Record<ContainerUnknown, string>> = {
  noEngine: "no container engine can be asked on the agent's host",
  notFound: "no container engine has it",
  noAnswer: "its container engine does not answer",
  tooMany: "too many containers were asked for",
};
const POD_WORDS: Readonly<Record<WorkloadUnknown, string>> = {
  notYetKnown: "the cluster tells of no pod at this address at that time",
  hostNetwork: "the address is its node's: which pod used it cannot be told",
  outside: "the address is not of the cluster",
  ambiguous: "several pods may be meant",
};

const WHY_WORDS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  ProcessUnknown: PROCESS_WORDS,
  ContainerUnknown: CONTAINER_WORDS,
  K8sPodUnknown: POD_WORDS,
};

/** A fact's value in words; undefined where there is none. */
export function endValueText({ name }: Pick<Field, "name">, value: unknown): string | undefined {
  if (value === undefined || value === "") return undefined;
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).map(([key, text]) => `${key}=${String(text)}`);
    return entries.length === 0 ? undefined : entries.join("\n");
  }
  return WHY_WORDS[name.replace(/^(client|server)/, "")]?.[String(value)] ?? String(value);
}
