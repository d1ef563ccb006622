import { afterAll, beforeAll, expect, it } from "vitest";
import { AgentProcess } from "./agent-process.ts";
import { type Container, ContainerNode, type Pod } from "./containers/container-node.ts";
import { CONTAINERD, PODMAN } from "./containers/engines.ts";
import { PodmanHost } from "./containers/podman-host.ts";
import { describeOnKernel } from "./kernel.ts";

const SERVER = `require("http").createServer((_, response) => response.end("ok")).listen(8080);`;
/** Asks until it is answered: the server beside it may still be starting. */
const askingOf = (address: string) => [
  "/usr/bin/curl",
  "-s",
  "--retry-connrefused",
  "--retry",
  "9",
  `http://${address}:8080/`,
];
const BPF = "tcp port 8080";

type Json = Record<string, unknown>;
const answered = (records: readonly Json[]) =>
  records.find(({ kind, report, calls }) => kind === "connection" && report === "end" && calls === 1);

describeOnKernel(
  "weir agent on a node whose containers are containerd's",
  () => {
    let node: ContainerNode;
    let orders: Pod;
    let server: Container;

    beforeAll(async () => {
      node = await ContainerNode.start();
      orders = await node.pod({
        name: "orders-7d9f",
        namespace: "shop",
        uid: "0a0a0a0a-1111-2222-3333-444444444444",
      });
      server = await node.container(orders, { name: "server", command: ["/node", "-e", SERVER] });
    });
    afterAll(() => node.close());

    it("names both by the runtime's socket: process, container, pod, namespace", async () => {
      const vantage = ["--interface", `any@${node.namespace}`, "--bpf", BPF];
      const agent = await AgentProcess.start([...vantage, "--containers", `cri:${node.socket}`]);
      const web = await node.pod({ name: "web-0", namespace: "front", uid: "0b0b0b0b-1111-2222-3333-444444444444" });
      const client = await node.container(web, { name: "client", command: askingOf(orders.address) });
      await agent.until(({ calls }) => calls === 1);
      const { identity } = await agent.status();
      expect(answered(await agent.stop())).toMatchObject({
        clientAddress: web.address,
        clientProcessPid: client.pid,
        clientProcessName: "curl",
        clientContainerId: client.id,
        clientContainerName: "client",
        clientContainerImage: "weir.test/bare:1",
        clientK8sNamespaceName: "front",
        clientK8sPodName: "web-0",
        clientK8sPodUid: web.spec.uid,
        serverProcessPid: server.pid,
        serverContainerId: server.id,
        serverContainerName: "server",
        serverK8sNamespaceName: "shop",
        serverK8sPodName: "orders-7d9f",
        serverK8sPodUid: orders.spec.uid,
      });
      expect(identity).toMatchObject({ containers: { engines: [{ socket: node.socket, has: true }] } });
    });
  },
  { abilities: ["kernelSockets"], programs: CONTAINERD },
);

for (const cgroups of ["any", "v2"] as const)
  describeOnKernel(
    `weir agent on a host whose containers are Podman's, asked as Docker is (control groups: ${cgroups})`,
    () => {
      let host: PodmanHost;
      beforeAll(async () => {
        host = await PodmanHost.start(cgroups);
      });
      afterAll(() => host.close());

      it("names both containers", async () => {
        const serverId = host.run("orders", ["/node", "-e", SERVER]);
        const vantage = ["--interface", `any@${host.namespace}`, "--bpf", BPF];
        const agent = await AgentProcess.start([...vantage, "--containers", `docker:${host.socket}`]);
        const clientId = host.run("web", askingOf(host.addressOf("orders")));
        await agent.until(({ calls }) => calls === 1);
        expect(answered(await agent.stop())).toMatchObject({
          clientProcessName: "curl",
          clientContainerId: clientId,
          clientContainerName: "web",
          clientContainerImage: "weir.test/bare:1",
          serverProcessPid: host.pidOf("orders"),
          serverContainerId: serverId,
          serverContainerName: "orders",
        });
      });
    },
    { abilities: ["kernelSockets"], programs: PODMAN },
  );
