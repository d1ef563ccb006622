import { credentials, makeGenericClientConstructor, type ServiceDefinition } from "@grpc/grpc-js";
import { fromJSON } from "@grpc/proto-loader";

const text = (id: number) => ({ type: "string", id });
const texts = (id: number) => ({ rule: "repeated", type: "string", id });
const flag = (id: number) => ({ type: "bool", id });
const number = (id: number) => ({ type: "int64", id });
const map = (id: number) => ({ keyType: "string", type: "string", id });
const one = (type: string, id: number) => ({ type, id });
const method = (name: string) => ({ requestType: `${name}Request`, responseType: `${name}Response`, comment: "" });
const METHODS = [
  "RunPodSandbox",
  "StopPodSandbox",
  "RemovePodSandbox",
  "PodSandboxStatus",
  "CreateContainer",
  "StartContainer",
  "ContainerStatus",
] as const;

/** What a kubelet asks of a container runtime, as far as the tests do (k8s.io/cri-api, pkg/apis/runtime/v1/api.proto). */
const MESSAGES = {
  RuntimeService: { methods: Object.fromEntries(METHODS.map((name) => [name, method(name)])) },
  NamespaceMode: { values: { POD: 0, CONTAINER: 1, NODE: 2, TARGET: 3 } },
  ProfileType: { values: { RuntimeDefault: 0, Unconfined: 1, Localhost: 2 } },
  Int64Value: { fields: { value: number(1) } },
  NamespaceOption: {
    fields: { network: one("NamespaceMode", 1), pid: one("NamespaceMode", 2), ipc: one("NamespaceMode", 3) },
  },
  SecurityProfile: { fields: { profileType: one("ProfileType", 1) } },
  PodSandboxMetadata: {
    fields: { name: text(1), uid: text(2), namespace: text(3), attempt: { type: "uint32", id: 4 } },
  },
  LinuxSandboxSecurityContext: {
    fields: { namespaceOptions: one("NamespaceOption", 1), seccomp: one("SecurityProfile", 9) },
  },
  LinuxPodSandboxConfig: { fields: { cgroupParent: text(1), securityContext: one("LinuxSandboxSecurityContext", 2) } },
  PodSandboxConfig: {
    fields: {
      metadata: one("PodSandboxMetadata", 1),
      hostname: text(2),
      logDirectory: text(3),
      labels: map(6),
      linux: one("LinuxPodSandboxConfig", 8),
    },
  },
  RunPodSandboxRequest: { fields: { config: one("PodSandboxConfig", 1) } },
  RunPodSandboxResponse: { fields: { podSandboxId: text(1) } },
  StopPodSandboxRequest: { fields: { podSandboxId: text(1) } },
  StopPodSandboxResponse: { fields: {} },
  RemovePodSandboxRequest: { fields: { podSandboxId: text(1) } },
  RemovePodSandboxResponse: { fields: {} },
  PodSandboxStatusRequest: { fields: { podSandboxId: text(1) } },
  PodSandboxNetworkStatus: { fields: { ip: text(1) } },
  PodSandboxStatus: { fields: { id: text(1), network: one("PodSandboxNetworkStatus", 5) } },
  PodSandboxStatusResponse: { fields: { status: one("PodSandboxStatus", 1) } },
  ContainerMetadata: { fields: { name: text(1), attempt: { type: "uint32", id: 2 } } },
  ImageSpec: { fields: { image: text(1) } },
  KeyValue: { fields: { key: text(1), value: text(2) } },
  Mount: { fields: { containerPath: text(1), hostPath: text(2), readonly: flag(3) } },
  Capability: { fields: { addCapabilities: texts(1), dropCapabilities: texts(2) } },
  LinuxContainerSecurityContext: {
    fields: {
      capabilities: one("Capability", 1),
      privileged: flag(2),
      namespaceOptions: one("NamespaceOption", 3),
      runAsUser: one("Int64Value", 5),
      readonlyRootfs: flag(7),
      noNewPrivs: flag(11),
      maskedPaths: texts(13),
      readonlyPaths: texts(14),
      seccomp: one("SecurityProfile", 15),
    },
  },
  LinuxContainerConfig: { fields: { securityContext: one("LinuxContainerSecurityContext", 2) } },
  ContainerConfig: {
    fields: {
      metadata: one("ContainerMetadata", 1),
      image: one("ImageSpec", 2),
      command: texts(3),
      args: texts(4),
      envs: { rule: "repeated", type: "KeyValue", id: 6 },
      mounts: { rule: "repeated", type: "Mount", id: 7 },
      labels: map(9),
      logPath: text(11),
      linux: one("LinuxContainerConfig", 15),
    },
  },
  CreateContainerRequest: {
    fields: { podSandboxId: text(1), config: one("ContainerConfig", 2), sandboxConfig: one("PodSandboxConfig", 3) },
  },
  CreateContainerResponse: { fields: { containerId: text(1) } },
  StartContainerRequest: { fields: { containerId: text(1) } },
  StartContainerResponse: { fields: {} },
  ContainerStatusRequest: { fields: { containerId: text(1), verbose: flag(2) } },
  ContainerStatus: { fields: { state: { type: "int32", id: 3 }, exitCode: { type: "int32", id: 7 } } },
  ContainerStatusResponse: { fields: { status: one("ContainerStatus", 1), info: map(2) } },
};

const service = fromJSON({ nested: { runtime: { nested: { v1: { nested: MESSAGES } } } } })[
  "runtime.v1.RuntimeService"
];
const RuntimeClient = makeGenericClientConstructor(service as ServiceDefinition, "RuntimeService");

/** A kubelet's end of the Container Runtime Interface. */
export interface CriClient {
  /** Calls a method; rejects with what the runtime says. */
  call(name: (typeof METHODS)[number], request: object): Promise<Record<string, unknown>>;
  close(): void;
}

/** Asks a container runtime by its socket. */
export function criClient(socket: string): CriClient {
  const client = new RuntimeClient(`unix:${socket}`, credentials.createInsecure(), {
    "grpc.default_authority": "localhost",
  });
  return {
    call: (name, request) =>
      new Promise((resolve, reject) => {
        client[name]?.(request, (error: Error | null, answer: Record<string, unknown>) =>
          error === null ? resolve(answer) : reject(error),
        );
      }),
    close: () => client.close(),
  };
}
