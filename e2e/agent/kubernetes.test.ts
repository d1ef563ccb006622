import type { ChildProcess } from "node:child_process";
import { join } from "node:path";
import { Readable } from "node:stream";
import {
  endpointSliceObject,
  KubernetesApiServer,
  nodeObject,
  podObject,
  serviceObject,
} from "@weir/kubernetes/testing";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { failedCall, temporaryFolder } from "../cli/weir-read.ts";
import { runHub } from "../running-hub.ts";
import { AgentProcess } from "./agent-process.ts";
import { describeOnKernel } from "./kernel.ts";
import { type TestHost, TestNetwork } from "./network.ts";

const SERVER = `
import { createServer } from "node:http";
createServer((request, response) => response.end("ok")).listen(8080, () => console.log("up"));
`;
const asks = (url: string) => `await (await fetch("${url}", { headers: { connection: "close" } })).text();`;
const SERVICE_ADDRESS = "10.96.0.10";

let api: KubernetesApiServer;
beforeEach(async () => {
  api = await KubernetesApiServer.start();
});
afterEach(() => api.close());

const ended = (records: readonly Record<string, unknown>[]) =>
  records.find(({ kind, report, transport }) => kind === "connection" && report === "end" && transport === "tcp");

describe("packets of another time", () => {
  const pipe = async () => {
    const agent = await AgentProcess.start(
      ["--read", "-", "--kubernetes", api.kubeconfig()],
      Readable.from([failedCall().toPcap()]),
    );
    return ended(await agent.end());
  };

  it("have the pods that had their addresses then, not those that have them now", async () => {
    const atUnixMs = Date.parse(String((await pipe())?.["startedAt"]));
    const at = (seconds: number) => new Date(atUnixMs + seconds * 1_000).toISOString();
    const job = { kind: "Job", name: "import" };
    api.put("nodes", nodeObject("node-1", "192.168.0.1", "zone-a", "10.0.0.0/16"));
    api.put("pods", podObject("import-1", "10.0.0.1", { startedAt: at(-60), finishedAt: at(60), owner: job }));
    api.put("pods", podObject("orders-1", "10.0.0.1", { startedAt: at(120) }));
    expect(await pipe()).toMatchObject({
      clientK8sPodName: "import-1",
      clientK8sJobName: "import",
      clientK8sNamespaceName: "shop",
      clientCloudAvailabilityZone: "zone-a",
      serverK8sPodUnknown: "notYetKnown",
    });
  });
});

describeOnKernel("weir agent in a cluster", () => {
  const { folder } = temporaryFolder();
  let network: TestNetwork;
  let client: TestHost;
  let node: TestHost;
  let server: TestHost;
  /** Runs in the node's network namespace, so that what the kernel tells of it can be read. */
  let nodeProcess: ChildProcess;

  beforeAll(async () => {
    network = new TestNetwork();
    client = network.host("client");
    node = network.host("node");
    server = network.host("server");
    await network.node(server, SERVER);
    nodeProcess = await network.node(node, 'console.log("up"); setInterval(() => undefined, 1_000);');
    // What kube-proxy does: the node forwards what is asked of the Service's address to a pod behind it.
    network.run(client, "ip", ["route", "add", SERVICE_ADDRESS, "via", node.address]);
    network.run(node, "sysctl", ["-qw", "net.ipv4.ip_forward=1", "net.ipv4.conf.all.send_redirects=0"]);
    network.run(node, "nft", ["add table ip nat"]);
    network.run(node, "nft", ["add chain ip nat prerouting { type nat hook prerouting priority -100; }"]);
    network.run(node, "nft", ["add chain ip nat postrouting { type nat hook postrouting priority 100; }"]);
    network.run(node, "nft", [
      `add rule ip nat prerouting ip daddr ${SERVICE_ADDRESS} tcp dport 80 dnat to ${server.address}:8080`,
    ]);
    network.run(node, "nft", ["add rule ip nat postrouting masquerade"]);
  });
  afterAll(() => network.close());

  const watch = (on: TestHost, bpf: string) => {
    const interfaces = ["--interface", `eth0@${on.namespace}`, "--bpf", bpf];
    const table = `/proc/${nodeProcess.pid}/net/nf_conntrack`;
    return AgentProcess.start([...interfaces, "--kubernetes", api.kubeconfig(), "--conntrack", table]);
  };
  const ask = (url: string) => network.run(client, process.execPath, ["--input-type=module", "--eval", asks(url)]);
  const cluster = () => {
    api.put("nodes", nodeObject("node-1", node.address, "zone-a", "10.91.0.0/24"));
    api.put("pods", podObject("shop-1", client.address));
  };

  it("names the pods of a connection and of its calls, also the one behind a Service's address that the node chose", async () => {
    cluster();
    const behind = [
      ["orders-1", server.address],
      ["orders-2", "10.91.0.99"],
    ] as const;
    for (const [name, address] of behind) api.put("pods", podObject(name, address));
    api.put("services", serviceObject("orders", SERVICE_ADDRESS));
    api.put("endpointslices", endpointSliceObject("orders", behind));
    const agent = await watch(node, `host ${SERVICE_ADDRESS}`);
    ask(`http://${SERVICE_ADDRESS}/`);
    await agent.until(({ connections }) => connections === 1);
    const { identity } = await agent.status();
    const records = await agent.stop();
    expect(ended(records)).toMatchObject({
      clientService: "shop",
      clientK8sPodName: "shop-1",
      clientK8sDeploymentName: "shop",
      clientK8sNodeName: "node-1",
      clientCloudAvailabilityZone: "zone-a",
      clientK8sPodLabels: { "app.kubernetes.io/name": "shop", tier: "backend" },
      serverService: "orders",
      serverK8sServiceName: "orders",
      serverK8sPodName: "orders-1",
    });
    expect(records.find(({ kind }) => kind === "call")).toMatchObject({
      clientService: "shop",
      serverService: "orders",
    });
    expect(identity).toMatchObject({
      kubernetes: {
        isReachable: true,
        kinds: expect.arrayContaining([expect.objectContaining({ kind: "pods", objects: 3 })]),
      },
      translations: { has: true },
    });
    expect(JSON.stringify(records)).not.toContain("hunter2");
  });

  it("names the pods as the hub tells of them where it has no access to the API server, and goes on while the hub is away", async () => {
    cluster();
    api.put("services", serviceObject("orders", SERVICE_ADDRESS));
    api.put("endpointslices", endpointSliceObject("orders", [["orders-1", server.address]]));
    const start = (...more: readonly string[]) =>
      runHub(join(folder, "data"), "--kubernetes", api.kubeconfig(), ...more);
    let hub = await start();
    const port = new URL(hub.url).port;
    const follower = (name: string) => [
      ...["--interface", `eth0@${server.namespace}`, "--bpf", "tcp port 8080", "--agent-id", name],
      ...["--hub", hub.url, "--spool", join(folder, name), "--kubernetes", "hub"],
    ];
    const agents = [await AgentProcess.start(follower("node-1")), await AgentProcess.start(follower("node-2"))];
    const [agent] = agents as [AgentProcess, AgentProcess];
    const kubernetes = async () =>
      ((await agent.status())["identity"] as { kubernetes: Record<string, unknown> }).kubernetes;
    // A pod that comes while the agents run is told to them, without any list of theirs at the API server.
    api.put("pods", podObject("orders-1", server.address));
    await expect.poll(kubernetes, { timeout: 10_000 }).toMatchObject({
      via: "hub",
      server: `https://127.0.0.1:${api.port}`,
      isReachable: true,
      kinds: expect.arrayContaining([expect.objectContaining({ kind: "pods", objects: 2 })]),
    });
    ask(`http://${server.address}:8080/`);
    const items = async (path: string) =>
      ((await (await fetch(`${hub.url}${path}`)).json()) as { items: Record<string, unknown>[] }).items;
    const named = {
      clientService: "shop",
      clientK8sPodName: "shop-1",
      clientK8sDeploymentName: "shop",
      clientCloudAvailabilityZone: "zone-a",
      serverService: "orders",
      serverK8sPodName: "orders-1",
      serverK8sServiceName: "orders",
    };
    await expect.poll(() => items("/api/connections"), { timeout: 20_000 }).toMatchObject([named, named]);
    expect((await items("/api/calls"))[0]).toMatchObject({ clientService: "shop", serverService: "orders" });
    expect(api.lists("pods")).toHaveLength(1);

    await hub.stop();
    ask(`http://${server.address}:8080/`);
    await expect.poll(kubernetes, { timeout: 10_000 }).toMatchObject({ isReachable: false });
    hub = await start("--port", port);
    await expect.poll(() => items("/api/connections"), { timeout: 40_000 }).toMatchObject([named, named, named, named]);
    await expect.poll(kubernetes, { timeout: 40_000 }).toMatchObject({ isReachable: true });
    await Promise.all(agents.map((each) => each.stop()));
    await hub.stop();
  });

  it("names a pod that the cluster tells of only when its connection is over", async () => {
    cluster();
    const agent = await watch(client, `host ${server.address} and host ${client.address}`);
    ask(`http://${server.address}:8080/`);
    const identity = () => expect.poll(async () => (await agent.status())["identity"], { timeout: 10_000 });
    await identity().toMatchObject({ late: { held: 1 } });
    api.put("pods", podObject("orders-1", server.address));
    await identity().toMatchObject({ late: { held: 0, namedLate: 1, gaveUp: 0 } });
    expect(ended(await agent.stop())).toMatchObject({ serverK8sPodName: "orders-1", clientK8sPodName: "shop-1" });
  });
});
