import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { failedCall, records, run, temporaryFolder, weir } from "./weir-read.ts";

/** Fields that only reading payload can fill, and what follows from them. */
const FROM_PAYLOAD = [
  "protocol",
  "calls",
  "callErrors",
  "serverService",
  "handshakeVerdict",
  "failingVerdict",
  "slowVerdict",
];

describe("weir read --no-calls", () => {
  const { write } = temporaryFolder();
  const file = () => write("call.pcap", failedCall().toPcap());

  it("gives the same health as with calls, and no calls", () => {
    const connectionsOf = (...args: string[]) => records(run(["--connections", "--json", ...args, file()]).stdout);
    const withCalls = connectionsOf();
    const without = connectionsOf("--no-calls");
    expect(without).toMatchObject([
      { transport: "udp", protocol: "", calls: 0 },
      { transport: "tcp", protocol: "", calls: 0, serverService: "10.0.0.2", closeReason: "closed" },
    ]);
    expect(without.map(headersOnly)).toEqual(withCalls.map(headersOnly));
  });

  it("says on the page that calls were not read", () => {
    expect(run([file()]).stdout).toContain("calls: 1 http, 1 dns");
    const { stdout, status } = run(["--no-calls", file()]);
    expect(status).toBe(0);
    expect(stdout).toContain("connections: 1 udp, 1 tcp · calls: not read (--no-calls)");
    expect(stdout).toMatch(/10\.0\.0\.1 → 10\.0\.0\.2:80 +tcp/);
  });

  it("leaves calls out of JSON lines", () => {
    const kinds = records(run(["--no-calls", "--json", file()]).stdout).map(({ kind }) => kind);
    expect(kinds).not.toContain("call");
    expect(kinds).toContain("connection");
  });

  it("follows a growing capture", async () => {
    const later = failedCall();
    for (const text of ["later", "later still"]) later.after(30e9).udp("10.0.0.1:5353", "10.0.0.2:9000", text);
    const grows = write("grows.pcap", later.toPcap());
    const child = spawn(process.execPath, [weir, "read", "--no-calls", "--follow", "--connections", grows]);
    const ended = once(child, "close");
    let stdout = "";
    let isInterrupted = false;
    for await (const chunk of child.stdout.setEncoding("utf8")) {
      stdout += chunk;
      if (!isInterrupted && stdout.includes("tcp 0")) isInterrupted = child.kill("SIGINT");
    }
    expect((await ended)[0]).toBe(0);
    expect(stdout).toMatch(/^tcp 0 +10\.0\.0\.1:20000 → 10\.0\.0\.2:80 +– +closed/m);
  });

  it.each([
    [["--filter", "http.statusCode >= 500"], /the filter names fields of calls/],
    [["--explain", "tcp:0"], /--explain shows calls/],
    [["--into", "http://127.0.0.1:1"], /the hub looks for calls by itself/],
  ])("refuses %j, which need calls", (args, message) => {
    const { status, stderr } = run(["--no-calls", ...args, file()]);
    expect(status).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });
});

function headersOnly(connection: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(connection).filter(([name]) => !FROM_PAYLOAD.includes(name)));
}
