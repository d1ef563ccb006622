import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { type RunningHub, runHub } from "../running-hub.ts";
import { postJson } from "./telemetry.ts";

const ns = (ms: number) => `${ms}000000`;

describe("Loki's tail", () => {
  const folder = mkdtempSync(join(tmpdir(), "weir-tail-"));
  let hub: RunningHub;

  beforeAll(async () => {
    hub = await runHub(join(folder, "data"), "--free-receiver-ports");
  });

  afterAll(async () => {
    await hub?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it("tells lines as they come, over a WebSocket, each once", async () => {
    const told: string[] = [];
    const listen = (query: string, more: Record<string, string> = {}) =>
      new WebSocket(`${hub.url.replace("http", "ws")}/loki/api/v1/tail?${new URLSearchParams({ query, ...more })}`);
    const socket = listen('{service_name="live"} |= "order"', { limit: "2" });
    socket.on("message", (bytes: Buffer) => {
      const { streams } = JSON.parse(bytes.toString()) as {
        streams: { stream: Record<string, string>; values: [string, string][] }[];
      };
      for (const { stream, values } of streams)
        for (const [ns, text] of values) told.push(`${stream["zone"]} ${text} ${ns.length}`);
    });
    await once(socket, "open");
    const say = async (zone: string, ...texts: readonly string[]) => {
      const values = texts.map((text) => [ns(Date.now()), text]);
      await postJson(hub.url, "loki", "/loki/api/v1/push", {
        streams: [{ stream: { service_name: "live", zone }, values }],
      });
    };
    await say("eu", "order 1", "nothing");
    await say("us", "order 2");
    await expect.poll(() => told, { timeout: 20_000 }).toEqual(["eu order 1 19", "us order 2 19"]);
    await say("eu", "order 3");
    await expect.poll(() => told, { timeout: 20_000 }).toHaveLength(3);
    expect(told[2]).toBe("eu order 3 19");
    // Who comes later is told the last of what was there.
    const later = listen('{service_name="live"}', { limit: "1" });
    const [first] = (await once(later, "message")) as [Buffer];
    expect(JSON.parse(first.toString())).toMatchObject({ streams: [{ values: [[expect.any(String), "order 3"]] }] });
    later.close();
    socket.close();
  });

  it.each([
    ["numbers", { query: 'rate({service_name="live"}[1m])' }, {}, 400],
    ["what is no query", { query: "{" }, {}, 400],
    ["more lines than there may be", { query: "{}", limit: "100000" }, {}, 400],
    ["a page of another origin", { query: '{service_name="live"}' }, { origin: "https://evil.example" }, 403],
  ])("does not tell %s as they come", async (_, parameters, headers, status) => {
    const url = `${hub.url.replace("http", "ws")}/loki/api/v1/tail?${new URLSearchParams(parameters)}`;
    const socket = new WebSocket(url, { headers });
    socket.on("error", () => undefined);
    const [, answer] = (await once(socket, "unexpected-response")) as [unknown, { statusCode: number }];
    expect(answer.statusCode).toBe(status);
  });

  it("ends when the hub stops, which does not wait for it", async () => {
    const socket = new WebSocket(`${hub.url.replace("http", "ws")}/loki/api/v1/tail?query={service_name="live"}`);
    await once(socket, "open");
    const closed = once(socket, "close");
    await hub.stop();
    expect((await closed)[0]).toBe(1001);
  });
});
