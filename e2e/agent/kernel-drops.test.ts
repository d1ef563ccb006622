import { once } from "node:events";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { AgentProcess } from "./agent-process.ts";
import { Faults } from "./faults.ts";
import { describeOnKernel } from "./kernel.ts";
import { type TestHost, TestNetwork } from "./network.ts";

const SERVER = `
import { createServer } from "node:http";
createServer((request, response) =>
  request.resume().on("end", () => setTimeout(() => response.end("ok"), request.url === "/slow" ? 1500 : 0)),
).listen(80, () => console.log("up"));
`;

type Json = Record<string, unknown>;

describeOnKernel(
  "weir agent hears from the kernel",
  () => {
    let network: TestNetwork;
    let faults: Faults;
    let client: TestHost;
    let server: TestHost;

    beforeAll(async () => {
      network = new TestNetwork();
      faults = new Faults(network);
      client = network.host("client");
      server = network.host("server");
      await network.node(server, SERVER);
    });
    afterEach(() => faults.heal(server));
    afterAll(() => network.close());

    /** What an agent at the server says of the one connection that curl makes, and its status then. */
    async function watched(
      port: number,
      ...curl: readonly string[]
    ): Promise<{ end: Json | undefined; status: Json; findings: Json[] }> {
      const agent = await AgentProcess.start([
        "--interface",
        `eth0@${server.namespace}`,
        "--bpf",
        `icmp or tcp port ${port}`,
      ]);
      try {
        network.run(client, "curl", ["-s", "--max-time", "4", ...curl, `http://${server.address}:${port}/`]);
      } catch {
        // It fails where that is what is tested.
      }
      await agent.until(({ connections, openConnections }) => Number(connections) + Number(openConnections) >= 1);
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      const status = await agent.status();
      const records = await agent.stop();
      const end = records.find(({ report, transport }) => report === "end" && transport === "tcp");
      return { end, status, findings: records.filter(({ kind }) => kind === "finding") };
    }

    it("what it sends again, as many as are seen on the wire", async () => {
      faults.loseFirst(server, 80, 2);
      const { end } = await watched(80, "--data", "x".repeat(20_000));
      const seen = Number(end?.["clientRetransmissions"]);
      expect(seen).toBeGreaterThanOrEqual(2);
      expect(end).toMatchObject({ clientKernelRetransmissions: seen, serverKernelRetransmissions: 0 });
      expect(end).toMatchObject({ clientDrops: 2, serverDrops: 0, dropCauses: "firewall NETFILTER_DROP nft_do_chain" });
    });

    it("that there is no way back any more", async () => {
      const agent = await AgentProcess.start(["--interface", `eth0@${server.namespace}`, "--bpf", "tcp port 80"]);
      const curl = network.start(client, "curl", ["-s", "--max-time", "4", `http://${server.address}/slow`]);
      await agent.until(({ openConnections }) => openConnections === 1);
      faults.blackhole(server, client.address);
      await once(curl, "exit");
      const end = (await agent.stop()).find(({ report }) => report === "end");
      expect(end?.["dropCauses"]).toMatch(/routing IP_OUTNOROUTES/);
      expect(Number(end?.["serverDrops"])).toBeGreaterThan(0);
    });

    it("that a rule of the firewall drops SYNs", async () => {
      faults.synDrop(server, 80);
      const { end, status } = await watched(80);
      expect(Number(end?.["clientDrops"])).toBeGreaterThanOrEqual(2);
      expect(end).toMatchObject({ dropCauses: "firewall NETFILTER_DROP nft_do_chain", clientProcessName: "curl" });
      expect(Number(end?.["clientKernelRetransmissions"])).toBe(Number(end?.["clientDrops"]) - 1);
      expect(status["drops"]).toContainEqual(
        expect.objectContaining({ kind: "firewall", reason: "NETFILTER_DROP", place: "nft_do_chain" }),
      );
    });

    it("that an accept queue is full", async () => {
      await faults.fullAcceptQueue(server, 82, 1);
      const held = [1, 2].map(() => network.start(client, "curl", ["-s", `http://${server.address}:82/`]));
      await new Promise((resolve) => setTimeout(resolve, 500));
      const { end, status } = await watched(82);
      for (const curl of held) curl.kill();
      expect(end).toMatchObject({ closeReason: "noAnswer", dropCauses: "listenQueue LISTEN_OVERFLOWS port 82" });
      expect(status["drops"]).toContainEqual(
        expect.objectContaining({ kind: "listenQueue", reason: "LISTEN_OVERFLOWS", place: "port 82" }),
      );
    });

    it("which of two accept queues is full, and how often", async () => {
      await faults.fullAcceptQueue(server, 83, 1);
      await faults.fullAcceptQueue(server, 84, 5);
      const held = [83, 83, 84, 84, 84].map((port) =>
        network.start(client, "curl", ["-s", `http://${server.address}:${port}/`]),
      );
      await new Promise((resolve) => setTimeout(resolve, 500));
      const { end, status, findings } = await watched(83);
      for (const curl of held) curl.kill();
      expect(end).toMatchObject({ closeReason: "noAnswer", dropCauses: "listenQueue LISTEN_OVERFLOWS port 83" });
      const overflow = (status["drops"] as Json[]).find(({ place }) => place === "port 83");
      expect(overflow).toMatchObject({
        reason: "LISTEN_OVERFLOWS",
        packets: 1 + Number(end?.["clientRetransmissions"]),
      });
      expect(status["drops"]).not.toContainEqual(expect.objectContaining({ place: "port 84" }));
      expect(findings).toContainEqual(expect.objectContaining({ rule: "kernel.listen-queue" }));
    });

    it("that a listening socket drops SYNs that it has no way to answer", async () => {
      faults.blackhole(server, client.address);
      const { end } = await watched(80);
      expect(end).toMatchObject({ closeReason: "noAnswer", dropCauses: "socket LISTEN_DROPS port 80" });
    });

    it("that nobody listens at a closed port", async () => {
      const { end } = await watched(81);
      expect(end).toMatchObject({ clientDrops: 1, connectError: "ECONNREFUSED" });
      expect(end?.["dropCauses"]).toMatch(/^socket NO_SOCKET tcp_v4_rcv/);
    });

    it("that a firewall refuses, which is a finding of its own", async () => {
      faults.reset(server, 80);
      const { end, findings } = await watched(80);
      expect(end).toMatchObject({ connectError: "ECONNREFUSED", clientDrops: 1 });
      expect(end?.["dropCauses"]).toMatch(/^firewall NETFILTER_DROP/);
      expect(findings).toContainEqual(expect.objectContaining({ rule: "kernel.firewall", severity: "critical" }));
    });

    it("whose connections fail before a packet is seen: dropped on the way out, or without an answer of the next hop", async () => {
      faults.dropSent(client, 80);
      const agent = await AgentProcess.start(["--interface", `eth0@${client.namespace}`]);
      const curl = (end: string, patienceSeconds: number) =>
        network.start(client, "curl", ["-s", "--max-time", `${patienceSeconds}`, `http://${end}/`]);
      // The kernel asks three times, a second apart, before it tells that nobody answers.
      const [dropped, nobody] = [curl(server.address, 2), curl("10.91.0.99:81", 10)];
      await Promise.all([once(dropped, "exit"), once(nobody, "exit")]);
      await new Promise((resolve) => setTimeout(resolve, 500));
      const findings = (await agent.stop()).filter(({ rule }) => rule === "kernel.connect-failed");
      faults.heal(client);
      expect(findings).toHaveLength(2);
      const [held, unanswered] = [server.address, "10.91.0.99"].map((address) =>
        findings.find(({ serverService }) => serverService === address),
      );
      expect(held?.["summary"]).toMatch(/1 attempt of curl \(\d+\) failed: 1 × given up/);
      expect(JSON.stringify(held?.["steps"])).toContain("firewall NETFILTER_DROP nft_do_chain");
      expect(unanswered?.["summary"]).toMatch(/1 attempt of curl \(\d+\) failed: 1 × EHOSTUNREACH/);
    });

    it("that a firewall refuses by ICMP, which the process is told as an errno", async () => {
      faults.reject(server, 80);
      const { end } = await watched(80);
      expect(end).toMatchObject({
        closeReason: "unreachable",
        connectError: "ECONNREFUSED",
        clientProcessCommand: expect.stringContaining("curl -s"),
      });
    });
  },
  { abilities: ["kernelSockets", "kernelRetransmissions", "kernelDrops"] },
);
