import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { JoinSummaryJson } from "@weir/http-contract";
import { beforeAll, describe, expect, it } from "vitest";
import { failedCall, recordings, temporaryFolder, weir } from "./weir-read.ts";

const SPANS = join(recordings, "spans.otlp.jsonl.gz");
const CAPTURES = readdirSync(recordings)
  .filter((name) => name.endsWith(".pcap.gz"))
  .map((name) => join(recordings, name));
const NAMES = ["--names", join(recordings, "names.json")];

function joinRun(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [weir, "join", ...args], {
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  return { status, stdout, stderr };
}

describe("weir join, of the recorded incident and what its services reported", () => {
  let joined: JoinSummaryJson;
  const edge = (client: string, server: string) =>
    joined.edges.find(({ clientService, serverService }) => clientService === client && serverService === server);

  beforeAll(() => {
    const { stdout, stderr } = joinRun(...CAPTURES, "--spans", SPANS, ...NAMES, "--traces", "400", "--json");
    expect(stderr).toBe("");
    joined = JSON.parse(stdout) as JoinSummaryJson;
  }, 60_000);

  it("adds up a sample of the traces by edge, service and clock, as a hub does", () => {
    expect(joined.traces).toBe(400);
    expect(joined.tracesInAll).toBeGreaterThan(400);
    expect(joined.counts.matched).toBeGreaterThan(900);
    const { withoutServerSpan, classes, reasons } = edge("orders", "inventory") ?? {};
    expect(withoutServerSpan).toBe(classes?.matched);
    expect(reasons).toEqual([{ reason: "neverSent", exchanges: classes?.spanOnly }]);
    expect(joined.services.find(({ service }) => service === "gateway")).toMatchObject({ withSpan: 0 });
    expect(joined.clocks.length).toBeGreaterThan(3);
    expect(joined.clocks.every(({ of }) => !of.includes("/"))).toBe(true);
  });

  it("says what follows, as findings with their evidence", () => {
    expect(joined.findings.map(({ title }) => title)).toEqual(
      expect.arrayContaining([
        expect.stringContaining("inventory is not instrumented"),
        'orders → payments: payments reports "unset", the wire says "aborted"',
      ]),
    );
    for (const { evidence } of joined.findings) expect(evidence.packets.length).toBeGreaterThan(0);
  });
});

describe("weir join, for people", () => {
  const { write } = temporaryFolder();

  it("shows edges by how they fit, what does not, who reports, and clocks", () => {
    const { status, stdout } = joinRun(...CAPTURES, "--spans", SPANS, ...NAMES, "--traces", "40");
    expect(status).toBe(0);
    for (const heading of ["WHAT FOLLOWS", "HOW SPANS AND PACKETS FIT", "WHAT DOES NOT FIT", "WHO REPORTS", "CLOCKS"])
      expect(stdout).toContain(heading);
    expect(stdout).toMatch(/^40 of [\d ,]+ traces, from 20/);
    expect(stdout).toMatch(/^ {2}orders → inventory:\d+ +\d+/m);
    expect(stdout).toMatch(/^ {2}gateway +\d+ +none/m);
  }, 60_000);

  it("reads spans that are not compressed, and says where nothing carries a context", () => {
    const lines = gunzipSync(readFileSync(SPANS)).toString().split("\n");
    const spans = write("spans.jsonl", `${lines[0]}\n`);
    const capture = write("failed.pcap", failedCall().toPcap());
    expect(joinRun(capture, "--spans", spans).stdout).toMatch(/Exchanges: [\d,]+ without packets/);
    expect(joinRun(capture, "--spans", write("none.jsonl", "")).stdout).toMatch(/^There is no trace/);
  });

  it.each([
    ["captures without spans", [SPANS], "Name a file of them: --spans"],
    ["a capture and a hub", [SPANS, "--spans", SPANS, "--hub", "http://127.0.0.1:1"], "no hub is asked"],
    ["spans for a hub", ["--spans", SPANS], "are for captures"],
    ["too many traces", ["--traces", "5000"], "from 1 to 2000"],
    ["a capture in place of spans", [SPANS, "--spans", CAPTURES[0] ?? ""], "holds no spans"],
    ["a hub that is not there", ["--hub", "http://127.0.0.1:1"], "there is no hub at http://127.0.0.1:1"],
  ])("refuses %s, and says what to do", (_, args, words) => {
    const { status, stderr } = joinRun(...args);
    expect(status).not.toBe(0);
    expect(stderr).toContain(words);
  });
});
