import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { failedCall } from "../cli/weir-read.ts";
import { AgentContainer } from "./containers/agent-container.ts";
import { type Container, ContainerNode, type Pod } from "./containers/container-node.ts";
import { CONTAINERD } from "./containers/engines.ts";
import { readManifest } from "./containers/manifest.ts";
import { describeOnKernel } from "./kernel.ts";
import { until } from "./until.ts";

const SERVER = `require("http").createServer((_, response) => response.end("ok")).listen(8080);`;
const asking = (url: string) => ["/usr/bin/curl", "-s", "--retry-connrefused", "--retry", "9", url];
/** What names a hub and a cluster, which are not here. */
const isElsewhere = (arg: string) => /^(agent$|--(hub|token-file|kubernetes|agent-id))/.test(arg);

type Json = Record<string, unknown>;
const calls = (agent: AgentContainer) => (agent.status() as { capture?: { calls: number } }).capture?.calls;
const endsAt = (records: readonly Json[], port: number) =>
  records.filter(({ kind, report, serverPort }) => kind === "connection" && report === "end" && serverPort === port);

describeOnKernel(
  "weir agent in a container",
  () => {
    const volumes = mkdtempSync("/tmp/weir-volumes-");
    let node: ContainerNode;
    let orders: Pod;
    let server: Container;
    let pods = 0;

    const podOf = (name: string, more: object = {}) => {
      pods += 1;
      return node.pod({ name, namespace: "shop", uid: `0a0a0a0a-1111-2222-3333-44444444444${pods}`, ...more });
    };
    const ask = async (url: string) => {
      const client = await node.container(await podOf(`web-${pods}`), { name: "client", command: asking(url) });
      expect(await client.ended()).toBe(0);
      return client;
    };

    beforeAll(async () => {
      for (const name of ["token", "spool"]) mkdirSync(join(volumes, name));
      node = await ContainerNode.start();
      orders = await podOf("orders");
      server = await node.container(orders, { name: "server", command: ["/node", "-e", SERVER] });
    });
    afterAll(async () => {
      await node.close();
      rmSync(volumes, { recursive: true });
    });

    it("of the DaemonSet can do everything for its node, without being privileged", async () => {
      const { pod, args, container } = readManifest("agent.yaml", "agent", volumes);
      const options = args.filter((arg) => !isElsewhere(arg));
      const agent = await AgentContainer.start(node, await podOf("agent", pod), options, container);
      expect(agent.said.match(/^ {2}cannot .*/gm)).toEqual([expect.stringContaining("CAP_SYS_ADMIN")]);
      const client = await ask(`http://${orders.address}:8080/`);
      await until(async () => (calls(agent) === 1 ? true : undefined));
      const { drops } = agent.status() as { drops: Json[] };
      expect(endsAt(await agent.stop(), 8080).at(-1)).toMatchObject({
        clientProcessPid: client.pid,
        clientProcessName: "curl",
        clientProcessSource: "kernel",
        // Names of users are the host's; there are machines whose first process nobody may look at.
        clientProcessUser: existsSync("/proc/1/root/etc/passwd") ? "root" : "0",
        clientContainerId: client.id,
        serverProcessPid: server.pid,
        serverProcessSource: "kernel",
        serverContainerId: server.id,
        serverK8sPodUid: orders.spec.uid,
      });
      for (const { place } of drops) expect(place).not.toMatch(/^0x/);
    });

    it("says which of its abilities fall short, and what would help, where a capability is taken", async () => {
      const { pod, args, container } = readManifest("agent.yaml", "agent", volumes);
      const capabilities = ["NET_RAW", "BPF", "PERFMON"];
      const agent = await AgentContainer.start(
        node,
        await podOf("agent", pod),
        [...args.filter((arg) => !isElsewhere(arg)), "--tls-plaintext"],
        { ...container, name: "short", capabilities },
      );
      expect(agent.said).toMatch(
        /can +name the processes .*only this user's processes, of others it takes CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH, which root does not have here/,
      );
      expect(agent.said).toMatch(
        /can +hear from the kernel what it drops.*functions of the kernel stay numbers.*CAP_SYSLOG/,
      );
      expect(agent.said).toMatch(/cannot read what processes write .* it takes CAP_SYS_ADMIN/);
      expect(agent.said).toMatch(/what it costs is not measured: it takes CAP_SYS_ADMIN/);
      await agent.stop();
    });

    it("beside another sees the packets of its pod with one capability, and says why it does not see the processes", async () => {
      const { args, container } = readManifest("sidecar.yaml", "weir", volumes);
      const options = args.filter((arg) => !isElsewhere(arg));
      const agent = await AgentContainer.start(node, orders, options, container);
      expect(agent.said).toMatch(/can +name the processes .*only those of its container: .*hostPID: true/);
      await ask(`http://${orders.address}:8080/`);
      await until(async () => (calls(agent) === 1 ? true : undefined));
      const [end, ...others] = endsAt(await agent.stop(), 8080).slice(-1);
      expect(others).toEqual([]);
      expect(end).toMatchObject({
        serverAddress: orders.address,
        clientProcessUnknown: "outside",
        serverProcessUnknown: "noRights",
      });
    });

    it("beside another whose processes it shares names them, with the capabilities for that", async () => {
      const shared = await podOf("shared", { sharesProcesses: true });
      await node.container(shared, { name: "server", user: 1_000, command: ["/node", "-e", SERVER] });
      const { args, container } = readManifest("sidecar.yaml", "weir", volumes);
      const capabilities = [...(container.capabilities ?? []), "SYS_PTRACE", "DAC_READ_SEARCH"];
      const options = args.filter((arg) => !isElsewhere(arg));
      const agent = await AgentContainer.start(node, shared, options, { ...container, capabilities });
      await ask(`http://${shared.address}:8080/`);
      await until(async () => (calls(agent) === 1 ? true : undefined));
      expect(endsAt(await agent.stop(), 8080).at(-1)).toMatchObject({
        clientProcessUnknown: "outside",
        serverProcessName: "node",
        serverProcessUser: "1000",
        serverProcessSource: "proc",
      });
    });

    it("with no capability says what packets take, ends, and still reads a capture", async () => {
      const bare = { capabilities: [], user: 1_000, isRootReadOnly: true, noNewPrivileges: true };
      const pod = await podOf("bare");
      const agent = await AgentContainer.start(node, pod, ["--no-status-port"], { ...bare, name: "live" });
      expect(await agent.container.ended()).toBe(1);
      expect(agent.said).toMatch(
        /cannot capture packets: .*it takes CAP_NET_RAW, which root does not have here: give them to the container/,
      );
      expect(agent.said).toContain("tcpdump -U -w - | weir agent --read -");

      writeFileSync(join(volumes, "seen.pcap"), failedCall().toPcap(), { mode: 0o644 });
      const mounts = [{ from: join(volumes, "seen.pcap"), to: "/weir/seen.pcap" }];
      const options = ["--no-status-port", "--read", "/weir/seen.pcap"];
      const reader = await AgentContainer.start(node, pod, options, { ...bare, name: "reader", mounts });
      expect(await reader.container.ended()).toBe(0);
      expect(reader.records.some(({ kind }) => kind === "call")).toBe(true);
    });

    it("whose user is not root says that root has what it lacks", async () => {
      const spec = { name: "user", capabilities: ["NET_RAW"], user: 1_000 };
      const agent = await AgentContainer.start(node, await podOf("user"), ["--no-status-port"], spec);
      expect(await agent.container.ended()).toBe(1);
      expect(agent.said).toMatch(
        /it takes CAP_NET_RAW, which root has here: run it as root \(Kubernetes: runAsUser: 0\)/,
      );
    });
  },
  { abilities: ["kernelSockets", "kernelDrops"], programs: CONTAINERD },
);
