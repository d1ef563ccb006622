import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { printed } from "../network.ts";
import { until } from "../until.ts";
import { BARE_IMAGE, LENT, writeBareImage } from "./bare-image.ts";
import { inNamespace, makeNamespace, writeBridge } from "./bridge.ts";
import { removeControlGroup, UNIFIED } from "./control-groups.ts";

const NETWORK = "weir-test";

/** Control groups as they are mounted on this machine, or in version 2 alone. */
export type CgroupVersion = "any" | "v2";

/** A host with Podman, in network and mount namespaces of its own, whose socket speaks Docker's API. */
export class PodmanHost {
  /** Name of its network namespace. */
  readonly namespace: string;
  readonly socket: string;
  readonly #folder: string;
  /** Holds the host's namespaces. */
  readonly #holder: ChildProcess;
  readonly #options: readonly string[];
  #service: ChildProcess | undefined;

  /** Sets Podman up with folders of its own, gives it the image, and has it listen. */
  static async start(cgroups: CgroupVersion = "any"): Promise<PodmanHost> {
    const folder = mkdtempSync("/tmp/weir-podman-");
    const namespace = makeNamespace(`weir-podman-${folder.slice(-6)}`);
    const isHidden = cgroups === "v2" && existsSync(UNIFIED);
    const mount = isHidden ? `mount --rbind ${UNIFIED} /sys/fs/cgroup` : "true";
    const hold = ["unshare", "--mount", "sh", "-c", `${mount} && echo up && exec sleep infinity`];
    const [program, args] = inNamespace(namespace, hold);
    const holder = spawn(program, args, { stdio: ["ignore", "pipe", "inherit"] });
    await printed(holder.stdout, /up/);
    const host = new PodmanHost(folder, namespace, holder);
    host.#podman("load", "--input", writeBareImage(folder));
    const service = host.#command(["system", "service", "--time", "0", `unix://${host.socket}`]);
    host.#service = spawn(service[0], service[1], { stdio: "ignore" });
    await until(async () => (existsSync(host.socket) ? true : undefined));
    return host;
  }

  private constructor(folder: string, namespace: string, holder: ChildProcess) {
    this.#folder = folder;
    this.#holder = holder;
    this.namespace = namespace;
    this.socket = join(folder, "podman.sock");
    const folders = { root: "root", runroot: "run", tmpdir: "tmp" };
    this.#options = [
      ...Object.entries(folders).map(([option, name]) => `--${option}=${join(folder, name)}`),
      `--network-config-dir=${writeBridge(folder, "10.94.0.0/24")}`,
      "--cgroup-manager=cgroupfs",
      "--runtime=runc",
    ];
  }

  /** Runs a container; returns its id. */
  run(name: string, command: readonly string[]): string {
    const lent = LENT.map(({ from, to }) => `--volume=${from}:${to}:ro`);
    // Raising limits takes a right that is not everywhere, and limiting processes a controller that version 2 need not have.
    const limits = ["--ulimit=nofile=1024:1024", "--ulimit=nproc=1024:1024", "--pids-limit=0"];
    const [entrypoint = "", ...args] = command;
    const place = [`--network=${NETWORK}`, `--cgroup-parent=/${basename(this.#folder)}`];
    const options = [`--name=${name}`, "--detach", `--entrypoint=${entrypoint}`];
    return this.#podman("run", ...options, ...place, ...limits, ...lent, BARE_IMAGE, ...args);
  }

  /** Address of a container on the bridge. */
  addressOf(name: string): string {
    const template = `{{(index .NetworkSettings.Networks "${NETWORK}").IPAddress}}`;
    return this.#podman("inspect", "--format", template, name);
  }

  /** Process id of a container, as the host sees it. */
  pidOf(name: string): number {
    return Number(this.#podman("inspect", "--format", "{{.State.Pid}}", name));
  }

  /** Ends all containers and the service. */
  async close(): Promise<void> {
    this.#podman("rm", "--all", "--force", "--time", "0");
    for (const child of [this.#service, this.#holder]) {
      if (child === undefined) continue;
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    }
    execFileSync("ip", ["netns", "del", this.namespace]);
    rmSync(this.#folder, { recursive: true });
    removeControlGroup(basename(this.#folder));
  }

  #podman(...args: readonly string[]): string {
    const [program, all] = this.#command(args);
    return execFileSync(program, all, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();
  }

  #command(args: readonly string[]): [string, readonly string[]] {
    const enter = [`--target=${this.#holder.pid}`, "--net", "--mount"];
    return ["nsenter", [...enter, "podman", ...this.#options, ...args]];
  }
}
