import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import winston from "winston";
import LokiTransport from "winston-loki";
import { type RunningHub, runHub } from "../running-hub.ts";
import { receiverAddress } from "./telemetry.ts";

interface Kept {
  readonly name: string;
  readonly kept: readonly { readonly table: string; readonly items: number }[];
  readonly drops: readonly object[];
  readonly turnedAway: readonly object[];
}

describe("metrics and logs of other senders", () => {
  const folder = mkdtempSync(join(tmpdir(), "weir-series-"));
  let hub: RunningHub;
  const get = async <T>(path: string) => (await fetch(hub.url + path)).json() as Promise<T>;
  const receiver = async (name: string) =>
    (await get<{ items: Kept[] }>("/api/receivers")).items.find((item) => item.name === name);

  beforeAll(async () => {
    hub = await runHub(join(folder, "data"), "--free-receiver-ports");
  });

  afterAll(async () => {
    await hub?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it("Prometheus: its own server writes what it scrapes of itself", async () => {
    const url = `http://${await receiverAddress(hub.url, "remote-write")}/api/v1/write`;
    const prometheus = await startPrometheus(folder, url);
    try {
      const tables = async () => (await receiver("remote-write"))?.kept.map(({ table }) => table).sort();
      await expect.poll(tables, { timeout: 60_000 }).toEqual(["otel_metrics_gauge", "otel_metrics_sum"]);
      expect(await receiver("remote-write")).toMatchObject({ drops: [], turnedAway: [] });
    } finally {
      prometheus.kill("SIGTERM");
      await new Promise((resolve) => prometheus.once("exit", resolve));
    }
  });

  it.each([
    ["JSON", true],
    ["Protocol Buffers and Snappy", false],
  ])("Loki: a logger's transport pushes %s", async (name, json) => {
    const host = `http://${await receiverAddress(hub.url, "loki")}`;
    const transport = new LokiTransport({ host, json, batching: false, labels: { app: "shop" } });
    const logger = winston.createLogger({ level: "info", transports: [transport] });
    logger.error(`no stock by ${name}`);
    await expect
      .poll(
        async () => (await get<{ items: object[] }>(`/api/logs?text=${encodeURIComponent(`stock by ${name}`)}`)).items,
        {
          timeout: 10_000,
        },
      )
      .toMatchObject([{ service: "shop", severityText: "error", severityNumber: 17 }]);
    logger.close();
  });

  it("Loki: says what is no push", async () => {
    const url = `http://${await receiverAddress(hub.url, "loki")}/loki/api/v1/push`;
    const answer = await fetch(url, { method: "POST", body: "[]", headers: { "content-type": "application/json" } });
    expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining("no object")]);
    expect(await receiver("loki")).toMatchObject({ turnedAway: [{ reason: "malformed", requests: 1 }] });
  });
});

/** Prometheus out of Debian, which scrapes itself every second; it is asked for nothing else. */
async function startPrometheus(folder: string, url: string): Promise<ChildProcess> {
  const port = 20_000 + (process.pid % 20_000);
  const config = join(folder, "prometheus.yml");
  writeFileSync(
    config,
    `global: {scrape_interval: 1s}
scrape_configs: [{job_name: prometheus, static_configs: [{targets: ["127.0.0.1:${port}"]}]}]
remote_write: [{url: "${url}", queue_config: {batch_send_deadline: 1s}}]
`,
  );
  const options = [`--config.file=${config}`, `--storage.tsdb.path=${join(folder, "prometheus")}`];
  const child = spawn("prometheus", [...options, `--web.listen-address=127.0.0.1:${port}`], { stdio: "ignore" });
  await new Promise((resolve, reject) => {
    child.once("spawn", resolve);
    child.once("error", reject);
  });
  return child;
}
