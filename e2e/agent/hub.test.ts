import { createHash } from "node:crypto";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { failedCall, temporaryFolder } from "../cli/weir-read.ts";
import { type RunningHub, runHub } from "../running-hub.ts";
import { AgentProcess } from "./agent-process.ts";
import { describeOnKernel } from "./kernel.ts";
import { TestNetwork } from "./network.ts";

const TOKENS = { agent: "0123456789abcdef0123456789abcdef", reader: "fedcba9876543210fedcba9876543210" };
const PATIENCE_MS = 30_000;

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

async function until<T>(ask: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error("it does not become so");
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
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
});
