import { buffer } from "node:stream/consumers";
import { afterAll, beforeAll, expect, it } from "vitest";
import { records, run, temporaryFolder } from "../cli/weir-read.ts";
import { AgentProcess } from "./agent-process.ts";
import { describeOnKernel } from "./kernel.ts";
import { printed, type TestHost, TestNetwork } from "./network.ts";

/** Answers over HTTP with as many bytes as the path says, and over UDP with what was said. */
const SERVER = `
import { createServer } from "node:http";
import { createSocket } from "node:dgram";
const echo = createSocket("udp4");
echo.on("message", (text, from) => echo.send(text, from.port, from.address)).bind(7);
createServer((request, response) => response.end("x".repeat(Number(request.url.slice(1))))).listen(80, () => console.log("up"));
`;
/** Calls whose answers are several segments that offloading puts together, a connection that is refused, and the same datagram again and again. */
const clientOf = (server: string) => `
import { get } from "node:http";
import { connect } from "node:net";
import { createSocket } from "node:dgram";
const call = (path) => new Promise((resolve, reject) =>
  get({ host: "${server}", path, agent: false }, (response) => response.resume().on("end", resolve)).on("error", reject));
for (let index = 0; index < 8; index += 1) await call("/" + index * 40000);
await new Promise((resolve) => connect(81, "${server}").on("error", resolve));
const socket = createSocket("udp4").bind();
for (let index = 0; index < 20; index += 1)
  await new Promise((resolve) => socket.once("message", resolve).send("the same", 7, "${server}"));
console.log("done");
process.exit(0);
`;

/** What must be the same as what one vantage alone has seen. */
const TOTALS = [
  "transport",
  "clientAddress",
  "clientPort",
  "serverPort",
  "clientPackets",
  "serverPackets",
  "clientBytes",
  "serverBytes",
  "clientPayloadBytes",
  "serverPayloadBytes",
  "clientTtlChanges",
  "serverTtlChanges",
  "clientRetransmissions",
  "serverRetransmissions",
  "clientOutOfOrder",
  "serverOutOfOrder",
  "clientDuplicateAcks",
  "clientCopies",
  "serverCopies",
  "closeReason",
  "calls",
] as const;
/** tcpdump writes packets of two processors as they come: its file may go back in time where the agent's rings do not. */
const OF_THE_FILE = "clockStep";

const totalsOf = (all: readonly Record<string, unknown>[]) =>
  all
    .filter(({ kind, report = "end" }) => kind === "connection" && report === "end")
    .sort((a, b) => Number(a["clientPort"]) - Number(b["clientPort"]))
    .map((connection) => ({
      ...Object.fromEntries(TOTALS.map((name) => [name, connection[name]])),
      gradeReasons: (connection["gradeReasons"] as string[]).filter((reason) => reason !== OF_THE_FILE),
    }));

describeOnKernel("weir agent at several vantages of the same packets", () => {
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

  it("counts each packet once, as the client's end saw it, and says where else it was seen", async () => {
    const wanted = `host ${server.address} and (tcp or udp)`;
    const tcpdump = network.start(client, "tcpdump", ["-i", "eth0", "-U", "-s", "0", "-w", "-", wanted]);
    const file = buffer(tcpdump.stdout!);
    await printed(tcpdump.stderr, /listening/);
    const eth0 = [`eth0@${client.namespace}`, `eth0@${server.namespace}`];
    const agent = await AgentProcess.start(["--interface", `${eth0.join(",")},any@${network.bridge}`, "--bpf", wanted]);
    network.run(client, process.execPath, ["--input-type=module", "--eval", clientOf(server.address)]);
    await agent.until(({ connections }) => Number(connections) >= 9);
    const status = (await agent.status()) as { capture: { vantages: Record<string, unknown>[]; packets: number } };
    const live = await agent.stop();
    tcpdump.kill("SIGINT");
    const alone = totalsOf(records(run(["--json", write("client.pcap", await file)]).stdout));
    expect(alone).toHaveLength(10);
    expect(totalsOf(live)).toEqual(alone);
    for (const { kind, vantages } of live)
      if (kind === "connection") expect(String(vantages).split(",")[0]).toBe(eth0[0]);
    const ended = live.filter(({ kind, report }) => kind === "connection" && report === "end");
    for (const { vantages } of ended) expect(String(vantages).split(",")).toEqual(expect.arrayContaining(eth0));
    // Four places, of which one counts.
    expect(status.capture.vantages).toHaveLength(4);
    const copies = status.capture.vantages.reduce((sum, vantage) => sum + Number(vantage["copies"]), 0);
    expect(copies).toBe((status.capture.packets * 3) / 4);
  });
});
