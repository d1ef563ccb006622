import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ScriptedCapture } from "@weir/wire/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningHub, runHub } from "../running-hub.ts";
import { receiverAddress } from "./telemetry.ts";

/** When scripted captures begin. */
const SCRIPTS_BEGIN_UNIX_MS = 1_700_000_000_000;
const SOFTFLOWD_LIMIT_MS = 10_000;

interface Kept {
  readonly name: string;
  readonly kept: readonly { readonly table: string; readonly items: number }[];
  readonly drops: readonly object[];
  readonly turnedAway: readonly object[];
}

/** Runs it to its end; returns what it said. */
function runSoftflowd(options: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    // It closes every file that it might have open, and Node allows a child a billion of them.
    const child = spawn("prlimit", ["--nofile=1024", "softflowd", ...options], { stdio: ["ignore", "pipe", "pipe"] });
    const limit = setTimeout(() => child.kill(), SOFTFLOWD_LIMIT_MS);
    let said = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (text: Buffer) => (said += text.toString()));
    child.once("error", reject);
    child.once("close", () => {
      clearTimeout(limit);
      resolve(said);
    });
  });
}

describe("flow records of Debian's softflowd", () => {
  const folder = mkdtempSync(join(tmpdir(), "weir-flows-"));
  const file = join(folder, "shop.pcap");
  let hub: RunningHub;
  const receiver = async (name: string) => {
    const { items } = (await (await fetch(`${hub.url}/api/receivers`)).json()) as { items: Kept[] };
    return items.find((item) => item.name === name);
  };

  beforeAll(async () => {
    const capture = new ScriptedCapture();
    // Of a minute ago: the device tells of it now.
    capture.nowNs = (Date.now() - 60_000 - SCRIPTS_BEGIN_UNIX_MS) * 1e6;
    for (let port = 20_000; port < 20_005; port += 1) {
      const tcp = capture.tcp(`10.0.0.1:${port}`, "10.0.0.2:8080").handshake();
      tcp.send("client", "GET / HTTP/1.1\r\nHost: shop\r\n\r\n");
      tcp.send("server", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").close();
    }
    writeFileSync(file, capture.toPcap());
    hub = await runHub(join(folder, "data"), "--free-receiver-ports");
  });

  afterAll(async () => {
    await hub?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it("is on the edges of the map that packets were seen of", async () => {
    const body = readFileSync(file);
    await fetch(`${hub.url}/api/captures?name=shop.pcap`, { method: "POST", body });
    const options = ["-D", "-r", file, "-v", "9", "-p", join(folder, "map.pid"), "-c", "none", "-n"];
    await runSoftflowd([...options, await receiverAddress(hub.url, "netflow")]);
    const edges = async (query: string) =>
      ((await (await fetch(`${hub.url}/api/map${query}`)).json()) as { edges: Record<string, unknown>[] }).edges;
    const counted = { exporter: "127.0.0.1", records: 10, clientPackets: expect.any(Number), samplingRate: 1 };
    await expect
      .poll(() => edges("?flows=true"), { timeout: 20_000 })
      .toMatchObject([{ serverPort: 8080, connections: 5, flows: [counted] }]);
    expect((await edges(""))[0]).not.toHaveProperty("flows");
  });

  it.each([
    ["NetFlow 5", "5", "netflow"],
    ["NetFlow 9", "9", "netflow"],
    ["IPFIX", "10", "ipfix"],
  ])("%s: both directions of five connections are kept", async (_, version, name) => {
    const before = (await receiver(name))?.kept[0]?.items ?? 0;
    const [host, port] = (await receiverAddress(hub.url, name)).split(":");
    const control = ["-p", join(folder, `${version}.pid`), "-c", "none"];
    const options = ["-D", "-r", file, "-v", version, "-n", `${host}:${port}`, ...control];
    expect(await runSoftflowd(options)).toContain("(10 records)");
    await expect
      .poll(async () => (await receiver(name))?.kept, { timeout: 10_000 })
      .toEqual([{ table: "flow_records", items: before + 10 }]);
    expect(await receiver(name)).toMatchObject({ drops: [], turnedAway: [] });
  });
});
