import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import type { ExportState, ReceiversView } from "@weir/http-contract";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AgentProcess } from "../agent/agent-process.ts";
import { failedCall, recordings, temporaryFolder } from "../cli/weir-read.ts";
import { type RunningHub, runHub } from "../running-hub.ts";
import { Collector } from "./collector.ts";
import { receiverAddress } from "./telemetry.ts";

const FRONTEND = join(recordings, "frontend.pcap.gz");

/** A port that nobody listens on. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

/** What an agent printed as JSON, added up. */
function totalsOf(live: readonly Record<string, unknown>[]) {
  const ended = live.filter(({ kind, report }) => kind === "connection" && report === "end");
  const sum = (...names: readonly string[]) =>
    ended.reduce((all, record) => all + names.reduce((own, name) => own + Number(record[name]), 0), 0);
  return {
    calls: live.filter(({ kind }) => kind === "call").length,
    connections: ended.length,
    findings: live.filter(({ kind }) => kind === "finding").length,
    bytes: sum("clientBytes", "serverBytes"),
    packets: sum("clientPackets", "serverPackets"),
  };
}

describe("what Weir knows, sent to others", () => {
  const { folder, write } = temporaryFolder();
  let target: RunningHub;
  const asked = async (question: object): Promise<unknown[][]> => {
    const body = JSON.stringify(question);
    const answer = await fetch(`${target.url}/api/query`, { method: "POST", body });
    return ((await answer.json()) as { rows: unknown[][] }).rows;
  };
  const count = async (record: string, filter?: string) =>
    Number((await asked({ record, filter, measures: ["count()"] }))[0]?.[0]);

  beforeAll(async () => {
    target = await runHub(join(folder, "target"), "--free-receiver-ports");
  });
  afterAll(() => target?.stop());

  it("by an agent: calls as spans, connections as events, both as metrics, and as flow records", async () => {
    const collector = await Collector.start(folder);
    const otlp = `http://${await receiverAddress(target.url, "otlp-http")}`;
    const agent = await AgentProcess.start(["--read", FRONTEND, "--otlp", otlp, "--ipfix", collector.address]);
    const totals = totalsOf(await agent.end());
    expect(totals.calls).toBeGreaterThan(100);
    expect(await count("span")).toBe(totals.calls);
    expect(await count("log", 'log.eventName == "weir.connection.end"')).toBe(totals.connections);
    expect(await count("log", 'log.eventName == "weir.finding"')).toBe(totals.findings);
    expect(totals.findings).toBeGreaterThan(0);
    const bytes = { record: "metric", filter: 'metric.name == "weir.network.io"', measures: ["sum(metric.value)"] };
    expect(await asked(bytes)).toEqual([[totals.bytes]]);

    const { connections, ...same } = totals;
    expect(await collector.counted()).toMatchObject({
      packets: same.packets,
      bytes: same.bytes,
      sequenceErrors: 0,
      badPackets: 0,
    });
    const decoded = collector.decoded();
    expect(decoded).not.toMatch(/Malformed|no template found|Expert Info/);
    expect(decoded).toContain("Information Element Name: weirRetransmissions");
    expect(decoded.match(/ApplicationName: http$/gm)?.length).toBeGreaterThan(connections / 2);
  });

  it("by a hub: imported captures, and what its agents send, over gRPC; with how it goes", async () => {
    const collector = await Collector.start(folder);
    const otlp = `grpc://${await receiverAddress(target.url, "otlp-grpc")}`;
    const ipfix = await receiverAddress(target.url, "ipfix");
    const out = ["--otlp", otlp, "--otlp-temporality", "delta", "--otlp-seconds", "1", "--ipfix", ipfix];
    const hub = await runHub(join(folder, "hub"), ...out, "--netflow9", collector.address);
    const exportsOf = async () => ((await (await fetch(`${hub.url}/api/receivers`)).json()) as ReceiversView).exports;
    const sent = async (name: string) => (await exportsOf()).find((state: ExportState) => state.name === name)?.sent;
    /** What the target's collector keeps of the connection, in the direction of its answers. */
    const closeReasons = async () => {
      const query =
        "SELECT DISTINCT connection['closeReason'], toString(source_port), source_address FROM flow_records WHERE source_port = 80 AND connection['serverRetransmissions'] = '0'";
      const body = JSON.stringify({ query });
      const headers = { "content-type": "application/json" };
      const answer = await fetch(`${target.url}/api/sql`, { method: "POST", headers, body });
      return ((await answer.json()) as { rows: string[][] }).rows;
    };
    const ofCalls = { record: "metric", filter: 'metric.name == "weir.calls"', measures: ["sum(metric.value)"] };
    const countedCalls = async () => Number((await asked(ofCalls))[0]?.[0] ?? 0);
    const before = { span: await count("span"), log: await count("log"), calls: await countedCalls() };
    try {
      const capture = write("failed.pcap", failedCall().toPcap());
      const upload = `${hub.url}/api/captures?name=failed.pcap`;
      await fetch(upload, { method: "POST", body: Buffer.from(failedCall().toPcap()) });
      await expect.poll(() => sent("otlp-traces"), { timeout: 20_000 }).toBeGreaterThan(0);
      const imported = (await sent("otlp-traces")) ?? 0;
      const agent = await AgentProcess.start(["--read", capture, "--hub", hub.url, "--spool", join(folder, "spool")]);
      const { connections, findings } = totalsOf(await agent.end());
      await expect.poll(() => sent("otlp-traces"), { timeout: 20_000 }).toBe(2 * imported);
      await expect.poll(() => sent("otlp-logs"), { timeout: 20_000 }).toBe(2 * (connections + findings));
      await expect.poll(() => sent("otlp-metrics"), { timeout: 20_000 }).toBeGreaterThan(0);
      expect(await exportsOf()).toMatchObject(Array.from({ length: 5 }, () => ({ drops: [] })));
      const metrics = await (await fetch(`${hub.url}/metrics`)).text();
      expect(metrics).toContain(`weir_export_items_total{export="otlp-traces"} ${2 * imported}`);
      expect(await count("span")).toBe(before.span + 2 * imported);
      expect(await count("log")).toBe(before.log + 2 * (connections + findings));
      // The agent saw what was imported: two vantages, and one conversation each.
      await expect.poll(closeReasons, { timeout: 20_000 }).toEqual([["closed", "80", "10.0.0.2"]]);
      await expect.poll(countedCalls, { timeout: 20_000 }).toBe(before.calls + imported);
      expect(await collector.counted()).toMatchObject({ sequenceErrors: 0, badPackets: 0 });
    } finally {
      await hub.stop();
    }
  });

  it("to nobody who listens: says so, and keeps what waits", async () => {
    const nobody = ["--otlp", `http://127.0.0.1:${await closedPort()}`, "--otlp-signals", "logs"];
    const hub = await runHub(join(folder, "alone"), ...nobody);
    try {
      const upload = `${hub.url}/api/captures?name=failed.pcap`;
      await fetch(upload, { method: "POST", body: Buffer.from(failedCall().toPcap()) });
      const state = async () => {
        const { exports } = (await (await fetch(`${hub.url}/api/receivers`)).json()) as ReceiversView;
        return exports[0];
      };
      await expect.poll(async () => (await state())?.problem, { timeout: 20_000 }).toContain("ECONNREFUSED");
      expect(await state()).toMatchObject({ name: "otlp-logs", sent: 0, title: "OTLP logs" });
      expect((await state())?.waiting).toBeGreaterThan(0);
    } finally {
      await hub.stop();
    }
  });
});
