import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ROUTES } from "@weir/http-contract";
import { CaptureReader } from "@weir/wire";
import { ScriptedCapture } from "@weir/wire/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningHub, runHub } from "../running-hub.ts";

const weir = fileURLToPath(new URL("../../apps/weir/bin/weir.js", import.meta.url));

/** A capture of its own kind: so many HTTP exchanges on one connection each. */
function shop(exchanges: number, path: string): Uint8Array {
  const capture = new ScriptedCapture();
  for (let index = 0; index < exchanges; index += 1) {
    const tcp = capture.tcp(`10.0.0.1:${20_000 + index}`, "10.0.0.2:8080").handshake();
    tcp.send("client", `GET ${path}/${index} HTTP/1.1\r\nHost: shop\r\nAuthorization: Bearer secret\r\n\r\n`);
    capture.after(3e6);
    tcp.send("server", "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\n\r\nbusy").close();
  }
  return capture.toPcap();
}

interface Page {
  readonly items: readonly Record<string, unknown>[];
  readonly total: number;
}

describe("a hub, as its users meet it", () => {
  const folder = mkdtempSync(join(tmpdir(), "weir-hub-"));
  const dataDir = join(folder, "data");
  const watchDir = join(folder, "watched");
  const file = join(folder, "shop.pcap");
  let hub: RunningHub;
  const get = async (path: string) => (await fetch(hub.url + path)).json() as Promise<Page & Record<string, unknown>>;
  const upload = (url: string, body: Uint8Array, name: string) =>
    fetch(`${url}/api/captures?name=${name}`, { method: "POST", body: body as Uint8Array<ArrayBuffer> });
  const imported = (name: string) =>
    expect
      .poll(async () => (await get("/api/imports")).items.find((item) => item["name"] === name)?.["state"], {
        timeout: 20_000,
      })
      .toBe("done");

  beforeAll(async () => {
    mkdirSync(watchDir, { recursive: true });
    writeFileSync(file, shop(20, "/cart"));
    hub = await runHub(dataDir, "--watch", watchDir);
  });

  afterAll(async () => {
    await hub?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it("says how it, its store and its disk are", async () => {
    expect(await get("/api/health")).toMatchObject({
      status: "ok",
      store: "up",
      writing: "ok",
      engine: { restarts: 0, memoryLimitBytes: expect.any(Number) },
    });
  });

  it("imports from the command line, and the same file twice adds nothing", async () => {
    const read = () => execFileSync(process.execPath, [weir, "read", file, "--into", hub.url], { encoding: "utf8" });
    expect(read()).toContain("imported, 160 packets");
    expect(read()).toContain("already imported, nothing added");
    expect((await get("/api/connections")).total).toBe(20);
    expect((await get("/api/calls")).total).toBe(20);
  });

  it("finds what is wrong, and links it to its evidence", async () => {
    const { items } = await get("/api/findings");
    expect(items[0]).toMatchObject({ rule: "http.server-errors", serverPort: 8080, decided: true });
    const [first] = items as { evidence: { connectionIds: string[] } }[];
    expect((await get(`/api/connections/${first?.evidence.connectionIds[0]}`))["closeReason"]).toBe("closed");
  });

  it("shows calls with masked secrets", async () => {
    const { items } = await get("/api/calls?limit=1");
    expect(items[0]).toMatchObject({ operation: "GET", statusCode: "503", responseBody: "busy" });
    expect(JSON.stringify(items[0])).not.toContain("secret");
  });

  it("keeps a verdict with each connection, sums them per edge, and walks the trees anew for one", async () => {
    const filter = encodeURIComponent('connection.slowVerdict == "healthy"');
    const { items } = await get(`/api/connections?filter=${filter}&limit=1`);
    expect(items[0]).toMatchObject({ handshakeVerdict: "quick", failingVerdict: "working", slowVerdict: "healthy" });
    const walks = (await get(`/api/connections/${items[0]?.["connectionId"]}/verdicts`)).items;
    expect(walks).toMatchObject([{ tree: "handshake" }, { tree: "failing" }, { tree: "slow", outcome: "healthy" }]);
    const { edges } = (await get("/api/map")) as unknown as { edges: { connections: number; verdicts: object[] }[] };
    expect(edges[0]?.verdicts).toContainEqual({
      tree: "slow",
      outcome: "healthy",
      kind: "healthy",
      title: "healthy",
      connections: edges[0]?.connections,
    });
  });

  it("draws the map of a time range", async () => {
    const { items } = await get("/api/connections?limit=1&sort=time");
    const from = String(items[0]?.["startedAt"]);
    const mapOf = async (query: string) =>
      (await get(`/api/map?${query}`)) as unknown as { edges: { connections: number; calls: number }[] };
    expect((await mapOf(`from=${from}`)).edges).toMatchObject([{ connections: 20, calls: 20 }]);
    expect((await mapOf(`to=${from}`)).edges).toEqual([]);
    expect((await fetch(`${hub.url}/api/map?from=yesterday`)).status).toBe(400);
  });

  it("filters in the store as the command line does", async () => {
    const filter = encodeURIComponent('http.path == "/cart/7" && tcp.completeness == 31');
    expect((await get(`/api/calls?filter=${filter}`)).total).toBe(1);
    expect((await get(`/api/connections?filter=${filter}`)).total).toBe(1);
  });

  it("answers a wrong filter with its place and the nearest name", async () => {
    const response = await fetch(`${hub.url}/api/calls?filter=${encodeURIComponent("http.statusCod >= 500")}`);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: "FILTER_INVALID", position: 0, suggestion: "http.statusCode" });
  });

  it("draws ladders and hands out packets from the capture itself", async () => {
    const { items } = await get("/api/connections?limit=1");
    const id = String(items[0]?.["connectionId"]);
    const ladder = (await get(`/api/connections/${id}/packets`)) as unknown as { packets: { flags: string }[] };
    expect(ladder.packets.map(({ flags }) => flags)).toEqual(
      ["SYN", "SYN ACK", "ACK", "PSH ACK", "PSH ACK", "FIN ACK", "FIN ACK", "ACK"].slice(0, ladder.packets.length),
    );
    const pcap = new Uint8Array(await (await fetch(`${hub.url}/api/connections/${id}/packets.pcapng`)).arrayBuffer());
    writeFileSync(join(folder, "one.pcapng"), pcap);
    const again = execFileSync(process.execPath, [weir, "read", "--json", join(folder, "one.pcapng")], {
      encoding: "utf8",
    });
    expect(again.split("\n").filter((line) => line.startsWith('{"kind":"connection"'))).toHaveLength(1);
  });

  it("hands out the packets of one call, and those that prove a finding, with names and their numbers", async () => {
    const numbersOf = async (path: string) => {
      const bytes = new Uint8Array(await (await fetch(`${hub.url}${path}`)).arrayBuffer());
      const numbers: number[] = [];
      const reader = new CaptureReader();
      reader.push(bytes, ({ packetId }) => numbers.push(packetId));
      reader.end(() => undefined);
      expect(reader.summary.problem).toBeUndefined();
      return numbers;
    };
    const { items: calls } = await get("/api/calls?limit=1");
    const call = calls[0] as { callId: string; requestPackets: number[]; responsePackets: number[] };
    const ofCall = await numbersOf(`/api/calls/${encodeURIComponent(call.callId)}/packets.pcapng`);
    expect([ofCall.at(0), ofCall.at(-1)]).toEqual([call.requestPackets[0], call.responsePackets.at(-1)]);
    const { items: findings } = await get("/api/findings?limit=1");
    const finding = findings[0] as { findingId: string; evidence: { packets: number[] } };
    const ofFinding = await numbersOf(`/api/findings/${encodeURIComponent(finding.findingId)}/packets.pcapng`);
    expect(finding.evidence.packets.length).toBeGreaterThan(0);
    expect(ofFinding).toEqual(expect.arrayContaining(finding.evidence.packets));
  });

  it("imports what is dropped into the watched folder", async () => {
    writeFileSync(join(folder, "dropped"), shop(3, "/watched"));
    copyFileSync(join(folder, "dropped"), join(watchDir, "dropped.pcap"));
    await imported("dropped.pcap");
  });

  it("says in one line what it cannot take", async () => {
    const empty = await upload(hub.url, new Uint8Array(0), "empty.pcap");
    expect(empty.status).toBe(400);
    expect(await empty.json()).toMatchObject({
      code: expect.stringMatching(/CAPTURE_EMPTY|USAGE/),
      hint: expect.any(String),
    });
    const text = (await (
      await upload(hub.url, new TextEncoder().encode("not a capture at all"), "notes.txt")
    ).json()) as { captureId: string };
    await expect.poll(async () => (await get(`/api/imports/${text.captureId}`))["state"]).toBe("failed");
    expect((await get(`/api/imports/${text.captureId}`))["problem"]).toMatch(/not a capture/);
  });

  it("loses nothing and doubles nothing when the engine is killed in the middle", async () => {
    const body = shop(9_000, "/big");
    const before = (await get("/api/calls")).total;
    const { captureId } = (await (await upload(hub.url, body, "big.pcap")).json()) as { captureId: string };
    const engines = execFileSync("pgrep", ["-f", `engine-child.js ${dataDir}`], { encoding: "utf8" })
      .trim()
      .split("\n");
    for (const pid of engines) process.kill(Number(pid), "SIGKILL");
    await expect.poll(async () => (await get(`/api/imports/${captureId}`))["state"], { timeout: 60_000 }).toBe("done");
    expect((await get("/api/calls")).total).toBe(before + 9_000);
    expect((await get(`/api/connections?capture=${captureId}`)).total).toBe(9_000);
  });

  it("refuses a second hub on the same folder", async () => {
    await expect(runHub(dataDir)).rejects.toThrow(/another hub uses the data folder/);
  });

  it("ends with a word where its port is taken, and leaves nothing behind", async () => {
    const { port } = new URL(hub.url);
    await expect(runHub(`${dataDir}-second`, "--port", port)).rejects.toThrow(
      /ended with 1:\s+weir: port \d+ is taken/,
    );
  });

  it("serves an OpenAPI document of every route", async () => {
    const { paths } = (await get("/api/openapi.json")) as unknown as { paths: Record<string, object> };
    expect(Object.keys(paths).sort()).toEqual([...new Set(Object.values(ROUTES).map(({ path }) => path))].sort());
  });

  it("goes on where it was after a restart", async () => {
    await hub.stop();
    hub = await runHub(dataDir);
    expect((await get("/api/connections?limit=1")).total).toBe(9_023);
    expect(readFileSync(file).length).toBeGreaterThan(0);
  });
});
