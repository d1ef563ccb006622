import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { temporaryFolder, weir } from "../cli/weir-read.ts";
import { runHub } from "../running-hub.ts";
import { AgentProcess } from "./agent-process.ts";
import { Faults } from "./faults.ts";
import { describeOnKernel } from "./kernel.ts";
import { printed, type TestHost, TestNetwork } from "./network.ts";

/** Two processes: the parent listens and accepts, its child, whose id is printed, serves. */
const SERVER = `
import { createServer } from "node:http";
import cluster from "node:cluster";
if (cluster.isPrimary) {
  const worker = cluster.fork();
  worker.on("listening", () => console.log(worker.process.pid));
} else createServer((_, response) => response.end("ok")).listen(80);
`;

type Json = Record<string, unknown>;
const endOf = (records: readonly Json[], port: number) =>
  records.find(({ kind, report, serverPort }) => kind === "connection" && report === "end" && serverPort === port);

describeOnKernel(
  "weir agent hears of sockets from the kernel",
  () => {
    const { folder, write } = temporaryFolder();
    let network: TestNetwork;
    let client: TestHost;
    let server: TestHost;
    let workerPid: number;

    beforeAll(async () => {
      network = new TestNetwork();
      client = network.host("client");
      server = network.host("server");
      const program = network.start(server, process.execPath, [write("server.mjs", SERVER)]);
      workerPid = Number(await printed(program.stdout, /\n/));
    });
    afterAll(() => network.close());

    const watch = (...more: readonly string[]) =>
      AgentProcess.start(["--interface", `eth0@${server.namespace}`, "--bpf", "tcp", ...more]);
    const url = (port: number) => `http://${server.address}:${port}/`;

    it("names a curl that lives some milliseconds, and the process that serves it, here and in the hub", async () => {
      const hub = await runHub(join(folder, "data"));
      try {
        const agent = await watch("--hub", hub.url, "--spool", join(folder, "spool"));
        expect(network.run(client, "curl", ["-s", "--user", "anna:hunter2", url(80)])).toBe("ok");
        await agent.until(({ connections }) => connections === 1);
        const { abilities } = await agent.status();
        const end = endOf(await agent.stop(), 80);
        expect(end).toMatchObject({
          clientProcessName: "curl",
          clientProcessSource: "kernel",
          clientProcessCommand: expect.stringMatching(/^curl -s --user .* http/),
          clientProcessUser: "root",
          serverProcessName: "node",
          serverProcessSource: "kernel",
        });
        expect(end?.["clientProcessCommand"]).not.toContain("hunter2");
        expect(abilities).toContainEqual(
          expect.objectContaining({
            name: "kernelSockets",
            has: true,
            cost: expect.objectContaining({ lostEvents: 0, runNs: expect.any(Number) }),
          }),
        );
        const { items } = (await (await fetch(`${hub.url}/api/connections`)).json()) as { items: Json[] };
        expect(items[0]).toMatchObject({ clientProcessPid: end?.["clientProcessPid"], clientProcessSource: "kernel" });
      } finally {
        await hub.stop();
      }
    });

    it("names the worker that serves a connection, not the parent that listens", async () => {
      const agent = await watch("--no-calls");
      network.run(client, "curl", ["-s", url(80)]);
      await agent.until(({ connections }) => connections === 1);
      const end = endOf(await agent.stop(), 80);
      expect(end).toMatchObject({ serverProcessPid: workerPid, serverProcessSource: "kernel" });
    });

    it("tells the errno of a connection to a closed port", async () => {
      const agent = await watch();
      expect(() => network.run(client, "curl", ["-s", url(81)])).toThrow();
      await agent.until(({ connections }) => connections === 1);
      expect(endOf(await agent.stop(), 81)).toMatchObject({
        closeReason: "refused",
        connectError: "ECONNREFUSED",
        clientProcessName: "curl",
        clientProcessSource: "kernel",
      });
    });

    it("names who asks by DNS and who answers, though the question's socket is gone at once", async () => {
      await new Faults(network).dnsFailure(server);
      const agent = await AgentProcess.start(["--interface", `eth0@${server.namespace}`, "--bpf", "udp port 53"]);
      const ask = `import { Resolver } from "node:dns/promises"; const resolver = new Resolver({ tries: 1 }); resolver.setServers(["${server.address}"]); await resolver.resolve4("shop.example").catch(() => undefined);`;
      network.run(client, process.execPath, ["--input-type=module", "--eval", ask, "--", "the-one-who-asks"]);
      await agent.until(({ openConnections }) => openConnections === 1);
      const records = await agent.stop();
      expect(records.find(({ kind }) => kind === "call")).toMatchObject({ protocol: "dns", statusCode: "SERVFAIL" });
      expect(endOf(records, 53)).toMatchObject({
        clientProcessSource: "kernel",
        clientProcessCommand: expect.stringContaining("the-one-who-asks"),
        serverProcessSource: "kernel",
        serverProcessName: "node",
      });
    });

    it("is left alone again where the agent cannot begin for another reason", async () => {
      const first = await AgentProcess.start([]);
      const args = [weir, "agent", "--status-port", new URL(first.statusUrl).port];
      const { status, stderr } = spawnSync(process.execPath, args, { encoding: "utf8", timeout: 60_000 });
      expect(stderr).toContain("Another agent may be running");
      expect(status).toBe(1);
      await first.stop();
    });

    it("is not asked where it is turned off: /proc is", async () => {
      const agent = await watch("--no-kernel");
      expect(agent.greeting).not.toContain("hear from the kernel");
      network.run(client, "curl", ["-s", url(80)]);
      await agent.until(({ connections }) => connections === 1);
      const end = endOf(await agent.stop(), 80);
      for (const source of [end?.["clientProcessSource"], end?.["serverProcessSource"]])
        expect(["proc", undefined]).toContain(source);
    });
  },
  { abilities: ["kernelSockets", "kernelDatagrams"] },
);
