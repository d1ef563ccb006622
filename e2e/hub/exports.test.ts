import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { EDGE_METRICS } from "@weir/model";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningHub, runHub } from "../running-hub.ts";
import { receiverAddress } from "./telemetry.ts";

const run = promisify(execFile);
const weir = new URL("../../apps/weir/bin/weir.js", import.meta.url).pathname;

describe("what a hub gives to others", () => {
  const folder = mkdtempSync(join(tmpdir(), "weir-exports-"));
  let hub: RunningHub;

  beforeAll(async () => {
    hub = await runHub(join(folder, "data"), "--demo");
  }, 120_000);

  afterAll(async () => {
    await hub?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it("shows Prometheus the health of edges and of itself, in a form that promtool finds no fault with", async () => {
    const answer = await fetch(`${hub.url}/metrics`);
    const text = await answer.text();
    expect(answer.headers.get("content-type")).toContain("text/plain");
    for (const { name, kind } of EDGE_METRICS)
      expect(text).toContain(`# TYPE ${name} ${kind === "counter" ? "counter" : "gauge"}`);
    expect(text).toMatch(
      /^weir_edge_calls_total\{client_service="[^"]+",server_service="payments",server_port="\d+",transport="tcp"\} [1-9]/m,
    );
    expect(text).toMatch(/^weir_edges_left_out 0$/m);
    expect(text).toMatch(/^weir_store_up 1$/m);
    expect(text).toMatch(/^weir_hub_process_resident_memory_bytes \d+/m);
    await expect(checkMetrics(text)).resolves.toBe("");
  });

  it("writes Parquet and Arrow of any question", async () => {
    const rows = [
      "--fields",
      "call.startedAt,call.target,call.durationNs,server.service",
      "--limit",
      "1000000",
      "--hub",
      hub.url,
    ];
    const { stdout } = await run(process.execPath, [weir, "query", ...rows, "--format", "json"], {
      maxBuffer: 2 ** 26,
    });
    const count = (JSON.parse(stdout) as { rows: unknown[] }).rows.length;
    for (const [format, head] of [
      ["parquet", "PAR1"],
      ["arrow", "\xff\xff\xff\xff"],
    ] as const) {
      const file = join(folder, `calls.${format}`);
      await run(process.execPath, [weir, "query", ...rows, "--format", format, "-o", file]);
      const bytes = readFileSync(file);
      expect(bytes.subarray(0, 4).toString("latin1")).toBe(head);
      expect(bytes.includes("call.target")).toBe(true);
    }
    expect(count).toBeGreaterThan(100);
    const parquet = readFileSync(join(folder, "calls.parquet"));
    expect(parquet.subarray(-4).toString()).toBe("PAR1");
  });

  it("is answered as CSV where that is accepted", async () => {
    const answer = await fetch(`${hub.url}/api/query`, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "text/csv" },
      body: JSON.stringify({ record: "call", groupBy: ["call.protocol"], measures: ["count()"] }),
    });
    expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "text/csv"]);
    const [head, ...lines] = (await answer.text()).trim().split("\n");
    expect(head).toBe('"call.protocol","count()"');
    expect(lines.length).toBeGreaterThan(1);
    for (const line of lines) expect(line).toMatch(/^"[\w/.]+",\d+$/);
  });

  it("sends calls as spans to a receiver of OTLP, the same call always as the same span", async () => {
    const target = await runHub(join(folder, "other"), "--free-receiver-ports");
    try {
      const url = `http://${await receiverAddress(target.url, "otlp-http")}`;
      const calls = ['call.protocol == "http"', "--otlp", url, "--hub", hub.url];
      const { stderr } = await run(process.execPath, [weir, "export", ...calls]);
      const sent = Number(/(\d+) calls sent/.exec(stderr)?.[1]);
      expect(sent).toBeGreaterThan(100);
      const question = { record: "span", measures: ["count()", "uniq(span.spanId)", "min(span.startedAt)"] };
      const asked = async (base: string, body: object) =>
        (await (await fetch(`${base}/api/query`, { method: "POST", body: JSON.stringify(body) })).json()) as {
          rows: unknown[][];
        };
      const [row] = (await asked(target.url, question)).rows;
      expect(row?.slice(0, 2)).toEqual([sent, sent]);
      const [own] = (
        await asked(hub.url, {
          record: "call",
          filter: 'call.protocol == "http"',
          measures: ["count()", "min(call.startedAt)"],
        })
      ).rows;
      expect([sent, row?.[2]]).toEqual(own);
    } finally {
      await target.stop();
    }
  });

  it("says what is wrong with a question for a file as for any other", async () => {
    const wrong = run(process.execPath, [
      weir,
      "query",
      "call.statuss == 'ok'",
      "--hub",
      hub.url,
      "--format",
      "parquet",
      "-o",
      join(folder, "x"),
    ]);
    await expect(wrong).rejects.toThrow("Did you mean call.status?");
  });
});

/** What promtool has to say about a page of metrics, warnings left out that are about names of others'. */
async function checkMetrics(text: string): Promise<string> {
  const check = run("promtool", ["check", "metrics"]);
  check.child.stdin?.end(text);
  const { stderr } = await check.catch((error: { stderr: string }) => error);
  return stderr
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("weir_hub_"))
    .join("\n");
}
