import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CaptureReader, type Packet } from "@weir/wire";
import { ScriptedCapture } from "@weir/wire/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ConnectionKey } from "../../packets/connection-packets.ts";
import { HistoryFolder } from "./history-folder.ts";
import { HistoryWriter } from "./history-writer.ts";
import { keptPackets } from "./kept-packets.ts";
import type { Segment } from "./segment.ts";

const RUN = "live-web-1";
const START_S = 1_700_000_000;
const MINUTE_NS = 60_000_000_000n;
const PLENTY = { maxBytes: 1 << 30, maxAgeMs: Number.MAX_SAFE_INTEGER };
const NOTES = { comment: "asked for in a test", names: [{ address: "10.0.0.2", name: "orders" }] };
/** When the packets of the test were captured. */
const NOW_MS = START_S * 1000;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "weir-history-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A conversation of two packets between two ports. */
function talk(clientPort: number): Uint8Array {
  const capture = new ScriptedCapture();
  capture.udp(`10.0.0.1:${clientPort}`, "10.0.0.2:53", `question ${clientPort}`);
  capture.udp("10.0.0.2:53", `10.0.0.1:${clientPort}`, `answer ${clientPort}`);
  return capture.toPcap();
}

/** Writes conversations into one segment each, the first in minute 0, the next in minute 1 … */
async function record(clientPorts: readonly number[], run = RUN): Promise<Segment[]> {
  const segments: Segment[] = [];
  const writer = new HistoryWriter(folder, run, (segment) => segments.push(segment));
  let number = 0;
  for (const [minute, port] of clientPorts.entries()) {
    read(talk(port), (packet) => {
      number += 1;
      packet.number = number;
      writer.add(packet, "eth0", START_S + minute * 60, 7);
    });
    await writer.flush();
  }
  expect(writer.counts).toEqual({ packets: clientPorts.length * 2, skippedPackets: 0, problem: "" });
  return segments;
}

function read(bytes: Uint8Array, take: (packet: Packet) => void): CaptureReader {
  const reader = new CaptureReader();
  reader.push(bytes, take);
  reader.end(take);
  return reader;
}

function key(clientPort: number, packets: readonly [number, number] = [1, 1_000]): ConnectionKey {
  const [firstPacket, lastPacket] = packets;
  const ends = { clientAddress: "10.0.0.1", clientPort, serverAddress: "10.0.0.2", serverPort: 53 };
  return { transport: "udp", ...ends, firstPacket, lastPacket };
}

/** What the history gives for a connection: packet numbers and the client's port of each. */
async function fetched(history: HistoryFolder, keys: readonly ConnectionKey[], captureId = RUN) {
  const parts: Uint8Array[] = [];
  const all = { fromNs: 0n, toNs: 2n ** 62n };
  for await (const part of keptPackets(history, { captureId, keys, ...all }, NOTES)) parts.push(part);
  const packets: [number, number][] = [];
  const { summary, startUnixNs } = read(Buffer.concat(parts), ({ packetId, sourcePort, destinationPort }) =>
    packets.push([packetId, Math.max(sourcePort, destinationPort)]),
  );
  expect(summary).toMatchObject({ problem: undefined, names: [{ address: "10.0.0.2", name: "orders" }] });
  return { packets, startUnixNs };
}

describe("a packet history", () => {
  it("gives the packets of the connections that are asked for, with their numbers and times", async () => {
    await record([40_001, 40_002, 40_003]);
    const history = new HistoryFolder(folder, PLENTY);
    expect(await fetched(history, [key(40_002)])).toEqual({
      packets: [
        [3, 40_002],
        [4, 40_002],
      ],
      startUnixNs: BigInt(START_S + 60) * 1_000_000_000n + 7n,
    });
    const { packets } = await fetched(history, [key(40_001), key(40_003, [6, 6])]);
    expect(packets).toEqual([
      [1, 40_001],
      [2, 40_001],
      [6, 40_003],
    ]);
    expect((await fetched(history, [key(50_000)])).packets).toEqual([]);
  });

  it("keeps the runs of an agent apart, whose packets have the same numbers", async () => {
    await record([40_001], "live-web-1-a");
    await record([40_001], "live-web-1-b");
    const history = new HistoryFolder(folder, PLENTY);
    expect(history.captureIds).toEqual(["live-web-1-a", "live-web-1-b"]);
    expect((await fetched(history, [key(40_001)], "live-web-1-b")).packets).toHaveLength(2);
  });

  it("is bounded: what is oldest goes first, and what is too old goes", async () => {
    const segments = await record([40_001, 40_002, 40_003]);
    const [{ fileBytes } = { fileBytes: 0 }] = segments;
    const history = new HistoryFolder(folder, { maxBytes: fileBytes * 2.5, maxAgeMs: 3_600_000 });
    history.evict(NOW_MS);
    expect((await fetched(history, [key(40_001)])).packets).toEqual([]);
    expect((await fetched(history, [key(40_002), key(40_003)])).packets).toHaveLength(4);
    history.evict(NOW_MS + 3_600_000 + 90_000);
    expect((await fetched(history, [key(40_002)])).packets).toEqual([]);
    expect((await fetched(history, [key(40_003)])).packets).toHaveLength(2);
    expect(history.evicted).toBe(2);
    expect(readdirSync(folder)).toHaveLength(2);
  });

  it("keeps a pinned window whatever comes, also over a restart, until it is given up", async () => {
    await record([40_001, 40_002, 40_003]);
    const atStart = BigInt(START_S) * 1_000_000_000n;
    new HistoryFolder(folder, PLENTY).pin({ name: "incident 7", fromNs: atStart, toNs: atStart + MINUTE_NS / 2n });
    const history = new HistoryFolder(folder, { maxBytes: 1, maxAgeMs: 3_600_000 });
    history.evict(NOW_MS);
    expect(history.segments).toHaveLength(1);
    expect((await fetched(history, [key(40_001)])).packets).toHaveLength(2);
    expect(history.unpin("incident 8", NOW_MS)).toBe(false);
    expect(history.unpin("incident 7", NOW_MS)).toBe(true);
    expect(history.segments).toHaveLength(0);
  });

  it("lets pins take half of its room, not more", async () => {
    const segments = await record([40_001, 40_002]);
    const bytes = segments.reduce((sum, { fileBytes }) => sum + fileBytes, 0);
    const history = new HistoryFolder(folder, { ...PLENTY, maxBytes: bytes });
    const all = { name: "all", fromNs: 0n, toNs: 2n ** 62n };
    expect(() => history.pin(all)).toThrow(expect.objectContaining({ code: "LIMIT_REACHED" }));
    expect(history.pins).toEqual([]);
  });

  it("survives what a crash leaves: half of a segment, a segment without an index, a damaged list of pins", async () => {
    await record([40_001]);
    writeFileSync(join(folder, "live-web-1_9.pcapng.gz.part"), "half");
    writeFileSync(join(folder, "live-web-1_8.pcapng.gz"), "no index");
    expect(new HistoryFolder(folder, PLENTY).segments).toHaveLength(1);
    expect(readdirSync(folder)).toHaveLength(2);
    writeFileSync(join(folder, "pins.json"), "[{");
    expect(() => new HistoryFolder(folder, PLENTY)).toThrow(expect.objectContaining({ code: "CONFIG_INVALID" }));
  });

  it("counts the packets that its disk does not take, and says why", async () => {
    const writer = new HistoryWriter(folder, RUN, () => undefined);
    rmSync(folder, { recursive: true });
    read(talk(40_001), (packet) => writer.add(packet, "eth0", START_S, 0));
    await writer.flush();
    expect(writer.counts).toMatchObject({ packets: 0, skippedPackets: 2, problem: expect.stringContaining("ENOENT") });
    new HistoryFolder(folder, PLENTY);
  });
});
