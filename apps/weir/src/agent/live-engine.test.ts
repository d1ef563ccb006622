import { DEFAULT_CONFIG } from "@weir/analysis";
import type { Call, Connection, Finding } from "@weir/model";
import type { OpenEnds } from "@weir/pipeline";
import { TcpFlag } from "@weir/wire";
import { ScriptedCapture } from "@weir/wire/testing";
import { describe, expect, it } from "vitest";
import { LiveEngine } from "./live-engine.ts";
import { framesOf, type TestFrame } from "./testing/frames.ts";

const REQUEST = "GET /orders HTTP/1.1\r\nHost: orders\r\n\r\n";
const RESPONSE = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
const START_NS = 1_700_000_000_000_000_000n;
const at = (seconds: number) => START_NS + BigInt(Math.round(seconds * 1e9));

/** An engine, and what it told; `hasReports`: somebody wants the numbers of connections that go on. */
function newEngine(hasReports = true) {
  const connections: Connection[] = [];
  const reports: string[] = [];
  const open: OpenEnds[] = [];
  const calls: Call[] = [];
  const findings: Finding[] = [];
  const engine = new LiveEngine({
    captureId: "live-test",
    name: "test",
    names: new Map(),
    config: DEFAULT_CONFIG,
    dissect: true,
    awaitsPlainText: () => false,
    sink: {
      connection: (connection) => void connections.push(connection),
      ...(hasReports
        ? { update: (_: Connection, report: string) => void reports.push(report) }
        : { open: (ends: OpenEnds) => void open.push(ends) }),
      call: (call) => void calls.push(call),
      finding: (finding) => void findings.push(finding),
    },
  });
  const take = (frames: readonly TestFrame[]) => {
    for (const frame of frames) engine.frame(frame, 0);
  };
  return { engine, take, connections, reports, open, calls, findings };
}

/** One connection with so many calls, a second apart. */
function connectionWithCalls(calls: number, client: `${string}:${number}` = "10.0.0.1:40000"): ScriptedCapture {
  const capture = new ScriptedCapture();
  const tcp = capture.tcp(client, "10.0.0.2:80").handshake();
  for (let call = 0; call < calls; call += 1) {
    tcp.send("client", REQUEST);
    capture.after(1e6);
    tcp.send("server", RESPONSE).ack("client");
    capture.after(1e9);
  }
  tcp.close();
  return capture;
}

describe("the live engine", () => {
  it("tells only the ends of a connection that is open where nobody wants its numbers", () => {
    const { engine, take, connections, open } = newEngine(false);
    take(framesOf(connectionWithCalls(1)));
    expect(open).toMatchObject([
      { clientAddress: "10.0.0.1", clientPort: 40_000, serverAddress: "10.0.0.2", serverPort: 80, startedAt: START_NS },
    ]);
    engine.finish();
    expect(connections[0]?.connectionId).toBe(open[0]?.connectionId);
  });

  it("tells a connection at its beginning, its calls at once, and its end when time goes on without packets", () => {
    const { engine, take, connections, reports, calls } = newEngine();
    take(framesOf(connectionWithCalls(1)));
    expect(reports).toEqual(["start"]);
    expect(calls).toMatchObject([{ operation: "GET", target: "/orders", status: "ok", captureId: "live-test" }]);
    engine.tick(at(2));
    expect(connections).toEqual([]);
    engine.tick(at(6));
    expect(connections).toMatchObject([{ closeReason: "closed", calls: 1, grade: "whole", startedAt: START_NS }]);
    expect(engine.counts).toMatchObject({ packets: 9, open: 0, connections: 1, calls: 1 });
  });

  it("closes at its end what is open, and says what the run was", () => {
    const { engine, take, connections } = newEngine();
    take(framesOf(connectionWithCalls(1)).slice(0, 5));
    engine.finish();
    expect(connections).toMatchObject([{ closeReason: "open", gradeReasons: ["captureEnded"] }]);
    expect(engine.capture(["lo"], 0)).toMatchObject({ format: "live", packets: 5, interfaces: ["lo"], grade: "whole" });
  });

  it("makes findings window by window, each with an id of its own", () => {
    const { engine, take, findings } = newEngine();
    const refused = new ScriptedCapture();
    for (let port = 40_000; port < 40_010; port += 1)
      refused.tcp(`10.0.0.1:${port}`, "10.0.0.2:5432").segment({ from: "client", flags: TcpFlag.syn }).reset("server");
    take(framesOf(refused));
    engine.tick(at(1));
    engine.tick(at(302));
    expect(findings).toHaveLength(1);
    engine.finish();
    expect(findings.map(({ captureId }) => captureId)).toEqual(["live-test"]);
    expect(findings[0]?.findingId).toMatch(/^live-test-1-/);
  });
});

describe("the live engine under overload", () => {
  it("leaves calls out of connections that are open, and of new ones, and grades them", () => {
    const { engine, take, connections, calls } = newEngine();
    const frames = framesOf(connectionWithCalls(3));
    take(frames.slice(0, 6));
    engine.shed("calls", at(1));
    take(frames.slice(6));
    take(framesOf(connectionWithCalls(1, "10.0.0.1:40001")));
    engine.shed("nothing", at(4));
    take(framesOf(connectionWithCalls(1, "10.0.0.1:40002")));
    engine.finish();
    expect(calls.map(({ clientPort }) => clientPort)).toEqual([40_000, 40_002]);
    expect(connections.map(({ calls: count, gradeReasons }) => [count, gradeReasons])).toEqual([
      [1, ["overload"]],
      [0, ["overload"]],
      [1, []],
    ]);
    expect(connections[0]).toMatchObject({ clientPayloadBytes: REQUEST.length * 3, closeReason: "closed" });
  });

  it("keeps beginnings and ends of all connections, and all packets of some", () => {
    const { engine, take, connections } = newEngine();
    engine.shed("connections", at(0));
    for (let port = 40_000; port < 40_064; port += 1) take(framesOf(connectionWithCalls(1, `10.0.0.1:${port}`)));
    engine.finish();
    expect(connections).toHaveLength(64);
    for (const connection of connections)
      expect(connection).toMatchObject({
        closeReason: "closed",
        gradeReasons: expect.arrayContaining(["sampled", "overload"]),
      });
    const whole = connections.filter(({ clientPackets }) => clientPackets > 2);
    expect(whole.length).toBeGreaterThan(0);
    expect(whole.length).toBeLessThan(16);
    expect(engine.counts.packets).toBe(64 * 9);
    expect(engine.counts.skipped).toBeGreaterThan(64);
  });

  it("keeps calls without their bodies first", () => {
    const { engine, take, calls } = newEngine();
    engine.shed("bodies", at(0));
    take(framesOf(connectionWithCalls(1)));
    expect(calls).toMatchObject([{ operation: "GET", responseBody: undefined }]);
  });
});

describe("the live engine while the kernel loses packets", () => {
  it("grades connections that miss packets at that time, and no others", () => {
    const { engine, take, connections } = newEngine();
    const frames = framesOf(connectionWithCalls(3));
    engine.noteLoss(at(1), at(2));
    take(frames.filter((_, index) => index !== 7));
    engine.tick(at(20));
    expect(connections[0]?.gradeReasons).toContain("captureLoss");
    take(framesOf(connectionWithCalls(1, "10.0.0.1:40001")));
    engine.finish();
    expect(connections[1]?.gradeReasons).toEqual([]);
  });
});

describe("the live engine that is told to sample", () => {
  /** So many connections with a call each, one after the other. */
  const connections = (count: number) =>
    Array.from({ length: count }, (_, index) => framesOf(connectionWithCalls(1, `10.0.0.1:${40_000 + index}`))).flat();

  it("reads one of so many connections whole, and of the others beginnings and ends, and says so", () => {
    const { engine, take, connections: told, calls } = newEngine();
    engine.sample(8, START_NS);
    take(connections(64));
    engine.finish();
    expect(told).toHaveLength(64);
    expect(calls.length).toBeGreaterThan(0);
    expect(calls.length).toBeLessThan(32);
    expect(new Set(told.flatMap(({ gradeReasons }) => gradeReasons))).toContain("sampled");
    expect(new Set(told.flatMap(({ gradeReasons }) => gradeReasons))).not.toContain("overload");
    expect(engine.capture(["lo"], 0).gradeReasons).toEqual(["sampled"]);
  });

  it("reads an edge whole that somebody asked for, and does not call it sampled", () => {
    const { engine, take, connections: told, calls } = newEngine();
    engine.sample(65_536, START_NS);
    engine.keepWhole([{ clientAddress: "10.0.0.1", serverAddress: "10.0.0.2", serverPort: 80 }], START_NS);
    take(connections(8));
    engine.finish();
    expect(calls).toHaveLength(8);
    expect(told.map(({ grade }) => grade)).toEqual(Array(8).fill("whole"));
    engine.keepWhole([], at(1));
    expect(engine.skipped).toBe(0);
  });

  it("reads everything again when it is told to", () => {
    const { engine, take, calls } = newEngine();
    engine.sample(65_536, START_NS);
    engine.sample(1, START_NS);
    take(connections(4));
    engine.finish();
    expect(calls).toHaveLength(4);
  });
});
