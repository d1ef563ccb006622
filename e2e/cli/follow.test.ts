import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { ScriptedCapture } from "@weir/wire/testing";
import { describe, expect, it } from "vitest";
import { recordings, records, refused, run, temporaryFolder, weir } from "./weir-read.ts";

describe("weir read --follow", () => {
  const { write } = temporaryFolder();

  it("prints connections as they are finished, and the page of everything on Ctrl-C", async () => {
    const { first, second } = halves();
    const file = write("grows.pcap", first);
    const weirRead = start(["--follow", file]);
    await weirRead.says(/^tcp 0 .* closed .*$/m);
    expect(weirRead.stdout()).not.toContain("tcp 1");
    appendFileSync(file, second);
    await weirRead.says(/^tcp 1 .* closed .*$/m);
    expect(weirRead.stdout()).not.toContain("FINDINGS");
    expect(await weirRead.interrupt()).toBe(0);
    expect(weirRead.stdout()).toMatch(/^udp 1 .* open .*$/m);
    expect(weirRead.stdout()).toMatch(/grows\.pcap {2}pcap · .*[\s\S]*FINDINGS[\s\S]*WHO TALKS TO WHOM/);
  });

  it("gives JSON lines with --json, and with --connections only connections", async () => {
    const { first } = halves();
    const file = write("lines.pcap", first);
    const all = start(["--follow", "--json", file]);
    await all.says(/"kind":"connection"/);
    expect(await all.interrupt()).toBe(0);
    expect(records(all.stdout()).map(({ kind }) => kind)).toEqual(["connection", "connection", "capture"]);
    const connections = start(["--follow", "--connections", "--format", "csv", file]);
    await connections.says(/,tcp,0,/);
    expect(await connections.interrupt()).toBe(0);
    expect(connections.stdout().trimEnd().split("\r\n")).toHaveLength(3);
  });

  it("ends with the page and the reason where the file shrinks", async () => {
    const { first } = halves();
    const file = write("shrinks.pcap", first);
    const weirRead = start(["--follow", file]);
    await weirRead.says(/^tcp 0/m);
    truncateSync(file, 24);
    expect(await weirRead.ends()).toBe(1);
    expect(weirRead.stdout()).toContain("FINDINGS");
    expect(weirRead.stderr()).toMatch(/shrinks\.pcap has shrunk: it was written anew\. What came before was read/);
  });

  it.each([
    ["a compressed file", () => [write("now.pcap.gz", gzipSync(refused()))], 2, /is gzip: only plain pcap and pcapng/],
    ["no capture", () => [write("notes.txt", "these are notes, not packets")], 1, /not a capture/],
    ["a pipe", () => ["-"], 2, /a pipe is followed without it: weir read -/],
    ["two files", () => [join(recordings, "a"), join(recordings, "b")], 2, /--follow watches one file grow/],
    ["a file that is not there", () => [join(recordings, "nowhere.pcap")], 1, /there is no file/],
  ])("refuses %s in one line", (_, files, code, message) => {
    const { status, stderr } = run(["--follow", ...files()]);
    expect(status).toBe(code);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });
});

/** A capture in two pieces, cut within a record; in each a connection ends and, long enough after it, another packet comes. */
function halves() {
  const capture = new ScriptedCapture();
  for (const port of [20_000, 20_001] as const) {
    capture.tcp(`10.0.0.1:${port}`, "10.0.0.2:81").handshake().send("client", "hello").ack("server").close();
    capture.after(30e9).udp(`10.0.0.1:${port}`, "10.0.0.2:9000", "later");
  }
  const bytes = capture.toPcap();
  const middle = 24 + (bytes.length - 24) / 2;
  return { first: bytes.slice(0, middle + 7), second: bytes.slice(middle + 7) };
}

/** A `weir read` that goes on until it is interrupted. */
function start(args: readonly string[]) {
  const child = spawn(process.execPath, [weir, "read", ...args], { stdio: ["ignore", "pipe", "pipe"] });
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const ended = once(child, "close").then(([code]) => code as number | null);
  return {
    stdout: () => stdout,
    stderr: () => stderr,
    /** Waits until standard output has it. */
    async says(pattern: RegExp): Promise<void> {
      while (!pattern.test(stdout)) {
        const isOver = await Promise.race([once(child.stdout, "data").then(() => false), ended.then(() => true)]);
        if (isOver && !pattern.test(stdout)) throw new Error(`it ended without ${pattern}: ${stdout}${stderr}`);
      }
    },
    /** Ctrl-C. Returns the exit code. */
    interrupt(): Promise<number | null> {
      child.kill("SIGINT");
      return ended;
    },
    ends: () => ended,
  };
}
