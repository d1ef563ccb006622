import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";

/** A host of the test bed: a network namespace with one address on the bridge. */
export interface TestHost {
  /** Name of its network namespace. */
  readonly namespace: string;
  readonly address: string;
  /** Its interface, `eth0`. */
  readonly device: string;
}

/** Hosts on one bridge, in network namespaces of their own, so that nothing of the machine is touched. */
export class TestNetwork {
  readonly #prefix: string;
  readonly #namespaces: string[] = [];
  readonly #children: ChildProcess[] = [];
  /** Name of the network namespace that the bridge is in. */
  readonly bridge: string;

  constructor() {
    this.#prefix = `weir-${process.pid}-${Math.floor(performance.now())}`;
    this.bridge = this.#namespace("bridge");
    this.#ip("-n", this.bridge, "link", "add", "br0", "type", "bridge");
    this.#ip("-n", this.bridge, "link", "set", "br0", "up");
  }

  /** Adds a host. */
  host(name: string): TestHost {
    const number = this.#namespaces.length;
    const namespace = this.#namespace(name);
    const host = { namespace, address: `10.91.0.${number}`, device: "eth0" };
    this.#plug(host);
    return host;
  }

  /** Takes a host's interface away, and gives it another one of the same name and address. */
  replug(host: TestHost): void {
    this.#ip("-n", host.namespace, "link", "del", "eth0");
    this.#plug(host);
  }

  #plug({ namespace, address }: TestHost): void {
    const port = `port${address.split(".")[3]}`;
    this.#ip("link", "add", "eth0", "netns", namespace, "type", "veth", "peer", "name", port, "netns", this.bridge);
    this.#ip("-n", this.bridge, "link", "set", port, "master", "br0", "up");
    this.#ip("-n", namespace, "addr", "add", `${address}/24`, "dev", "eth0");
    this.#ip("-n", namespace, "link", "set", "eth0", "up");
  }

  /** Starts a program on a host; it is ended with the network. */
  start({ namespace }: TestHost, command: string, args: readonly string[]): ChildProcess {
    const child = spawn("ip", ["netns", "exec", namespace, command, ...args], { stdio: ["ignore", "pipe", "pipe"] });
    this.#children.push(child);
    return child;
  }

  /** Runs a program on a host to its end, and returns what it printed. */
  run({ namespace }: TestHost, command: string, args: readonly string[]): string {
    return execFileSync("ip", ["netns", "exec", namespace, command, ...args], { encoding: "utf8" });
  }

  /** Runs a script of Node on a host, until it prints its first line; further output is the caller's. */
  async node(host: TestHost, script: string): Promise<ChildProcess> {
    const child = this.start(host, process.execPath, ["--input-type=module", "--eval", script]);
    await printed(child.stdout, /\n/);
    return child;
  }

  async close(): Promise<void> {
    for (const child of this.#children) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    }
    for (const namespace of this.#namespaces) this.#ip("netns", "del", namespace);
  }

  #namespace(name: string): string {
    const namespace = `${this.#prefix}-${name}`;
    this.#ip("netns", "add", namespace);
    this.#namespaces.push(namespace);
    this.#ip("-n", namespace, "link", "set", "lo", "up");
    return namespace;
  }

  #ip(...args: readonly string[]): void {
    execFileSync("ip", args, { stdio: ["ignore", "ignore", "inherit"] });
  }
}

/** Waits until a program has printed this. */
export async function printed(stream: Readable | null, pattern: RegExp): Promise<string> {
  let text = "";
  for await (const chunk of stream?.iterator({ destroyOnReturn: false }) ?? []) {
    text += String(chunk);
    if (pattern.test(text)) return text;
  }
  throw new Error(`it ended without saying ${pattern}: ${text}`);
}
