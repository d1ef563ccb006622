import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { printed } from "../network.ts";
import { until } from "../until.ts";
import { BARE_IMAGE, LENT, writeBareImage } from "./bare-image.ts";
import { inNamespace, makeNamespace, writeBridge } from "./bridge.ts";
import { removeControlGroup } from "./control-groups.ts";
import { type CriClient, criClient } from "./cri-client.ts";

/** What the kubelet hides from containers that are not privileged (k8s.io/kubernetes, pkg/securitycontext). */
const MASKED = ["asound", "acpi", "kcore", "keys", "latency_stats", "timer_list", "timer_stats", "sched_debug", "scsi"];
const READ_ONLY = ["bus", "fs", "irq", "sys", "sysrq-trigger"];

/** State of a container that has ended (runtime.v1.ContainerState). */
const EXITED = 2;

/** A pod as a kubelet asks for it. */
export interface PodSpec {
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** The node's own network and processes instead of the pod's. */
  readonly hostNetwork?: boolean;
  readonly hostPid?: boolean;
  /** Its containers see each other's processes (Kubernetes: shareProcessNamespace). */
  readonly sharesProcesses?: boolean;
}

/** A container of a pod. */
export interface ContainerSpec {
  readonly name: string;
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly mounts?: readonly { readonly from: string; readonly to: string; readonly isWritable?: boolean }[];
  /** Those that it has; none where absent. */
  readonly capabilities?: readonly string[];
  readonly user?: number;
  readonly isRootReadOnly?: boolean;
  readonly noNewPrivileges?: boolean;
  readonly seccomp?: "RuntimeDefault" | "Unconfined";
}

/** A pod that runs. */
export interface Pod {
  readonly id: string;
  /** Its address on the node's bridge; the node's where it has the node's network. */
  readonly address: string;
  readonly config: object;
  readonly spec: PodSpec;
}

/** A container that runs. */
export interface Container {
  readonly id: string;
  /** As the host sees it. */
  readonly pid: number;
  /** What it has printed so far, in the CRI's format. */
  readonly log: () => string;
  /** Waits until it has ended; returns its exit code. */
  readonly ended: () => Promise<number>;
}

/** A node of a cluster without the cluster: a network namespace with containerd and a CNI bridge in it, asked as a kubelet does. */
export class ContainerNode {
  /** Name of its network namespace. */
  readonly namespace: string;
  /** containerd's. */
  readonly socket: string;
  readonly #folder: string;
  readonly #containerd: ChildProcess;
  readonly #cri: CriClient;
  readonly #pods: string[] = [];

  /** Starts containerd with folders of its own, and gives it the image. */
  static async start(): Promise<ContainerNode> {
    // A short path: sockets stand in it.
    const folder = mkdtempSync("/tmp/weir-node-");
    const namespace = makeNamespace(`weir-node-${folder.slice(-6)}`);
    writeConfiguration(folder);
    const command = ["containerd", "--config", join(folder, "containerd.toml")];
    const [program, args] = inNamespace(namespace, command);
    const containerd = spawn(program, args, { stdio: ["ignore", "ignore", "pipe"] });
    await printed(containerd.stderr, /successfully booted/);
    containerd.stderr.resume();
    const node = new ContainerNode(folder, namespace, containerd);
    node.#ctr("images", "import", writeBareImage(folder));
    return node;
  }

  private constructor(folder: string, namespace: string, containerd: ChildProcess) {
    this.#folder = folder;
    this.namespace = namespace;
    this.socket = join(folder, "containerd.sock");
    this.#containerd = containerd;
    this.#cri = criClient(this.socket);
  }

  /** Makes a pod: its namespaces, and its place on the bridge. */
  async pod(spec: PodSpec): Promise<Pod> {
    const { name, namespace, uid, labels = {}, hostNetwork = false } = spec;
    const config = {
      metadata: { name, namespace, uid },
      ...(!hostNetwork && { hostname: name }),
      logDirectory: this.#folder,
      labels: { ...labels, ...podLabels(spec) },
      linux: {
        cgroupParent: `/${this.namespace}/besteffort/pod${uid}`,
        securityContext: { namespaceOptions: namespacesOf(spec), seccomp: { profileType: "RuntimeDefault" } },
      },
    };
    const { podSandboxId } = await this.#cri.call("RunPodSandbox", { config });
    const id = String(podSandboxId);
    this.#pods.push(id);
    const { status } = await this.#cri.call("PodSandboxStatus", { podSandboxId });
    const { network } = status as { readonly network?: { readonly ip?: string } };
    return { id, address: network?.ip ?? "", config, spec };
  }

  /** Runs a container in a pod. */
  async container(pod: Pod, spec: ContainerSpec): Promise<Container> {
    const { name, command, env = {}, mounts = [], capabilities = [], seccomp = "RuntimeDefault" } = spec;
    const logPath = `${pod.spec.name}-${name}.log`;
    const config = {
      metadata: { name },
      image: { image: BARE_IMAGE },
      command,
      envs: Object.entries(env).map(([key, value]) => ({ key, value })),
      mounts: [...LENT, ...mounts].map(({ from, to, ...more }) => ({
        hostPath: from,
        containerPath: to,
        readonly: !("isWritable" in more && more.isWritable === true),
      })),
      labels: { ...podLabels(pod.spec), "io.kubernetes.container.name": name },
      logPath,
      linux: {
        securityContext: {
          capabilities: { dropCapabilities: ["ALL"], addCapabilities: capabilities },
          namespaceOptions: namespacesOf(pod.spec),
          runAsUser: { value: spec.user ?? 0 },
          readonlyRootfs: spec.isRootReadOnly ?? false,
          noNewPrivs: spec.noNewPrivileges ?? false,
          maskedPaths: [...MASKED.map((file) => `/proc/${file}`), "/sys/firmware"],
          readonlyPaths: READ_ONLY.map((file) => `/proc/${file}`),
          seccomp: { profileType: seccomp },
        },
      },
    };
    const request = { podSandboxId: pod.id, config, sandboxConfig: pod.config };
    const { containerId } = await this.#cri.call("CreateContainer", request);
    await this.#cri.call("StartContainer", { containerId });
    const { info } = await this.#cri.call("ContainerStatus", { containerId, verbose: true });
    const { pid } = JSON.parse((info as { info: string }).info) as { readonly pid: number };
    return {
      id: String(containerId),
      pid,
      log: () => readFileSync(join(this.#folder, logPath), "utf8"),
      ended: () => until(() => this.#exitCode(containerId)),
    };
  }

  /** Ends all pods and containerd. */
  async close(): Promise<void> {
    for (const podSandboxId of this.#pods) {
      await this.#cri.call("StopPodSandbox", { podSandboxId });
      await this.#cri.call("RemovePodSandbox", { podSandboxId });
    }
    this.#cri.close();
    const ended = once(this.#containerd, "exit");
    this.#containerd.kill();
    await ended;
    execFileSync("ip", ["netns", "del", this.namespace]);
    rmSync(this.#folder, { recursive: true });
    removeControlGroup(this.namespace);
  }

  async #exitCode(containerId: unknown): Promise<number | undefined> {
    const { status } = await this.#cri.call("ContainerStatus", { containerId });
    const { state, exitCode } = status as { readonly state: number; readonly exitCode?: number };
    // A zero is not sent.
    return state === EXITED ? (exitCode ?? 0) : undefined;
  }

  #ctr(...args: readonly string[]): void {
    execFileSync("ctr", ["--address", this.socket, "--namespace", "k8s.io", ...args], { stdio: "pipe" });
  }
}

function podLabels({ name, namespace, uid }: PodSpec): Record<string, string> {
  return {
    "io.kubernetes.pod.name": name,
    "io.kubernetes.pod.namespace": namespace,
    "io.kubernetes.pod.uid": uid,
  };
}

function namespacesOf({ hostNetwork, hostPid, sharesProcesses }: PodSpec): object {
  const ofPod = sharesProcesses === true ? "POD" : "CONTAINER";
  return { network: hostNetwork === true ? "NODE" : "POD", pid: hostPid === true ? "NODE" : ofPod, ipc: "POD" };
}

function writeConfiguration(folder: string): void {
  const cni = writeBridge(folder, "10.93.0.0/24");
  // Scores of the kernel's memory killer can only be lowered with CAP_SYS_RESOURCE, which is not everywhere.
  const configuration = `
version = 2
root = "${folder}/root"
state = "${folder}/state"
[grpc]
  address = "${folder}/containerd.sock"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${BARE_IMAGE}"
  restrict_oom_score_adj = true
  netns_mounts_under_state_dir = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "${cni}"
`;
  writeFileSync(join(folder, "containerd.toml"), configuration);
}
