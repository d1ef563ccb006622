import { spawn } from "node:child_process";
import { once } from "node:events";
import { gzipSync } from "node:zlib";
import { ScriptedCapture } from "@weir/wire/testing";
import { beforeAll, describe, expect, it } from "vitest";
import { run, temporaryFolder, weir } from "./weir-read.ts";

const READ = ["--connections", "--no-calls"] as const;
/** Some chunks of a shared file, so that workers do wait for each other. */
const CONNECTIONS = 6_000;

describe("weir read --workers", () => {
  const { write } = temporaryFolder();
  let file = "";
  beforeAll(() => {
    file = write("many, and more.pcap", manyConnections());
  });

  it.each([
    ["csv", 2, []],
    ["csv", 3, ["--filter", "server.port == 443"]],
    ["json", 2, ["--filter", "tcp.closeReason == 'refused' || server.port == 53"]],
    ["json", 3, []],
    ["table", 2, []],
  ])("writes as %s with %i workers and %j the rows that one writes", (format, workers, options) => {
    const args = [...READ, "--format", format, ...options, file];
    const alone = run(args);
    const shared = run([...args, "--workers", String(workers)]);
    expect({ status: shared.status, stderr: shared.stderr }).toEqual({ status: 0, stderr: "" });
    if (format !== "json") expect(shared.stdout.split("\n")[0]).toBe(alone.stdout.split("\n")[0]);
    expect(sorted(shared.stdout)).toEqual(sorted(alone.stdout));
    expect(sorted(alone.stdout).length).toBeGreaterThan(1_000);
  });

  it("gives rows out before the capture is read: of connections that ended long ago", () => {
    const numbers =
      run([...READ, "--format", "json", "--workers", "2", file]).stdout.match(/"streamNumber":\d+/g) ?? [];
    const inTheMiddle = numbers.slice(0, 100).map((text) => Number(text.split(":")[1]));
    expect(Math.max(...inTheMiddle)).toBeLessThan(CONNECTIONS / 2);
  });

  it("takes names, thresholds and sampling as one does", () => {
    const names = write("names.json", JSON.stringify({ "10.0.0.9": "größe, ünd" }));
    const config = write("weir.json", JSON.stringify({ thresholds: { slowThinkNs: "1ns" } }));
    const args = [...READ, "--format", "csv", "--names", names, "--config", config, "--sampling", "10", file];
    const shared = run([...args, "--workers", "2"]).stdout;
    expect(sorted(shared)).toEqual(sorted(run(args).stdout));
    expect(shared).toContain('"größe, ünd"');
  });

  it("tells of a damaged capture what one tells, and what came before", () => {
    const cut = write("cut.pcap", manyConnections().slice(0, -7));
    const args = [...READ, "--json", cut];
    const [alone, shared] = [run(args), run([...args, "--workers", "3"])];
    expect(shared.stderr).toBe(alone.stderr);
    expect(shared.stderr).toMatch(/cut\.pcap: the capture breaks off/);
    expect(sorted(shared.stdout)).toEqual(sorted(alone.stdout));
  });

  it.each([
    ["no capture", "this is a text, and longer than a header of a capture", 1],
    ["nothing", "", 1],
  ])("says of %s what one says", (_, content, status) => {
    const wrong = write("wrong.pcap", content);
    const shared = run([...READ, "--workers", "2", wrong]);
    expect(shared.stderr).toBe(run([...READ, wrong]).stderr);
    expect(shared.status).toBe(status);
  });

  it("ends quietly when its reader has seen enough", async () => {
    const child = spawn(process.execPath, [weir, "read", ...READ, "--json", "--workers", "2", file]);
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    child.stdout.once("data", () => child.stdout.destroy());
    expect([await once(child, "close"), stderr]).toEqual([[0, null], ""]);
  });

  it("waits for a slow reader, and stops on Ctrl-C with the rows of what was read", async () => {
    const long = write("long.pcap", repeated(manyConnections(), 10));
    const child = spawn(process.execPath, [weir, "read", ...READ, "--json", "--workers", "2", long]);
    const ended = once(child, "close");
    let stdout = "";
    let isInterrupted = false;
    for await (const chunk of child.stdout.setEncoding("utf8")) {
      stdout += chunk;
      // The pipe is full by now: the workers wait.
      if (!isInterrupted) isInterrupted = child.kill("SIGINT");
    }
    expect(await ended).toEqual([0, null]);
    const rows = stdout.trimEnd().split("\n");
    expect(JSON.parse(rows.at(-1) ?? "")).toMatchObject({ kind: "connection" });
    expect(rows.length).toBeLessThan(10 * CONNECTIONS);
  });

  it("with one worker reads whatever can be read", () => {
    expect(run(["--workers", "1", file])).toEqual(run([file]));
  });

  it.each([
    [["--workers", "0"], /--workers takes a number from 1 to 64/],
    [["--workers", "65"], /--workers takes a number from 1 to 64/],
    [["--workers", "two"], /--workers takes a number from 1 to 64/],
    [["--workers", "2"], /Add --connections --no-calls, or leave --workers out/],
    [["--workers", "2", "--connections"], /Add --connections --no-calls, or leave --workers out/],
    [["--workers", "2", ...READ, "--reports"], /--workers and --reports do not go together. Leave --workers out/],
    [["--workers", "2", ...READ, "--follow"], /--workers and --follow do not go together/],
    [["--workers", "2", ...READ, "--fail-on", "critical"], /--workers and --fail-on do not go together/],
    [["--workers", "2", "--no-calls", "--explain", "tcp:0"], /--workers and --explain do not go together/],
    [["--workers", "2", "--into", "http://127.0.0.1:1"], /--workers and --into do not go together/],
    [
      ["--workers", "2", ...READ, "--filter", "connection.streamNumber < 3"],
      /connection\.streamNumber, which workers do not know/,
    ],
    [["--workers", "2", ...READ, "--filter", "http.statusCode >= 500"], /the filter names fields of calls/],
  ])("refuses %j in one line", (args, message) => {
    expectUsage(run([...args, file]), message);
  });

  it("needs one plain file", () => {
    const args = [...READ, "--workers", "2"];
    expectUsage(run([...args, file, file]), /workers share one capture. Name one file/);
    expectUsage(run([...args, "-"], manyConnections()), /workers cannot share a pipe/);
    expectUsage(run([...args, write("x.pcap.gz", gzipSync(manyConnections()))]), /compressed.* Decompress it first/);
    expectUsage(run([...args, "/dev/null"]), /no plain file/);
    expect(run([...args, "/nowhere/x.pcap"]).stderr).toMatch(/there is no file/);
  });
});

/** Connections of many kinds, a little more than one every ten milliseconds: some go on, most are over and gone when the capture ends. */
function manyConnections(): Uint8Array {
  const capture = new ScriptedCapture();
  for (let index = 0; index < CONNECTIONS; index += 1) {
    capture.after(5e6);
    const client = `10.0.${index % 200}.${index % 7}:${20_000 + (index % 5_000)}` as const;
    if (index % 5 === 0) {
      capture.udp(client, "10.0.0.53:53", "question");
      continue;
    }
    const tcp = capture.tcp(client, index % 2 === 0 ? "10.0.0.9:443" : "10.0.0.8:80");
    if (index % 11 === 0) {
      tcp.segment({ from: "client", flags: 2 }).segment({ from: "server", flags: 4 | 16 });
      continue;
    }
    tcp
      .handshake()
      .send("client", "hello")
      .send("server", "x".repeat(index % 300));
    if (index % 13 === 0) tcp.segment({ from: "client", flags: 16, sequence: 1001, payload: "hello" });
    if (index % 3 !== 0) tcp.close();
  }
  return capture.toPcap();
}

/** A capture several times over, each with the same times. */
function repeated(pcap: Uint8Array, times: number): Uint8Array {
  const records = pcap.subarray(24);
  return Buffer.concat([pcap.subarray(0, 24), ...Array.from({ length: times }, () => records)]);
}

function sorted(rows: string): string[] {
  return rows.split("\n").toSorted();
}

function expectUsage({ status, stderr }: ReturnType<typeof run>, message: RegExp): void {
  expect(stderr).toMatch(message);
  expect(stderr.trim().split("\n")).toHaveLength(1);
  expect(status).toBe(2);
}
