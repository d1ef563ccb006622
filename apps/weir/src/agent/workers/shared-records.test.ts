import { DEFAULT_CONFIG } from "@weir/analysis";
import { TcpFlag } from "@weir/wire";
import { ScriptedCapture } from "@weir/wire/testing";
import { describe, expect, it } from "vitest";
import { LiveEngine } from "../live-engine.ts";
import type { LiveRecord } from "../messages.ts";
import { framesOf } from "../testing/frames.ts";
import { SharedRecords } from "./shared-records.ts";

/** One of two workers, with the records that it has told. */
function worker(index: number) {
  const records: LiveRecord[] = [];
  const engine = new LiveEngine({
    captureId: "live-test",
    name: "test",
    names: new Map(),
    config: DEFAULT_CONFIG,
    dissect: true,
    awaitsPlainText: () => false,
    share: { index, count: 2 },
    sink: {
      connection: (record) => void records.push({ kind: "connection", record, report: "end" }),
      call: (record) => void records.push({ kind: "call", record }),
      finding: (record) => void records.push({ kind: "finding", record }),
    },
  });
  return { engine, records };
}

/** A connection that is refused, seen by one worker. */
const refused = (port: number) => framesOf(refusedCapture(port));
function refusedCapture(port: number): ScriptedCapture {
  const capture = new ScriptedCapture();
  capture.tcp(`10.0.0.1:${port}`, "10.0.0.2:5432").segment({ from: "client", flags: TcpFlag.syn }).reset("server");
  return capture;
}

describe("workers that share the packets", () => {
  it("judge nothing by themselves: what takes all records to tell is told of all of them", () => {
    const workers = [worker(0), worker(1)] as const;
    for (let port = 40_000; port < 40_010; port += 1)
      for (const frame of refused(port)) workers[(port & 1) as 0 | 1].engine.frame(frame, 0);
    for (const { engine } of workers) engine.finish();
    const shared = new SharedRecords("live-test", DEFAULT_CONFIG);
    const judged = workers.flatMap(({ records }) => shared.judged(records));
    expect(judged.map((live) => live.kind === "connection" && live.record.failingVerdict)).toEqual(
      Array.from({ length: 10 }, () => "refused"),
    );
    const rest = shared.finish(() => undefined);
    expect(rest.filter(({ kind }) => kind === "finding")).toHaveLength(1);
    expect(shared.counts).toMatchObject({ connections: 10, calls: 0 });
  });

  it("give out numbers of connections that the others do not", () => {
    const ids = [worker(0), worker(1)].flatMap(({ engine, records }) => {
      for (const port of [40_000, 40_001]) for (const frame of refused(port)) engine.frame(frame, 0);
      engine.finish();
      return records.map((live) => live.kind === "connection" && live.record.connectionId);
    });
    expect(ids).toEqual(["live-test-tcp-0", "live-test-tcp-2", "live-test-tcp-1", "live-test-tcp-3"]);
  });

  it("tell each other what DNS has answered", () => {
    const [asked, other] = [worker(0), worker(1)];
    asked.engine.learn([{ source: "dns", address: "10.0.0.2", name: "db.internal", fromUnixMs: 1_700_000_000_000 }]);
    for (const frame of refused(40_000)) asked.engine.frame(frame, 0);
    // What others have told is not told again.
    expect(asked.engine.learned()).toEqual([]);
    for (const frame of framesOf(answered())) other.engine.frame(frame, 0);
    const told = other.engine.learned();
    expect(told).toEqual([{ source: "dns", address: "10.0.0.3", name: "a", fromUnixMs: 1_700_000_000_000 }]);
    asked.engine.finish();
    expect(asked.records).toMatchObject([{ record: { serverService: "db.internal" } }]);
  });
});

/** The answer to a question for `a`: 10.0.0.3. */
function answered(): ScriptedCapture {
  const question = [1, 0x61, 0, 0, 1, 0, 1];
  const answer = [0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 10, 0, 0, 3];
  const capture = new ScriptedCapture();
  capture.udp("10.0.0.1:5353", "10.0.0.53:53", Uint8Array.of(0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, ...question));
  capture.udp(
    "10.0.0.53:53",
    "10.0.0.1:5353",
    Uint8Array.of(0, 1, 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0, ...question, ...answer),
  );
  return capture;
}
