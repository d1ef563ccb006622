import { Names } from "@weir/identity";
import type { Connection } from "@weir/model";
import { ProbeMemory } from "@weir/protocols";
import { CaptureReader, TcpFlag } from "@weir/wire";
import { ScriptedCapture } from "@weir/wire/testing";
import { describe, expect, it } from "vitest";
import type { ConnectionReport, PipelineOptions } from "./contract.ts";
import { Pipeline } from "./pipeline.ts";

describe("a connection that goes on", () => {
  it("is reported when it begins, every minute in which something happened, and when it ends", () => {
    const { reports } = run(longLived());
    const told = reports.map(([report, { clientPackets, calls, closeReason }]) => [
      report,
      clientPackets,
      calls,
      closeReason,
    ]);
    expect(told).toEqual([
      ["start", 1, 0, "open"],
      ["update", 5, 1, "open"],
      ["update", 11, 4, "open"],
      ["end", 14, 5, "closed"],
    ]);
  });

  it("has one identity and grows: every number of a report is one of its last record, so far", () => {
    const { reports } = run(longLived());
    expect(new Set(reports.map(([, { connectionId }]) => connectionId))).toEqual(new Set(["test-tcp-0"]));
    expect(new Set(reports.map(([, { startedAt }]) => startedAt))).toHaveProperty("size", 1);
    expect(reports.map(([, { protocol }]) => protocol)).toEqual(["", "http", "http", "http"]);
    expect(reports.map(([, { grade }]) => grade)).toEqual(["whole", "whole", "whole", "whole"]);
  });

  it("is told as well where calls are not looked for", () => {
    const { reports } = run(longLived(), { dissect: false });
    expect(reports.map(([report, { clientPackets, calls }]) => [report, clientPackets, calls])).toEqual([
      ["start", 1, 0],
      ["update", 5, 0],
      ["update", 11, 0],
      ["end", 14, 0],
    ]);
  });
});

describe("connections without calls", () => {
  it("have the same health as with them", () => {
    const [withCalls] = run(longLived()).connections;
    const [without] = run(longLived(), { dissect: false }).connections;
    expect(without).toEqual({ ...withCalls, protocol: "", calls: 0, serverService: "10.0.0.2" });
  });
});

describe("attempts that were summed up", () => {
  it("are a record of their own, which names no end that is several", () => {
    const capture = new ScriptedCapture();
    for (let index = 0; index < 500; index += 1)
      capture
        .after(1e6)
        .tcp(`10.1.${index >> 8}.${index & 255}:40000`, "10.0.0.2:80")
        .segment({ from: "client", flags: TcpFlag.syn });
    const { connections } = run(capture, { limits: { openConnections: 100 } });
    const [summary, ...others] = connections.filter(({ attempts }) => attempts > 1);
    expect(others).toEqual([]);
    expect(summary).toMatchObject({
      connectionId: "test-tcp-attempts-1",
      clientService: "several clients",
      serverService: "10.0.0.2",
      attempts: 400,
      startedAt: 1_700_000_000_001_000_000n,
      grade: "partial",
      gradeReasons: ["limitReached"],
    });
    expect(connections).toHaveLength(101);
  });
});

/** One connection over two and a half minutes, with a call every thirty seconds. */
function longLived(): ScriptedCapture {
  const capture = new ScriptedCapture();
  const tcp = capture.tcp("10.0.0.1:20000", "10.0.0.2:80").handshake();
  for (let call = 0; call < 5; call += 1) {
    capture.after(30e9);
    tcp.send("client", "GET / HTTP/1.1\r\nHost: orders\r\n\r\n");
    tcp.send("server", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").ack("client");
  }
  tcp.close();
  return capture;
}

function run(capture: ScriptedCapture, options: Partial<PipelineOptions> = {}) {
  const reports: (readonly [ConnectionReport | "end", Connection])[] = [];
  const connections: Connection[] = [];
  const pipeline = new Pipeline({
    captureId: "test",
    names: new Names(),
    probeMemory: new ProbeMemory(),
    sink: {
      connection(connection) {
        connections.push(connection);
        reports.push(["end", connection]);
      },
      call: () => undefined,
      update: (connection, report) => reports.push([report, connection]),
    },
    ...options,
  });
  const reader = new CaptureReader();
  reader.push(capture.toPcap(), (packet) => pipeline.packet(packet, reader.startUnixNs));
  pipeline.finish();
  return { reports, connections };
}
