import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { ScriptedCapture } from "@weir/wire/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningHub, runHub } from "../running-hub.ts";

const weir = fileURLToPath(new URL("../../apps/weir/bin/weir.js", import.meta.url));

const run = promisify(execFile);
interface Printed {
  readonly stdout: string;
  readonly stderr: string;
}

/** Ten exchanges, one a second, each on a connection of its own; every fifth is answered with an error. */
function shop(): Uint8Array {
  const capture = new ScriptedCapture();
  for (let index = 0; index < 10; index += 1) {
    const tcp = capture.tcp(`10.0.0.1:${20_000 + index}`, "10.0.0.2:8080").handshake();
    tcp.send("client", `GET /item/${index % 2} HTTP/1.1\r\nHost: shop\r\n\r\n`);
    capture.after(3e6);
    const status = index % 5 === 0 ? "503 Service Unavailable" : "200 OK";
    tcp.send("server", `HTTP/1.1 ${status}\r\nContent-Length: 4\r\n\r\nbody`).close();
    capture.after(1e9);
  }
  return capture.toPcap();
}

describe("questions to a hub", () => {
  const folder = mkdtempSync(join(tmpdir(), "weir-query-"));
  let hub: RunningHub;
  const post = (body: unknown, headers: Record<string, string> = {}) =>
    fetch(`${hub.url}/api/query`, { method: "POST", headers, body: JSON.stringify(body) });

  beforeAll(async () => {
    hub = await runHub(join(folder, "data"));
  });

  afterAll(async () => {
    await hub?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it("need records", async () => {
    const body = shop() as Uint8Array<ArrayBuffer>;
    await fetch(`${hub.url}/api/captures?name=shop.pcap`, { method: "POST", body });
    const imports = async () =>
      (await (await fetch(`${hub.url}/api/imports`)).json()) as { items: { state: string }[] };
    await expect.poll(async () => (await imports()).items[0]?.state, { timeout: 30_000 }).toBe("done");
  });

  it("are answered with rows, units, grade, cost and limits", async () => {
    const measures = ["count()", "ratio(http.statusCode >= 500)", "max(call.durationNs)"];
    const answer = await (await post({ record: "call", groupBy: ["http.path"], measures })).json();
    expect(answer).toMatchObject({
      columns: [{ name: "http.path" }, { unit: "count" }, { unit: "ratio" }, { unit: "ns" }],
      rows: [
        ["/item/0", 5, 0.2, expect.any(Number)],
        ["/item/1", 5, 0.2, expect.any(Number)],
      ],
      records: 10,
      cost: { rowsRead: expect.any(Number) },
      limits: { seconds: 30 },
    });
  });

  it("come line by line for those who accept it", async () => {
    const response = await post({ record: "call", fields: ["http.path"] }, { accept: "application/x-ndjson" });
    const lines = (await response.text()).trim().split("\n");
    expect(lines.map((line) => Object.keys(JSON.parse(line) as object)[0])).toEqual([
      "head",
      ...Array.from({ length: 10 }, () => "row"),
      "end",
    ]);
  });

  it("come from the command line as a table, CSV or JSON", async () => {
    const query = (...args: string[]) =>
      run(process.execPath, [weir, "query", "--hub", hub.url, ...args]).catch((failure: object) => failure as Printed);
    const table = await query("http.statusCode >= 500", "--group-by", "http.path", "--measure", "count()", "rate()");
    expect(table.stdout.split("\n").map((line) => line.trim().split(/ {2,}/))).toEqual([
      ["http.path", "count()", "rate()"],
      ["/item/0", "1", expect.stringMatching(/\/s$/)],
      ["/item/1", "1", expect.stringMatching(/\/s$/)],
      [""],
    ]);
    expect((await query("--group-by", "http.path", "--format", "csv")).stdout).toBe(
      "http.path,count()\r\n/item/0,5\r\n/item/1,5\r\n",
    );
    expect(JSON.parse((await query("--format", "json", "--last", "1s")).stdout)).toMatchObject({ rows: [[0]] });
    const wrong = await query("--measure", "p95(call.duration)");
    expect(wrong).toMatchObject({ code: 2, stdout: "" });
    expect(wrong.stderr).toContain("  p95(call.duration)\n      ^\nDid you mean call.durationNs?");
  });

  it("can be SQL, which reads and does nothing else", async () => {
    const sql = (query: string) =>
      fetch(`${hub.url}/api/sql`, { method: "POST", body: JSON.stringify({ query, limit: 1 }) });
    expect(await (await sql("SELECT call_id, server_port FROM calls ORDER BY call_id")).json()).toMatchObject({
      columns: [{ name: "call_id", type: "String" }, { type: "Int64" }],
      rows: [[expect.any(String), 8080]],
      truncated: true,
      limits: { rows: 1 },
    });
    const forbidden = await sql("SELECT * FROM file('/etc/passwd')");
    expect(forbidden.status).toBe(400);
    expect(await forbidden.json()).toMatchObject({ code: "USAGE" });
  });

  it("say in which part they are wrong, where, and what was probably meant", async () => {
    const response = await post({ record: "call", measures: ["count()", "p95(call.duration)"] });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      code: "FILTER_INVALID",
      part: "measures.1",
      position: 4,
      suggestion: "call.durationNs",
    });
    expect(await (await post({ record: "packet" })).json()).toMatchObject({ code: "USAGE" });
  });
});
