import type { FlowRecord } from "@weir/model";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FlowReader } from "./index.ts";

const NOW = 1_700_000_000_000_000_000n;
const EXPORTER = "10.0.0.1";

/** Numbers of a datagram, each with its length in bytes before it. */
type Numbers = (readonly [bytes: 1 | 2 | 4, value: number])[];

function datagram(...numbers: Numbers): Uint8Array {
  return Uint8Array.from(
    numbers.flatMap(([bytes, value]) =>
      Array.from({ length: bytes }, (_, at) => (value >>> (8 * (bytes - 1 - at))) & 0xff),
    ),
  );
}
const netflow9 = (...sets: Uint8Array[]) =>
  Buffer.concat([datagram([2, 9], [2, sets.length], [4, 5_000], [4, 1_700_000_000], [4, 1], [4, 7]), ...sets]);
const set = (id: number, ...numbers: Numbers) => {
  const body = datagram(...numbers);
  return Buffer.concat([datagram([2, id], [2, body.length + 4]), body]);
};
/** Bytes, packets, addresses, begin. */
const template = set(
  0,
  [2, 256],
  [2, 5],
  [2, 1],
  [2, 4],
  [2, 2],
  [2, 2],
  [2, 8],
  [2, 4],
  [2, 12],
  [2, 4],
  [2, 22],
  [2, 4],
);
const data = set(256, [4, 1_500], [2, 3], [4, 0x0a000002], [4, 0x0a000003], [4, 2_000]);

function rowsOf(reading: ReturnType<FlowReader["read"]>): readonly FlowRecord[] {
  return reading.kind === "received" ? reading.tables.flatMap(({ rows }) => rows as FlowRecord[]) : [];
}

describe("flow records", () => {
  it("of NetFlow 5 count as often as the head says that packets were left out", () => {
    const head = datagram([2, 5], [2, 1], [4, 90_000], [4, 1_700_000_000], [4, 0], [4, 1], [2, 3], [2, 0x4000 + 100]);
    const ends = datagram(
      [4, 0x0a000002],
      [4, 0x0a000003],
      [4, 0],
      [2, 1],
      [2, 2],
      [4, 3],
      [4, 1_500],
      [4, 80_000],
      [4, 81_000],
    );
    const rest = datagram([2, 443], [2, 50_000], [1, 0], [1, 0x1b], [1, 6], [1, 0], [2, 64_500], [2, 0], [4, 0]);
    const [flow] = rowsOf(new FlowReader().read(Buffer.concat([head, ends, rest]), EXPORTER, NOW));
    expect(flow).toMatchObject({
      ...{ exporter: EXPORTER, format: "netflow5", observationDomain: 3, receivedAt: NOW },
      ...{ sourceAddress: "10.0.0.2", destinationAddress: "10.0.0.3", sourcePort: 443, ipProtocol: 6, tcpFlags: 0x1b },
      ...{ countedPackets: 3, countedBytes: 1_500, samplingRate: 100, packets: 300, bytes: 150_000, sourceAs: 64_500 },
      startedAt: 1_699_999_990_000_000_000n,
    });
  });

  it("of NetFlow 9 are read once the device has described them, and counted until then", () => {
    const reader = new FlowReader();
    expect(reader.read(netflow9(data), EXPORTER, NOW)).toMatchObject({
      rejections: [{ reason: "unknownTemplate", items: 1 }],
    });
    const [flow] = rowsOf(reader.read(netflow9(template, data), EXPORTER, NOW));
    expect(flow).toMatchObject({ bytes: 1_500, packets: 3, samplingRate: 1, startedAt: 1_699_999_997_000_000_000n });
    expect(rowsOf(reader.read(netflow9(data), EXPORTER, NOW))).toHaveLength(1);
    expect(rowsOf(reader.read(netflow9(data), "10.0.0.9", NOW))).toHaveLength(0);
  });

  it("count as often as the device's options say", () => {
    const reader = new FlowReader();
    const options = set(1, [2, 257], [2, 4], [2, 4], [2, 1], [2, 4], [2, 34], [2, 4]);
    const rate = set(257, [4, 0], [4, 512]);
    reader.read(netflow9(options, rate), EXPORTER, NOW);
    expect(rowsOf(reader.read(netflow9(template, data), EXPORTER, NOW))[0]).toMatchObject({
      ...{ samplingRate: 512, countedPackets: 3, packets: 1_536, bytes: 768_000 },
    });
  });

  it("cost themselves alone where a set is cut", () => {
    const cut = data.subarray(0, data.length - 3);
    const read = new FlowReader().read(netflow9(template, data, cut), EXPORTER, NOW);
    expect(rowsOf(read)).toHaveLength(1);
    expect(read).toMatchObject({ rejections: [{ reason: "unreadable", items: 1 }] });
  });

  it("may be any bytes: reading never throws", () => {
    const heads = [
      [0, 5],
      [0, 9],
      [0, 10],
      [0, 0, 0, 5],
    ];
    fc.assert(
      fc.property(fc.constantFrom(...heads), fc.uint8Array({ maxLength: 120 }), (head, rest) => {
        const reader = new FlowReader();
        reader.read(netflow9(template), EXPORTER, NOW);
        reader.read(Uint8Array.from([...head, ...rest]), EXPORTER, NOW);
      }),
    );
  });
});
