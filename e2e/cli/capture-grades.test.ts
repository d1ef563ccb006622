import { ScriptedCapture, toPcapng } from "@weir/wire/testing";
import { describe, expect, it } from "vitest";
import { failedCall, records, refused, run, temporaryFolder } from "./weir-read.ts";

describe("weir read of a capture that lost packets", () => {
  const { write } = temporaryFolder();
  const reasonsOf = (bytes: Uint8Array) =>
    records(run(["--connections", "--json", write("lossy.pcapng", bytes)]).stdout)
      .sort((a, b) => Number(a["firstPacket"]) - Number(b["firstPacket"]))
      .map(({ gradeReasons }) => gradeReasons);

  it("says so with connections that miss packets, and with no other", () => {
    const pcap = holeAndWhole().toPcap();
    expect(reasonsOf(toPcapng(pcap, { atTheEnd: 12 }))).toEqual([["missingSegments", "captureLoss"], []]);
    expect(reasonsOf(toPcapng(pcap, { before: { 5: 3 } }))).toEqual([["missingSegments", "captureLoss"], []]);
  });

  it("does not say so where the capture lost nothing, or does not tell", () => {
    const pcap = holeAndWhole().toPcap();
    for (const bytes of [toPcapng(pcap, { atTheEnd: 0 }), toPcapng(pcap), pcap])
      expect(reasonsOf(bytes)).toEqual([["missingSegments"], []]);
  });

  it("tells how many on the page, whether packets say it or the end, and not twice", () => {
    const bytes = toPcapng(holeAndWhole().toPcap(), { before: { 5: 3, 6: 9 }, atTheEnd: 12 });
    expect(run([write("lossy.pcapng", bytes)]).stdout).toContain("12 packets lost by the capture");
  });
});

describe("weir read --sampling", () => {
  const { write } = temporaryFolder();

  it("judges nothing, and shows volumes as estimates", () => {
    const { stdout, status } = run(["--sampling", "100", "--fail-on", "finding", write("s.pcap", refused())]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/FINDINGS\n {2}not judged: one of 100 packets was captured, by choice/);
    expect(stdout).toMatch(/bytes ×100/);
    expect(stdout).toMatch(/10\.0\.0\.1 → 10\.0\.0\.2:5432 +tcp +5 +0 .* 52\.7 KiB/);
    expect(stdout).not.toMatch(/WORST CONNECTIONS|VERDICTS/);
  });

  it("grades every record, and the verdicts cannot tell", () => {
    const all = records(run(["--sampling", "100", "--json", write("s.pcap", failedCall().toPcap())]).stdout);
    expect(all.map(({ kind }) => kind).sort()).toEqual(["call", "call", "capture", "connection", "connection"]);
    for (const record of all)
      expect(record).toMatchObject({ grade: "partial", gradeReasons: expect.arrayContaining(["sampled"]) });
    expect(all.find(({ transport, kind }) => kind === "connection" && transport === "tcp")).toMatchObject({
      handshakeVerdict: "sampled",
      failingVerdict: "sampled",
      slowVerdict: "sampled",
    });
  });

  it.each([
    [["--sampling", "1"], /--sampling takes a whole number from 2 on/],
    [["--sampling", "often"], /--sampling takes a whole number from 2 on/],
    [["--sampling", "10", "--explain", "tcp:0"], /--explain judges a whole connection/],
  ])("refuses %j in one line", (args, message) => {
    const { status, stderr } = run([...args, write("s.pcap", refused())]);
    expect(status).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });
});

/** A connection of which the capture misses a segment that the other side acknowledged, and one that is whole. */
function holeAndWhole(): ScriptedCapture {
  const capture = new ScriptedCapture();
  const hole = capture.tcp("10.0.0.1:20000", "10.0.0.2:6379").handshake();
  hole.send("client", "before the hole").ack("server");
  hole.next.client += 100;
  hole.ack("server").send("client", "behind the hole").ack("server").close();
  capture.tcp("10.0.0.1:20001", "10.0.0.2:6379").handshake().send("client", "whole").ack("server").close();
  return capture;
}
