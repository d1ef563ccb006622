import { describe, expect, it } from "vitest";
import { type FilteredPacket, runFilter } from "../testing/run-filter.ts";
import { filterCompiler, parseDecimalProgram } from "./compile.ts";
import { captureProgram } from "./program.ts";

const HUB = [10, 0, 0, 9];
const HOST = [10, 0, 0, 1];
const HUB_V6 = [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9];
const HOST_V6 = [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
const SNAP = 1_000;
const own = [
  { address: Uint8Array.from(HUB), port: 8_686 },
  { address: Uint8Array.from(HUB_V6), port: 8_686 },
];

type Side = readonly [address: readonly number[], port: number];

/** A packet with an Ethernet header: IPv4 with so many bytes of options, or IPv6. */
function packet([from, fromPort]: Side, [to, toPort]: Side, { protocol = 6, optionBytes = 0 } = {}): FilteredPacket {
  const ports = [fromPort >> 8, fromPort & 255, toPort >> 8, toPort & 255];
  const isIpv4 = from.length === 4;
  const header = isIpv4
    ? [
        0x45 + optionBytes / 4,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        64,
        protocol,
        0,
        0,
        ...from,
        ...to,
        ...new Array(optionBytes).fill(1),
      ]
    : [0x60, 0, 0, 0, 0, 20, protocol, 64, ...from, ...to];
  const etherType = isIpv4 ? 0x0800 : 0x86dd;
  const frame = Uint8Array.from([
    ...new Array(12).fill(2),
    etherType >> 8,
    etherType & 255,
    ...header,
    ...ports,
    ...new Array(16).fill(0),
  ]);
  return { frame, about: { etherType, interfaceIndex: 2, hardwareType: 1 } };
}

const run = (filter: Parameters<typeof captureProgram>[0], given: FilteredPacket) =>
  runFilter(captureProgram(filter), given);
const all = { snapBytes: SNAP, own: [] };

describe("the filter of a capture", () => {
  it("lets everything through up to the snap length", () => {
    expect(run(all, packet([HOST, 40_000], [HUB, 80]))).toBe(SNAP);
  });

  it.each([0, 4, 40])(
    "leaves out what the agent says to its hub, and what it hears (IPv4, %d bytes of options)",
    (optionBytes) => {
      const filter = { snapBytes: SNAP, own };
      expect(run(filter, packet([HOST, 40_000], [HUB, 8_686], { optionBytes }))).toBe(0);
      expect(run(filter, packet([HUB, 8_686], [HOST, 40_000], { optionBytes }))).toBe(0);
    },
  );

  it("leaves that out over IPv6", () => {
    const filter = { snapBytes: SNAP, own };
    expect(run(filter, packet([HOST_V6, 40_000], [HUB_V6, 8_686]))).toBe(0);
    expect(run(filter, packet([HUB_V6, 8_686], [HOST_V6, 40_000]))).toBe(0);
  });

  it("leaves out datagrams to a collector, and keeps the same over TCP", () => {
    const collector = (address: readonly number[]) => ({
      address: Uint8Array.from(address),
      port: 4_739,
      transport: "udp" as const,
    });
    const filter = { snapBytes: SNAP, own: [collector(HUB), collector(HUB_V6)] };
    for (const [host, hub] of [
      [HOST, HUB],
      [HOST_V6, HUB_V6],
    ] as const) {
      expect(run(filter, packet([host, 40_000], [hub, 4_739], { protocol: 17 }))).toBe(0);
      expect(run(filter, packet([host, 40_000], [hub, 4_739]))).toBe(SNAP);
    }
  });

  it("keeps what only looks like it: another port, the port on the other side, another address, UDP", () => {
    const filter = { snapBytes: SNAP, own };
    for (const other of [
      packet([HOST, 40_000], [HUB, 8_687]),
      packet([HUB, 40_000], [HOST, 8_686]),
      packet([HOST, 8_686], [HUB, 80]),
      packet([HOST, 40_000], [[10, 0, 0, 8], 8_686]),
      packet([HOST, 40_000], [HUB, 8_686], { protocol: 17 }),
      packet([HOST_V6, 8_686], [HUB_V6, 40_000]),
      packet([HOST_V6, 40_000], [HOST_V6, 8_686]),
    ])
      expect(run(filter, other)).toBe(SNAP);
  });

  it("takes a loopback packet where it comes in, and not where it goes out", () => {
    const { frame, about } = packet([HOST, 40_000], [HUB, 80]);
    const onLoopback = (packetType: number) => ({
      frame,
      about: { ...about, interfaceIndex: 1, hardwareType: 772, packetType },
    });
    expect(run(all, onLoopback(4))).toBe(0);
    expect(run(all, onLoopback(0))).toBe(SNAP);
    expect(run(all, { frame, about: { ...about, packetType: 4 } })).toBe(SNAP);
  });
});

describe.skipIf(filterCompiler() === undefined)("a pcap expression (here there is libpcap or tcpdump)", () => {
  const filter = { ...all, expression: "tcp port 5432" };

  it("is asked of frames with an Ethernet header and of those without", () => {
    const wanted = packet([HOST, 40_000], [HUB, 5_432]);
    const other = packet([HOST, 40_000], [HUB, 80]);
    const withoutLink = ({ frame, about }: FilteredPacket): FilteredPacket => ({
      frame: frame.slice(14),
      networkAt: 0,
      about: { ...about, hardwareType: 65_534 },
    });
    expect(run(filter, wanted)).toBe(SNAP);
    expect(run(filter, other)).toBe(0);
    expect(run(filter, withoutLink(wanted))).toBe(SNAP);
    expect(run(filter, withoutLink(other))).toBe(0);
  });

  it("is asked after our own traffic was left out", () => {
    const { snapBytes } = all;
    expect(run({ expression: "tcp", snapBytes, own }, packet([HOST, 40_000], [HUB, 8_686]))).toBe(0);
    expect(run({ expression: "tcp", snapBytes, own }, packet([HOST, 40_000], [HUB, 8_688]))).toBe(SNAP);
  });

  it("is refused with its mistake where it is wrong", () => {
    expect(() => captureProgram({ ...all, expression: "tcp prt 80" })).toThrow(/"tcp prt 80" is no filter of packets/);
  });
});

describe("what tcpdump -ddd prints", () => {
  it("is a count and one instruction per line", () => {
    expect(parseDecimalProgram("3\n40 0 0 12\n21 0 1 2048\n6 0 0 96\n")).toEqual([
      { code: 40, jumpTrue: 0, jumpFalse: 0, k: 12 },
      { code: 21, jumpTrue: 0, jumpFalse: 1, k: 2_048 },
      { code: 6, jumpTrue: 0, jumpFalse: 0, k: 96 },
    ]);
  });
});
