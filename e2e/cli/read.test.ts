import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { recordings, records, refused, run, temporaryFolder } from "./weir-read.ts";

describe("weir read", () => {
  const { folder, write } = temporaryFolder();

  it("names the right edge and the right cause of the demo incident first", () => {
    const names = join(recordings, "names.json");
    const truth = JSON.parse(readFileSync(join(recordings, "truth.json"), "utf8")) as { edge: Record<string, unknown> };
    for (const files of [
      ["orders.pcap.gz"],
      ["payments.pcap.gz"],
      ["frontend.pcap.gz", "gateway.pcap.gz", "orders.pcap.gz", "payments.pcap.gz", "inventory.pcap.gz"],
    ]) {
      const { stdout } = run([...files.map((file) => join(recordings, file)), "--names", names]);
      const first = /1\. [A-Z]+ {2}(.*)/.exec(stdout)?.[1] ?? "";
      expect(first).toContain(
        `${truth.edge["clientService"]} → ${truth.edge["serverService"]}:${truth.edge["serverPort"]}`,
      );
      expect(first).toContain("not reading");
    }
  });

  it("prints a page in plain text when piped, without progress", () => {
    const { stdout, stderr, status } = run([write("refused.pcap", refused())]);
    expect(status).toBe(0);
    expect(stdout).toContain("10.0.0.1 → 10.0.0.2:5432");
    expect(stdout).toMatch(/refuses connections/);
    expect(stdout).toMatch(/Evidence: packets \d+/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: looking for terminal escapes is the point
    expect(stdout + stderr).not.toMatch(/\u001b/);
  });

  it("gives the same as JSON lines", () => {
    const { stdout } = run(["--json", write("refused.pcap", refused())]);
    const kinds = records(stdout).map(({ kind }) => kind);
    expect(kinds).toEqual(["connection", "connection", "connection", "connection", "connection", "finding", "capture"]);
    expect(records(stdout).at(-1)).toMatchObject({ packets: 10, connections: 5 });
  });

  it("sets the exit code for CI", () => {
    const file = write("refused.pcap", refused());
    expect(run([file, "--fail-on", "finding"]).status).toBe(3);
    expect(run([file, "--fail-on", "critical", "--filter", "tcp.completeness == 31"]).status).toBe(0);
  });

  it("explains a wrong filter, with its place and the nearest name", () => {
    const { status, stderr } = run([write("refused.pcap", refused()), "--filter", "tcp.retransmisionRatio > 0.1"]);
    expect(status).toBe(2);
    expect(stderr).toContain("Did you mean tcp.retransmissionRatio?");
  });

  it("reads a pipe, and gzip in it", () => {
    expect(run(["-"], gzipSync(refused())).stdout).toContain("gzip+pcap");
  });

  it.each([
    ["a file that is not there", () => join(folder, "nowhere.pcap"), /there is no file/],
    ["an empty file", () => write("empty.pcap", ""), /is empty/],
    ["no capture", () => write("notes.txt", "these are notes, not packets"), /not a capture/],
    ["a folder", () => folder, /is a folder/],
  ])("says in one line what is wrong with %s", (_, file, message) => {
    const { status, stderr } = run([file()]);
    expect(status).toBe(1);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });

  it.each([
    ["cut in the middle of a packet", () => refused().slice(0, -7), /breaks off/],
    [
      "with an absurd length",
      () => {
        const bytes = refused();
        new DataView(bytes.buffer).setUint32(24 + 5 * 70 + 8, 0x7fff_ffff, true);
        return bytes;
      },
      /captured bytes|breaks off/,
    ],
  ])("keeps what came before the damage in a capture %s", (_, bytes, message) => {
    const { status, stdout } = run([write("damaged.pcap", bytes())]);
    expect(status).toBe(0);
    expect(stdout).toMatch(message);
    expect(stdout).toMatch(/10\.0\.0\.1 → 10\.0\.0\.2/);
  });

  it("reads damaged gzip as far as it goes", () => {
    const whole = gzipSync(refused());
    const { stdout, status } = run([write("cut.pcap.gz", whole.subarray(0, whole.length - 20))]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/gzip data breaks off or is damaged/);
  });
});
