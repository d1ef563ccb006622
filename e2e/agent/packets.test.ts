import { buffer } from "node:stream/consumers";
import { afterAll, beforeAll, expect, it } from "vitest";
import { records, run, temporaryFolder } from "../cli/weir-read.ts";
import { AgentProcess } from "./agent-process.ts";
import { describeOnKernel } from "./kernel.ts";
import { printed, type TestHost, TestNetwork } from "./network.ts";

/** Answers what is asked, with so many bytes as the path says, and keeps connections open between requests. */
const SERVER = `
import { createServer } from "node:http";
createServer((request, response) => response.end("x".repeat(Number(request.url.slice(1))))).listen(80, () => console.log("up"));
`;
/** Thirty calls on three kept connections, four on connections of their own, three connections that are refused. */
const clientOf = (server: string) => `
import { Agent, get } from "node:http";
import { connect } from "node:net";
const call = (path, agent) => new Promise((resolve, reject) =>
  get({ host: "${server}", path, agent }, (response) => response.resume().on("end", resolve)).on("error", reject));
const kept = new Agent({ keepAlive: true, maxSockets: 3 });
await Promise.all(Array.from({ length: 30 }, (_, index) => call("/" + index * 1000, kept)));
kept.destroy();
for (let index = 0; index < 4; index += 1) await call("/200000", new Agent());
for (let index = 0; index < 3; index += 1)
  await new Promise((resolve) => connect(81, "${server}").on("error", resolve));
console.log("done");
`;

/** What both of two captures of the same packets must say of a connection, whoever captured them. */
const SAME = [
  "transport",
  "protocol",
  "clientAddress",
  "clientPort",
  "serverAddress",
  "serverPort",
  "clientPackets",
  "serverPackets",
  "clientBytes",
  "serverBytes",
  "clientPayloadBytes",
  "serverPayloadBytes",
  "clientRetransmissions",
  "serverRetransmissions",
  "closeReason",
  "closedBy",
  "calls",
  "callErrors",
  "grade",
] as const;

/** The same without what depends on the interface: offloading puts segments together at one and not at the other. */
const totalsOf = (all: readonly Record<string, unknown>[]) =>
  connectionsOf(all).map(
    ({ clientPackets: _, serverPackets: __, clientBytes: ___, serverBytes: ____, grade: _____, ...rest }) => rest,
  );

const connectionsOf = (all: readonly Record<string, unknown>[]) =>
  all
    .filter(({ kind, transport, report = "end" }) => kind === "connection" && transport === "tcp" && report === "end")
    .map((connection) => Object.fromEntries(SAME.map((name) => [name, connection[name]])))
    .sort(
      (a, b) => Number(a["serverPort"]) - Number(b["serverPort"]) || Number(a["clientPort"]) - Number(b["clientPort"]),
    );

describeOnKernel("weir agent on a host's interface", () => {
  const { write } = temporaryFolder();
  let network: TestNetwork;
  let client: TestHost;
  let server: TestHost;

  beforeAll(async () => {
    network = new TestNetwork();
    client = network.host("client");
    server = network.host("server");
    await network.node(server, SERVER);
  });
  afterAll(() => network.close());

  /** The traffic of the client above, while an agent and tcpdump watch. */
  async function watched(args: readonly string[]) {
    const tcpdump = network.start(server, "tcpdump", ["-i", "eth0", "-U", "-s", "0", "-w", "-", "tcp"]);
    const file = buffer(tcpdump.stdout!);
    await printed(tcpdump.stderr, /listening/);
    const agent = await AgentProcess.start(args);
    expect(network.run(client, process.execPath, ["--input-type=module", "--eval", clientOf(server.address)])).toBe(
      "done\n",
    );
    await agent.until(({ connections }) => connections === 10);
    const { capture } = (await agent.status()) as { capture: { workers: { packets: number; drops: number }[] } };
    const live = await agent.stop();
    tcpdump.kill("SIGINT");
    return {
      live,
      read: records(run(["--json", write("same.pcap", await file)]).stdout),
      greeting: agent.greeting,
      capture,
    };
  }

  it("finds the same connections with the same numbers as tcpdump's file of the same traffic", async () => {
    const { live, read, greeting } = await watched(["--interface", `eth0@${server.namespace}`]);
    expect(connectionsOf(live)).toHaveLength(10);
    expect(connectionsOf(live)).toEqual(connectionsOf(read));
    const calls = live.filter(({ kind }) => kind === "call");
    expect(calls).toHaveLength(34);
    for (const call of calls) expect(call).toMatchObject({ protocol: "http", status: "ok", statusCode: "200" });
    expect(live.at(-1)).toMatchObject({
      kind: "capture",
      format: "live",
      droppedPackets: 0,
      connections: 10,
      calls: 34,
    });
    expect(greeting).toMatch(/can {4}capture packets/);
  });

  it("finds the same with several workers that share the packets", async () => {
    const args = ["--interface", `eth0@${server.namespace},any@${client.namespace}`, "--workers", "3"];
    const { live, read, capture } = await watched(args);
    expect(totalsOf(live)).toEqual(totalsOf(read));
    const ended = live.filter(
      ({ kind, transport, report }) => kind === "connection" && transport === "tcp" && report === "end",
    );
    expect(capture.workers).toHaveLength(3);
    expect(capture.workers.filter(({ packets, drops }) => packets > 0 && drops === 0).length).toBeGreaterThan(1);
    expect(new Set(ended.map(({ connectionId }) => connectionId)).size).toBe(10);
    expect(live.filter(({ kind }) => kind === "call")).toHaveLength(34);
    expect(live.filter(({ kind }) => kind === "capture")).toHaveLength(1);
    expect(live.at(-1)).toMatchObject({ kind: "capture", connections: live.at(-1)?.["connections"], calls: 34 });
  });

  it("tells connections when they begin, and then when they end", async () => {
    const { live } = await watched(["--interface", `eth0@${server.namespace}`, "--no-calls"]);
    const ofOne = (report: string) =>
      live
        .filter((record) => record["report"] === report && record["transport"] === "tcp")
        .map((record) => record["connectionId"]);
    expect(ofOne("start")).toHaveLength(10);
    expect([...ofOne("end")].sort()).toEqual([...ofOne("start")].sort());
    expect(live.filter(({ kind }) => kind === "call")).toEqual([]);
  });

  it("sees all interfaces at once, of several namespaces, and takes only what the filter wants", async () => {
    const args = ["--interface", `any@${client.namespace},any@${server.namespace}`, "--bpf", "tcp port 80"];
    const agent = await AgentProcess.start(args);
    network.run(client, process.execPath, ["--input-type=module", "--eval", clientOf(server.address)]);
    await agent.until(({ connections }) => connections === 7);
    const live = await agent.stop();
    expect(connectionsOf(live)).toHaveLength(7);
    // Both ends were watched: what came twice counts once, and it is known where.
    for (const { gradeReasons, vantages } of live.filter(
      ({ kind, report }) => kind === "connection" && report === "end",
    ))
      expect([gradeReasons, vantages]).toEqual([
        expect.not.arrayContaining(["duplicateVantage"]),
        `eth0@${client.namespace},eth0@${server.namespace}`,
      ]);
  });

  it("goes on with an interface that is gone, and comes back as another one of its name", async () => {
    const moved = network.host("moved");
    const agent = await AgentProcess.start(["--interface", `eth0@${moved.namespace}`, "--bpf", "tcp"]);
    network.replug(moved);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(network.run(moved, process.execPath, ["--input-type=module", "--eval", clientOf(server.address)])).not.toBe(
      "",
    );
    await agent.until(({ connections }) => Number(connections) >= 1);
    const ends = (await agent.stop()).filter(({ report }) => report === "end");
    expect(ends[0]).toMatchObject({ clientAddress: moved.address, serverAddress: server.address });
  });

  it("counts a loopback packet once", async () => {
    const agent = await AgentProcess.start(["--interface", `lo@${server.namespace}`, "--bpf", "tcp port 80"]);
    network.run(server, process.execPath, ["--input-type=module", "--eval", clientOf("127.0.0.1")]);
    await agent.until(({ connections }) => connections === 7);
    const live = await agent.stop();
    for (const connection of connectionsOf(live))
      expect(connection).toMatchObject({ closeReason: "closed", grade: "whole", clientAddress: "127.0.0.1" });
  });
});

describeOnKernel("weir agent's status", () => {
  it("says what it can do, what it has seen, and what it costs", async () => {
    const agent = await AgentProcess.start(["--interface", "lo"]);
    await agent.until(() => true);
    expect(await agent.status()).toMatchObject({
      source: "network",
      abilities: expect.arrayContaining([expect.objectContaining({ name: "packets", has: true })]),
      capture: { rings: [{ name: "lo", isDown: false }], shedding: { level: "nothing" }, queue: { dropped: 0 } },
      memory: { rssBytes: expect.any(Number) },
      cpu: {
        parts: expect.arrayContaining(["main", "capture", "node"].map((part) => expect.objectContaining({ part }))),
      },
    });
    await agent.stop("SIGTERM");
  });

  it("is not in its own records", async () => {
    const agent = await AgentProcess.start(["--interface", "lo"]);
    const port = Number(new URL(agent.statusUrl).port);
    await agent.until(() => true);
    for (let index = 0; index < 5; index += 1) await agent.status();
    const live = await agent.stop();
    expect(live.filter(({ serverPort }) => serverPort === port)).toEqual([]);
  });
});
