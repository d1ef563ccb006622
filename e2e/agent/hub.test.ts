import { createHash } from "node:crypto";
import { join } from "node:path";
import { Readable } from "node:stream";
import { CaptureReader, type Packet } from "@weir/wire";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { failedCall, temporaryFolder } from "../cli/weir-read.ts";
import { type RunningHub, runHub } from "../running-hub.ts";
import { AgentProcess } from "./agent-process.ts";
import { describeOnKernel } from "./kernel.ts";
import { TestNetwork } from "./network.ts";
import { until } from "./until.ts";

const TOKENS = { agent: "0123456789abcdef0123456789abcdef", reader: "fedcba9876543210fedcba9876543210" };

interface Page {
  readonly items: readonly Record<string, unknown>[];
}

const asReader = { headers: { authorization: `Bearer ${TOKENS.reader}` } };

async function items(url: string): Promise<readonly Record<string, unknown>[]> {
  return ((await (await fetch(url, asReader)).json()) as Page).items;
}

/** A hub's access file: an agent that may send, and somebody who may read everything. */
function accessFile(): string {
  const entry = (name: string, role: string, token: string) => ({
    name,
    role,
    payloads: role === "viewer",
    sha256: createHash("sha256").update(token).digest("hex"),
  });
  return JSON.stringify({
    tokens: [entry("web 1", "agent", TOKENS.agent), entry("anna", "viewer", TOKENS.reader)],
  });
}

/** The packets of a capture file: their numbers in the capture they are of, and all of their bytes as text. */
async function packetsOf(url: string): Promise<{ number: number[]; text: string }> {
  const number: number[] = [];
  let text = "";
  const reader = new CaptureReader();
  const take = ({ packetId, bytes, payloadAt, payloadEnd }: Packet) => {
    number.push(packetId);
    text += Buffer.from(bytes.subarray(payloadAt, payloadEnd)).toString("latin1");
  };
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(await answer.text());
  reader.push(new Uint8Array(await answer.arrayBuffer()), take);
  reader.end(take);
  return { number, text };
}

describe("an agent and its hub", () => {
  const { folder, write } = temporaryFolder();
  const access = write("access.json", accessFile());
  const token = write("token", `${TOKENS.agent}\n`);
  let hub: RunningHub;
  const spool = join(folder, "spool");
  const args = (...more: readonly string[]) => ["--hub", hub.url, "--spool", spool, "--agent-id", "web 1", ...more];

  beforeAll(async () => {
    hub = await runHub(join(folder, "data"), "--access", access);
  });
  afterAll(() => hub.stop());

  it("has the agent's records once it has ended: connections, calls, and what the run was", async () => {
    const agent = await AgentProcess.start(
      args("--token-file", token, "--read", "-"),
      Readable.from([failedCall().toPcap()]),
    );
    const printed = await agent.end();
    const [capture] = await items(`${hub.url}/api/captures`);
    expect(capture).toMatchObject({ captureId: expect.stringMatching(/^live-web-1-\d+T\d+Z$/), calls: 2, packets: 10 });
    const scope = `capture=${String(capture?.["captureId"])}`;
    const calls = await items(`${hub.url}/api/calls?${scope}`);
    expect(calls.map(({ protocol, statusCode }) => [protocol, statusCode])).toEqual(
      expect.arrayContaining([["http", "503"]]),
    );
    const connections = await items(`${hub.url}/api/connections?${scope}`);
    const {
      kind: _kind,
      report: _report,
      ...own
    } = printed.find(
      ({ kind, report, transport }) => kind === "connection" && report === "end" && transport === "tcp",
    )!;
    expect(connections.find(({ transport }) => transport === "tcp")).toEqual(own);
    const map = (await (await fetch(`${hub.url}/api/map?${scope}`, asReader)).json()) as {
      readonly edges: readonly unknown[];
    };
    expect(map.edges.length).toBeGreaterThan(0);
  });

  it("takes nothing without the token: records wait on disk, and go with it", async () => {
    const before = (await items(`${hub.url}/api/captures`)).length;
    const stranger = await AgentProcess.start(args("--read", "-"), Readable.from([failedCall().toPcap()]));
    await stranger.end();
    expect(await items(`${hub.url}/api/captures`)).toHaveLength(before);
    const known = await AgentProcess.start(
      args("--token-file", token, "--read", "-"),
      Readable.from([failedCall().toPcap()]),
    );
    await known.end();
    expect(await items(`${hub.url}/api/captures`)).toHaveLength(before + 2);
  });

  it("takes no batch for a table that is not an agent's", async () => {
    const post = (table: string, authorization: string) =>
      fetch(`${hub.url}/api/agents/x/batches/${table}?capture=c&token=t`, {
        method: "POST",
        headers: { authorization },
        body: "x",
      });
    expect((await post("schema_migrations", `Bearer ${TOKENS.agent}`)).status).toBe(404);
    expect((await post("calls", "Bearer wrong")).status).toBe(401);
    expect((await post("calls", `Bearer ${TOKENS.reader}`)).status).toBe(403);
  });
});

describeOnKernel("an agent on a host and its hub", () => {
  const { folder } = temporaryFolder();
  let network: TestNetwork;
  let hub: RunningHub;
  beforeAll(async () => {
    network = new TestNetwork();
    hub = await runHub(join(folder, "data"));
  });
  afterAll(async () => {
    await hub.stop();
    await network.close();
  });

  it("shows the agent and its records while it runs, through a hub that was away", async () => {
    const server = network.host("server");
    const client = network.host("client");
    await network.node(
      server,
      'import { createServer } from "node:http"; createServer((_, response) => response.end("ok")).listen(80, () => console.log("up"));',
    );
    const agent = await AgentProcess.start([
      ...["--interface", `eth0@${server.namespace}`, "--agent-id", "node-1"],
      ...["--hub", hub.url, "--spool", join(folder, "spool")],
    ]);
    const get = `await (await fetch("http://${server.address}/")).text(); console.log("done");`;
    network.run(client, process.execPath, ["--input-type=module", "--eval", get]);
    const call = await until(async () => (await items(`${hub.url}/api/calls`))[0]);
    expect(call).toMatchObject({ protocol: "http", statusCode: "200" });
    const known = await until(async () =>
      (await items(`${hub.url}/api/agents`)).find(({ clock }) => clock !== undefined),
    );
    expect(known).toMatchObject({ agentId: "node-1", isConnected: true, shedding: "nothing" });
    const [capture] = await items(`${hub.url}/api/captures`);
    expect(capture).toMatchObject({ format: "live", name: "node-1" });

    const port = new URL(hub.url).port;
    await hub.stop();
    network.run(client, process.execPath, ["--input-type=module", "--eval", get]);
    await until(async () =>
      ((await agent.status())["hub"] as { waiting: { batches: number } }).waiting.batches > 0 ? true : undefined,
    );
    hub = await runHub(join(folder, "data"), "--port", port);
    await until(async () => ((await items(`${hub.url}/api/calls`)).length === 2 ? true : undefined));
    const printed = await agent.stop();
    const stored = await items(`${hub.url}/api/connections`);
    expect(stored.filter(({ transport }) => transport === "tcp")).toHaveLength(2);
    expect(
      printed.filter(({ clientAddress, serverPort }) => clientAddress !== undefined && serverPort === Number(port)),
    ).toEqual([]);
  });

  it("has the packets of a connection fetched from the agent that saw it, and keeps a window of them when it is told to", async () => {
    const server = network.host("keeper");
    const client = network.host("asker");
    await network.node(
      server,
      'import { createServer } from "node:http"; createServer((_, response) => response.end("kept")).listen(81, () => console.log("up"));',
    );
    const agent = await AgentProcess.start([
      ...["--interface", `eth0@${server.namespace}`, "--agent-id", "node-2", "--history", join(folder, "packets")],
      ...["--hub", hub.url, "--spool", join(folder, "spool-2")],
    ]);
    const get = `await (await fetch("http://${server.address}:81/")).text(); console.log("done");`;
    network.run(client, process.execPath, ["--input-type=module", "--eval", get]);
    const call = await until(
      async () => (await items(`${hub.url}/api/calls?filter=${encodeURIComponent("server.port == 81")}`))[0],
    );
    await until(async () =>
      (await items(`${hub.url}/api/agents`)).find(
        ({ agentId, history }) => agentId === "node-2" && history !== undefined,
      ),
    );
    const path = `/api/calls/${encodeURIComponent(String(call["callId"]))}/packets.pcapng`;
    const { number, text } = await packetsOf(`${hub.url}${path}`);
    const wanted = [...(call["requestPackets"] as number[]), ...(call["responsePackets"] as number[])];
    expect([number.at(0), number.at(-1)]).toEqual([Math.min(...wanted), Math.max(...wanted)]);
    expect(text).toContain("kept");

    const connection = await until(
      async () => (await items(`${hub.url}/api/connections?filter=${encodeURIComponent("server.port == 81")}`))[0],
    );
    const ladder = (await (
      await fetch(`${hub.url}/api/connections/${encodeURIComponent(String(connection["connectionId"]))}/packets`)
    ).json()) as { packets: { number: number; flags: string }[] };
    expect(ladder.packets.slice(0, 3).map(({ flags }) => flags)).toEqual(["SYN", "SYN ACK", "ACK"]);
    expect(ladder.packets[0]?.number).toBe(connection["firstPacket"]);
    expect(ladder.packets.at(-1)?.number).toBe(connection["lastPacket"]);

    const pins = `${hub.url}/api/agents/node-2/pins`;
    expect(await (await fetch(`${pins}?name=incident&minutes=5`, { method: "POST" })).json()).toEqual({ done: true });
    await until(async () =>
      (await items(`${hub.url}/api/agents`)).find(({ history }) =>
        (history as { pins: { name: string }[] } | undefined)?.pins.some(({ name }) => name === "incident"),
      ),
    );
    expect((await fetch(`${pins}/incident`, { method: "DELETE" })).status).toBe(200);
    expect((await fetch(`${pins}/incident`, { method: "DELETE" })).status).toBe(404);
    await agent.stop();
  });
});
