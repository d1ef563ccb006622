import { spawn } from "node:child_process";
import { once } from "node:events";
import { connectionRecord } from "@weir/model";
import { ScriptedCapture } from "@weir/wire/testing";
import { describe, expect, it } from "vitest";
import { failedCall, records, refused, run, temporaryFolder, weir } from "./weir-read.ts";

describe("weir read --connections", () => {
  const { write } = temporaryFolder();

  it("prints one row per connection in place of the page", () => {
    const { stdout, status } = run(["--connections", write("call.pcap", failedCall().toPcap())]);
    expect(status).toBe(0);
    const [heading, ...rows] = stdout.trimEnd().split("\n");
    expect(heading).toMatch(
      /^stream +client → server +protocol +ended .* zero window +calls +failed +first packet +grade$/,
    );
    expect(rows.map((row) => row.split(/ {2,}/).slice(0, 4))).toEqual([
      ["udp 0", "10.0.0.1:5353 → 10.0.0.53:53", "dns", "open"],
      ["tcp 0", "10.0.0.1:20000 → orders:80", "http", "closed"],
    ]);
    expect(rows[1]).toMatch(/ 20\.0 ms .* 1 +1 +2 +whole$/);
  });

  it("says of which capture a row is where there are several", () => {
    const { stdout } = run(["--connections", write("a.pcap", refused()), write("b.pcap", refused())]);
    const captures = stdout
      .trimEnd()
      .split("\n")
      .map((row) => row.split(/ +/)[0]);
    expect(captures).toEqual(["capture", ...Array(5).fill("a.pcap"), ...Array(5).fill("b.pcap")]);
  });

  it("gives the full records as JSON lines, with --json as well", () => {
    const file = write("call.pcap", failedCall().toPcap());
    const { stdout } = run(["--connections", "--format", "json", file]);
    expect(records(stdout)).toMatchObject([
      { kind: "connection", transport: "udp", streamNumber: 0 },
      { kind: "connection", transport: "tcp", callErrors: 1, startedAt: "2023-11-14T22:13:20.000000000Z" },
    ]);
    expect(run(["--connections", "--json", file]).stdout).toBe(stdout);
  });

  it("gives every field as CSV, quoted by RFC 4180, and no formula to a spreadsheet", () => {
    const names = write("names.json", JSON.stringify({ "10.0.0.1": 'shop, "old"', "10.0.0.2": "=1+1" }));
    const { stdout } = run(["--connections", "--format", "csv", "--names", names, write("refused.pcap", refused())]);
    const [header, first, ...rest] = stdout.split("\r\n");
    expect(header).toBe(connectionRecord.fields.map(({ name }) => name).join(","));
    expect(first).toContain(
      `,10.0.0.1,20000,"shop, ""old""",10.0.0.2,5432,'=1+1,255,handshake,2023-11-14T22:13:20.000000000Z,`,
    );
    expect(rest).toHaveLength(5);
    expect(rest.at(-1)).toBe("");
  });

  it("shows only what the filter lets through", () => {
    const file = write("call.pcap", failedCall().toPcap());
    const { stdout } = run(["--connections", "--filter", "http.statusCode >= 500", file]);
    expect(stdout.trimEnd().split("\n")).toHaveLength(2);
    expect(stdout).toContain("tcp 0");
  });

  it("keeps rows clean: what is wrong with the capture stands on stderr", () => {
    const { stdout, stderr } = run(["--connections", "--json", write("cut.pcap", refused().slice(0, -7))]);
    expect(records(stdout)).toHaveLength(5);
    expect(stderr).toMatch(/cut\.pcap: the capture breaks off/);
  });

  it("ends quietly when its reader has seen enough", async () => {
    const capture = new ScriptedCapture();
    for (let port = 1024; port < 5000; port += 1) capture.udp(`10.0.0.1:${port}`, "10.0.0.2:9000", "x");
    const child = spawn(process.execPath, [weir, "read", "--connections", write("many.pcap", capture.toPcap())]);
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    child.stdout.once("data", () => child.stdout.destroy());
    const [code] = await once(child, "close");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  });

  it.each([
    [["--connections", "--format", "xml"], /there is no format "xml". Use --format table, json or csv/],
    [["--format", "csv"], /--format says how --connections are written/],
    [["--connections", "--json", "--format", "csv"], /contradict each other/],
    [["--connections", "--into", "http://127.0.0.1:1"], /do not go together/],
  ])("refuses %j in one line", (args, message) => {
    const { status, stderr } = run([...args, write("refused.pcap", refused())]);
    expect(status).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });
});
