import { afterEach, describe, expect, it, vi } from "vitest";
import { parseFrame, runTshark, TSHARK_FIELDS, type TsharkFrame } from "./run.ts";
import { TsharkSide } from "./side.ts";
import { addFrame, type TsharkStream } from "./streams.ts";

/** A frame as tshark prints it: a field that is not given is absent, and ";" stands between the values of one that a frame has twice. */
function frame(fields: Partial<Record<keyof TsharkFrame, string>>): TsharkFrame {
  return parseFrame(TSHARK_FIELDS.map((field) => fields[field] ?? "").join("\t"));
}

const ACK = frame({
  "frame.number": "7",
  "frame.protocols": "eth:ethertype:ip:tcp",
  "ip.src": "10.0.0.1",
  "ip.ttl": "64",
  "ip.dsfield": "0x03",
  "tcp.stream": "0",
  "tcp.srcport": "40000",
  "tcp.flags": "0x0050",
  "tcp.len": "0",
  "tcp.window_size": "64000",
  "tcp.options.sack.count": "2",
  "tcp.options.sack.dsack_le": "100",
});

describe("what tshark says of a side", () => {
  it("counts SACK blocks, D-SACKs, marks and echoes", () => {
    const streams = new Map<number, TsharkStream>();
    addFrame(streams, new Set(), ACK);
    const side = streams.get(0)?.get("10.0.0.1 40000");
    expect(side).toMatchObject({ sackBlocks: 2, duplicateSacks: 1, congestionMarks: 1, congestionEchoes: 1, ttl: 64 });
  });

  it("takes the innermost headers of a tunnel", () => {
    const streams = new Map<number, TsharkStream>();
    const tunnelled = {
      ...ACK,
      "frame.protocols": ["eth:ethertype:ip:gre:ipv6:tcp"],
      "ip.ttl": ["255"],
      "ipv6.hlim": ["50"],
      "ipv6.src": ["fd00::1"],
      "ipv6.tclass": ["0x000000b8"],
    };
    addFrame(streams, new Set(), tunnelled);
    expect(streams.get(0)?.get("fd00::1 40000")).toMatchObject({ ttl: 50, dscp: 46, congestionMarks: 0 });
  });

  it("leaves out what an ICMP error quotes", () => {
    const streams = new Map<number, TsharkStream>();
    addFrame(streams, new Set(), { ...ACK, "frame.protocols": ["eth:ethertype:ip:icmp:ip:tcp"] });
    expect(streams.size).toBe(0);
  });

  it("a window says its smallest, largest and mean", () => {
    const side = new TsharkSide();
    for (const windowBytes of [100, 400, 100]) side.window.add(windowBytes);
    expect([side.window.min, side.window.mean, side.window.max]).toEqual([100, 200, 400]);
  });
});

describe("without tshark", () => {
  afterEach(() => vi.unstubAllEnvs());

  it("says how to get it", async () => {
    vi.stubEnv("PATH", "");
    await expect(runTshark("any.pcap", () => undefined)).rejects.toMatchObject({
      code: "ENGINE_MISSING",
      hint: expect.stringContaining("apt-get install tshark"),
    });
  });
});
