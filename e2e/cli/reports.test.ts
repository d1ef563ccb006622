import { connectionRecord } from "@weir/model";
import { ScriptedCapture } from "@weir/wire/testing";
import { describe, expect, it } from "vitest";
import { records, run, temporaryFolder } from "./weir-read.ts";

describe("weir read --connections --reports", () => {
  const { write } = temporaryFolder();
  const file = () => write("long.pcap", longAndShort().toPcap());

  it("prints a row when a connection begins, every minute while it goes on, and when it ends, as they come", () => {
    const { stdout, status } = run(["--connections", "--reports", file()]);
    expect(status).toBe(0);
    const [heading, ...rows] = stdout.trimEnd().split("\n");
    expect(heading).toMatch(/^report +stream +client → server /);
    expect(rows.map((row) => row.split(/ {2,}/).slice(0, 2))).toEqual([
      ["start", "tcp 0"],
      ["start", "tcp 1"],
      ["end", "tcp 1"],
      ["update", "tcp 0"],
      ["update", "tcp 0"],
      ["end", "tcp 0"],
    ]);
  });

  it("says in JSON lines and CSV which report it is", () => {
    const lines = records(run(["--connections", "--reports", "--json", file()]).stdout);
    expect(lines.map(({ report, streamNumber, closeReason }) => [report, streamNumber, closeReason])).toEqual([
      ["start", 0, "open"],
      ["start", 1, "open"],
      ["end", 1, "closed"],
      ["update", 0, "open"],
      ["update", 0, "open"],
      ["end", 0, "closed"],
    ]);
    const csv = run(["--connections", "--reports", "--format", "csv", file()]).stdout.trimEnd().split("\r\n");
    expect(csv[0]).toBe(["report", ...connectionRecord.fields.map(({ name }) => name)].join(","));
    expect(csv.slice(1).map((line) => line.split(",")[0])).toEqual(lines.map(({ report }) => report));
  });

  it("prints ends only where it is not asked for", () => {
    const { stdout } = run(["--connections", file()]);
    expect(stdout.trimEnd().split("\n")).toHaveLength(3);
  });

  it("holds each report against the filter by its own numbers", () => {
    const { stdout } = run(["--connections", "--reports", "--filter", "connection.durationNs > 90e9", file()]);
    expect(
      stdout
        .trimEnd()
        .split("\n")
        .slice(1)
        .map((row) => row.split(/ {2,}/).slice(0, 2)),
    ).toEqual([
      ["update", "tcp 0"],
      ["end", "tcp 0"],
    ]);
  });

  it.each([
    [["--reports"], /--reports says which --connections are written. Add --connections/],
    [["--connections", "--reports", "--filter", "http.statusCode >= 500"], /the filter names fields of calls/],
  ])("refuses %j in one line", (args, message) => {
    const { status, stderr } = run([...args, file()]);
    expect(status).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });
});

/** A connection that says something every ten seconds for two and a half minutes, and one that is over at once. */
function longAndShort(): ScriptedCapture {
  const capture = new ScriptedCapture();
  const long = capture.tcp("10.0.0.1:20000", "10.0.0.2:6379").handshake();
  capture.after(30e9).tcp("10.0.0.1:20001", "10.0.0.2:6379").handshake().close();
  for (let time = 0; time < 12; time += 1) {
    capture.after(10e9);
    long.send("client", "still here").ack("server");
  }
  long.close();
  return capture;
}
