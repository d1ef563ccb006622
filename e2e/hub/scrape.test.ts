import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Counter, Gauge, Histogram, type OpenMetricsContentType, Registry } from "prom-client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningHub, runHub } from "../running-hub.ts";
import { receiverState } from "./telemetry.ts";

/** Series of the target that shows many: some 2 MB. */
const MANY = 20_000;
const TRACE = "5b8efff798038103d269b633813fc60c";

describe("targets that a hub scrapes", () => {
  const folder = mkdtempSync(join(tmpdir(), "weir-scrape-"));
  const registry = new Registry<OpenMetricsContentType>();
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  let program: Server;
  let many: Server;
  let shows = MANY;
  let hub: RunningHub;
  let nobody = "";
  const values = async (name: string) => {
    const question = {
      record: "metric",
      groupBy: ["metric.service", "metric.name"],
      measures: ["max(metric.value)"],
      filter: `metric.name == "${name}"`,
    };
    const body = JSON.stringify(question);
    const headers = { "content-type": "application/json" };
    const answer = await fetch(`${hub.url}/api/query`, { method: "POST", body, headers });
    return ((await answer.json()) as { rows: unknown[] }).rows;
  };

  beforeAll(async () => {
    new Gauge({ name: "queue_length", help: "Orders that wait", registers: [registry] }).set(7);
    const orders = new Counter({ name: "orders", help: "Orders", registers: [registry], enableExemplars: true });
    orders.inc({ value: 3, labels: {}, exemplarLabels: { trace_id: TRACE } });
    new Histogram({ name: "latency_seconds", help: "Latency", buckets: [0.1, 1], registers: [registry] }).observe(0.5);
    program = createServer((_, answer) => {
      void registry.metrics().then((text) => answer.setHeader("content-type", registry.contentType).end(text));
    });
    await new Promise<void>((resolve) => program.listen(0, "127.0.0.1", resolve));
    const { port } = program.address() as AddressInfo;
    const file = join(folder, "targets.json");
    // A port that nobody has any more.
    const closed = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => closed.once("listening", resolve));
    nobody = `http://127.0.0.1:${(closed.address() as AddressInfo).port}/metrics`;
    await new Promise((resolve) => closed.close(resolve));
    const gone = { url: nobody, name: "gone", intervalSeconds: 2, timeoutSeconds: 1 };
    many = createServer((_, answer) => {
      const line = (_: unknown, at: number) => `stock{item="item-${at}",shelf="${"s".repeat(60)}"} ${at}\n`;
      answer.setHeader("content-type", "text/plain").end(Array.from({ length: shows }, line).join(""));
    }).listen(0, "127.0.0.1");
    await new Promise((resolve) => many.once("listening", resolve));
    const manyUrl = `http://127.0.0.1:${(many.address() as AddressInfo).port}/metrics`;
    const warehouse = { url: manyUrl, name: "warehouse", intervalSeconds: 3, timeoutSeconds: 3 };
    writeFileSync(file, JSON.stringify({ targets: [gone, warehouse] }));
    const scrape = ["--scrape", `http://127.0.0.1:${port},name=shop`, "--scrape-file", file];
    hub = await runHub(join(folder, "data"), "--free-receiver-ports", ...scrape);
  });

  afterAll(async () => {
    await hub?.stop();
    program?.close();
    many?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("by prom-client, in OpenMetrics: every series is kept, and the target is up", async () => {
    await expect.poll(() => values("queue_length"), { timeout: 20_000 }).toEqual([["shop", "queue_length", 7]]);
    expect(await values("orders_total")).toEqual([["shop", "orders_total", 3]]);
    expect(await values("latency_seconds_count")).toEqual([["shop", "latency_seconds_count", 1]]);
    expect(await values("up")).toContainEqual(["shop", "up", 1]);
  });

  it("that show a lot are read beside, while everybody else is answered; what they show no more has ended", async () => {
    const points = async (filter: string) => {
      const question = { record: "metric", measures: ["count()"], filter: `metric.name == "stock" && ${filter}` };
      const body = JSON.stringify(question);
      const headers = { "content-type": "application/json" };
      const answer = await fetch(`${hub.url}/api/query`, { method: "POST", body, headers });
      return Number(((await answer.json()) as { rows: number[][] }).rows[0]?.[0]);
    };
    let longestMs = 0;
    const ask = async () => {
      const asked = performance.now();
      await fetch(`${hub.url}/api/receivers`);
      longestMs = Math.max(longestMs, performance.now() - asked);
      return points("metric.value == 7.0");
    };
    await expect.poll(ask, { timeout: 20_000, interval: 50 }).toBeGreaterThan(1);
    expect(longestMs).toBeLessThan(800);
    shows = 5;
    // Ended series have a point without a value.
    await expect.poll(() => points("metric.value == 0.0"), { timeout: 20_000 }).toBeGreaterThanOrEqual(MANY - 5);
  });

  it("and do not answer are down, and the hub says why", async () => {
    await expect.poll(() => values("up"), { timeout: 20_000 }).toContainEqual(["gone", "up", 0]);
    const { problem, drops } = await receiverState(hub.url, "scrape");
    expect(problem).toMatch(new RegExp(`^${nobody}: .*ECONNREFUSED`));
    expect(drops).toEqual([]);
  });
});
