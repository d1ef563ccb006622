import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { records, weir } from "../../cli/weir-read.ts";
import { until } from "../until.ts";
import type { Container, ContainerNode, ContainerSpec, Pod } from "./container-node.ts";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url)).replace(/\/$/, "");
/** What is before a line in a container's log (the CRI's format): time, stream, and whether the line is whole. */
const LINE = /^\S+ (stdout|stderr) ([FP]) (.*)$/;

/** An agent that runs in a container: this checkout, read-only. */
export class AgentContainer {
  readonly container: Container;

  /** Starts an agent; returns when it watches, or has ended. */
  static async start(
    node: ContainerNode,
    pod: Pod,
    args: readonly string[],
    spec: Omit<ContainerSpec, "command">,
  ): Promise<AgentContainer> {
    const mounts = [...(spec.mounts ?? []), { from: ROOT, to: ROOT }];
    const command = ["/node", weir, "agent", "--json", ...args];
    const agent = new AgentContainer(await node.container(pod, { ...spec, mounts, command }));
    await until(async () => (/^(watching|reading|weir: )/m.test(agent.said) ? true : undefined));
    return agent;
  }

  private constructor(container: Container) {
    this.container = container;
  }

  /** What it has said to people so far. */
  get said(): string {
    return this.#log("stderr");
  }

  /** What it has printed so far. */
  get records(): Record<string, unknown>[] {
    const text = this.#log("stdout");
    return text === "" ? [] : records(text);
  }

  /** Its status, asked for in its own network. */
  status(): Record<string, unknown> {
    const url = /status: (\S+)/.exec(this.said)?.[1] ?? "";
    const args = [`--net=/proc/${this.container.pid}/ns/net`, "curl", "-s", url];
    return JSON.parse(execFileSync("nsenter", args, { encoding: "utf8" })) as Record<string, unknown>;
  }

  /** Ends it as a kubelet does; returns all records that it printed. */
  async stop(): Promise<Record<string, unknown>[]> {
    process.kill(this.container.pid, "SIGTERM");
    await this.container.ended();
    return this.records;
  }

  #log(stream: "stdout" | "stderr"): string {
    let text = "";
    for (const line of this.container.log().split("\n")) {
      const [, from, wholeness, part] = LINE.exec(line) ?? [];
      if (from === stream) text += wholeness === "F" ? `${part}\n` : part;
    }
    return text;
  }
}
