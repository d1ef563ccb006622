import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { temporaryFolder } from "../cli/weir-read.ts";
import { type RunningHub, runHub } from "../running-hub.ts";
import { AgentProcess } from "./agent-process.ts";
import { describeOnKernel } from "./kernel.ts";
import { type TestHost, TestNetwork } from "./network.ts";
import { until } from "./until.ts";

const SHOP = `
import { createServer } from "node:http";
createServer((request, response) => {
  response.setHeader("x-card", "4111");
  request.resume().on("end", () => response.end("said " + request.url));
}).listen(80, () => console.log("up"));
`;

interface State {
  readonly version?: number;
  readonly refused?: { readonly version?: number; readonly why: string };
  readonly settings: Record<string, unknown>;
  readonly rules: readonly { readonly ruleId: string; readonly endsUnixMs: number }[];
}

describeOnKernel("an agent under its hub's control", () => {
  const { folder } = temporaryFolder();
  const data = join(folder, "data");
  const spool = join(folder, "spool");
  let network: TestNetwork;
  let server: TestHost;
  let client: TestHost;
  let hub: RunningHub;
  let agent: AgentProcess;

  const startAgent = async (kernel: readonly string[] = ["--no-kernel"]) => {
    agent = await AgentProcess.start([
      ...["--interface", `eth0@${server.namespace}`, "--agent-id", "shop-1", "--no-containers", ...kernel],
      ...["--hub", hub.url, "--spool", spool],
    ]);
  };
  const ask = async (path: string, method = "GET", body?: unknown): Promise<Record<string, unknown>> => {
    const headers = { "content-type": "application/json" };
    const answer = await fetch(`${hub.url}${path}`, {
      method,
      headers,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return (await answer.json()) as Record<string, unknown>;
  };
  const configure = async (config: object) => (await ask("/api/agents/config", "PUT", config))["version"] as number;
  const state = async () => (await agent.status())["control"] as State;
  const applied = (version: number) => until(async () => ((await state()).version === version ? true : undefined));
  const list = async (path: string) => (await ask(path))["items"] as readonly Record<string, unknown>[];

  /** Asks the shop for paths, each over a connection of its own. */
  const get = (...paths: readonly string[]) => {
    const script = `for (const path of ${JSON.stringify(paths)})
      await (await fetch("http://${server.address}" + path, { headers: { connection: "close" } })).text();`;
    network.run(client, process.execPath, ["--input-type=module", "--eval", script]);
  };
  /** The call for a path, as the hub has it. */
  const callOf = (path: string) =>
    until(async () => (await list(`/api/calls?filter=${encodeURIComponent(`call.target == "${path}"`)}`))[0]);

  beforeAll(async () => {
    network = new TestNetwork();
    server = network.host("shop");
    client = network.host("buyer");
    await network.node(server, SHOP);
    hub = await runHub(data);
  });
  afterAll(async () => {
    await hub.stop();
    await network.close();
  });

  it("keeps no bodies unless it is told to; for one edge it does, and stops by itself", async () => {
    await startAgent();
    get("/before");
    expect(await callOf("/before")).toMatchObject({ bodyTruncated: true });
    expect(await callOf("/before")).not.toHaveProperty("responseBody");
    const edge = { serverService: server.address, serverPort: 80 };
    const askedAt = performance.now();
    const rule = await ask("/api/agents/rules", "POST", { kind: "bodies", edge, minutes: 0.05 });
    await until(async () => ((await state()).rules.length === 1 ? true : undefined));
    expect(performance.now() - askedAt).toBeLessThan(1_000);
    get("/during");
    expect(await callOf("/during")).toMatchObject({ responseBody: "said /during", bodyTruncated: false });
    await until(async () => ((await state()).rules.length === 0 ? true : undefined));
    get("/after");
    expect(await callOf("/after")).not.toHaveProperty("responseBody");
    const audit = await until(async () => {
      const rows = await list("/api/audit");
      return rows.some(({ action }) => action === "agentRuleEnded") ? rows : undefined;
    });
    const ofRule = audit.filter(({ action }) => String(action).startsWith("agentRule"));
    expect(ofRule.map(({ action, caller }) => [action, caller])).toEqual([
      ["agentRuleEnded", "hub"],
      ["agentRuleAdded", "local"],
    ]);
    expect(rule).toMatchObject({ kind: "bodies", edge, by: "local" });
  });

  it("samples, filters and masks as it is told, without a restart", async () => {
    await startAgent();
    const masking = { headers: ["X-Card"], attributes: [], patterns: ["secret-\\d+"] };
    await applied(await configure({ sampleOneOf: 65_536, masking }));
    get("/left-out");
    const edge = { clientService: client.address, serverService: server.address };
    const { ruleId } = await ask("/api/agents/rules", "POST", { kind: "sampling", edge, minutes: 10 });
    await until(async () => ((await state()).rules.length === 1 ? true : undefined));
    get("/secret-42");
    const call = await callOf("/***");
    expect(call["responseHeaders"]).toContainEqual(["x-card", "***"]);
    expect(await list(`/api/calls?filter=${encodeURIComponent('call.target == "/left-out"')}`)).toEqual([]);
    await agent.until((capture) => Number(capture["skippedPackets"]) > 0);
    await ask(`/api/agents/rules/${String(ruleId)}`, "DELETE");
    await until(async () => ((await state()).rules.length === 0 ? true : undefined));

    await applied(await configure({ filter: "not tcp port 80" }));
    get("/unseen");
    await applied(await configure({}));
    get("/seen");
    await callOf("/seen");
    expect(await list(`/api/calls?filter=${encodeURIComponent('call.target == "/unseen"')}`)).toEqual([]);
  });

  it("turns abilities on and off, but for those that it was started without", async () => {
    await startAgent(["--no-kernel-drops"]);
    const abilities = async () => {
      const { abilities } = (await agent.status()) as { abilities: { name: string }[] };
      return abilities.map(({ name }) => name).filter((name) => /^kernel|Profiles$/.test(name));
    };
    const become = (wanted: readonly string[]) =>
      until(async () => (JSON.stringify(await abilities()) === JSON.stringify(wanted) ? true : undefined));
    await become(["kernelSockets", "kernelDatagrams", "kernelRetransmissions"]);
    const off = { kernelSockets: false, kernelDatagrams: false };
    await applied(await configure({ abilities: { ...off, kernelDrops: true, cpuProfiles: true } }));
    await become(["kernelRetransmissions", "cpuProfiles"]);
    await applied(await configure({}));
    await become(["kernelSockets", "kernelDatagrams", "kernelRetransmissions"]);
    get("/still-there");
    await callOf("/still-there");
  });

  it("takes no filter that does not compile, goes on as before, and says so", async () => {
    await startAgent();
    const before = await configure({ sampleOneOf: 2 });
    await applied(before);
    const version = await configure({ sampleOneOf: 3, filter: "tcp prt 80" });
    const refused = await until(async () => {
      const [view] = await list("/api/agents");
      return (view?.["control"] as State | undefined)?.refused;
    });
    expect(refused).toMatchObject({ version, why: expect.stringContaining("tcp prt 80") });
    expect(await state()).toMatchObject({ version: before, settings: { sampleOneOf: 2 } });
  });

  it("does what it was told last when its hub is gone, also after a restart", async () => {
    await startAgent();
    const version = await configure({ sampleOneOf: 5 });
    await applied(version);
    const edge = { serverService: server.address };
    await ask("/api/agents/rules", "POST", { kind: "bodies", edge, minutes: 0.2 });
    await until(async () => ((await state()).rules.length === 1 ? true : undefined));
    await hub.kill();
    await agent.stop();
    await startAgent();
    expect(await state()).toMatchObject({ version: version + 1, settings: { sampleOneOf: 5 } });
    expect((await state()).rules).toHaveLength(1);
    await until(async () => ((await state()).rules.length === 0 ? true : undefined));
    hub = await runHub(data, "--port", new URL(hub.url).port);
    await applied(version + 2);
  });

  it("does nothing that was changed on its disk, and takes nothing from a hub with another key", async () => {
    const version = await configure({ sampleOneOf: 7 });
    await startAgent();
    await applied(version);
    await agent.stop();
    const port = new URL(hub.url).port;
    await hub.stop();
    const file = join(spool, "control", "control.json");
    writeFileSync(file, readFileSync(file, "utf8").replace('sampleOneOf\\":7', 'sampleOneOf\\":1'));
    await startAgent();
    expect(await state()).toMatchObject({ settings: {}, refused: { why: expect.stringContaining("signature") } });
    hub = await runHub(data, "--port", port);
    await applied(version);
    expect((await state()).refused).toBeUndefined();

    await hub.stop();
    hub = await runHub(join(folder, "other"), "--port", port);
    const refused = await until(async () => (await state()).refused);
    expect(refused?.why).toMatch(/the hub shows the key [0-9a-f]{16}, and this agent trusts/);
    expect((await state()).version).toBe(version);
  });
});
