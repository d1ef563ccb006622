import type { Connection, FlowRecord } from "@weir/model";
import { FlowReader } from "@weir/receive";
import { describe, expect, it } from "vitest";
import { connectionOf } from "../testing/records.ts";
import { FlowExporter } from "./exporter.ts";
import { OWN_ELEMENTS, PLACEHOLDER_ENTERPRISE } from "./own-elements.ts";
import { flowTemplates } from "./templates.ts";

const NOW_MS = 1_700_000_060_000;

/** What Weir's own collector reads of what the exporter writes. */
function roundTrip(
  format: "ipfix" | "netflow9",
  connections: readonly Connection[],
  enterprise = PLACEHOLDER_ENTERPRISE,
): FlowRecord[] {
  const exporter = new FlowExporter({ format, enterprise, observationDomain: 7, startMs: NOW_MS - 60_000 });
  const reader = new FlowReader();
  const datagrams = connections.flatMap((each) => exporter.add(each, each, true, NOW_MS).datagrams);
  const last = exporter.flush(NOW_MS);
  if (last !== undefined) datagrams.push(last);
  return datagrams.flatMap((datagram) => {
    expect(datagram.length).toBeLessThanOrEqual(1_400);
    const read = reader.read(datagram, "192.0.2.1", BigInt(NOW_MS) * 1_000_000n);
    expect(read).toMatchObject({ kind: "received", rejections: [] });
    return read.kind === "received" ? read.tables.flatMap(({ rows }) => rows as FlowRecord[]) : [];
  });
}

describe("connections as flow records", () => {
  it.each(["ipfix", "netflow9"] as const)("%s: two records, as Weir's own collector reads them", (format) => {
    const [sent, received, ...more] = roundTrip(format, [connectionOf({ clientDscp: 46 })]);
    expect(sent).toMatchObject({
      format,
      observationDomain: 7,
      sourceAddress: "10.0.0.1",
      destinationAddress: "10.0.0.2",
      sourcePort: 40_000,
      destinationPort: 443,
      ipProtocol: 6,
      trafficClass: 46 * 4,
      bytes: 1_500,
      packets: 7,
      startedAt: 1_700_000_000_000_000_000n,
      endedAt: 1_700_000_001_500_000_000n,
      tcpFlags: 0x1b,
    });
    expect(received).toMatchObject({ sourceAddress: "10.0.0.2", sourcePort: 443, bytes: 90_000, packets: 70 });
    expect(more).toEqual([]);
  });

  it("in IPFIX bring what Weir knows of the connection back into the fields that it came from, whosever the elements are", () => {
    const given = {
      handshakeNs: 2_000_000,
      rttServerP50Ns: undefined,
      retransmissionRatio: 0.25,
      clientRetransmissions: 3,
      serverRetransmissions: 0,
      serverZeroWindowNs: 40_000_000_000,
      failingVerdict: "refused" as Connection["failingVerdict"],
    };
    const [sent, received] = roundTrip("ipfix", [connectionOf(given)], 4_711).map(({ connection }) => connection);
    const both = {
      ...{ connectionId: "test-tcp-1", clientService: "frontend", serverService: "payments", closeReason: "closed" },
      ...{ durationNs: "1500000000", handshakeNs: "2000000", retransmissionRatio: "0.25", failingVerdict: "refused" },
    };
    expect(sent).toMatchObject({ ...both, clientRetransmissions: "3", clientPayloadBytes: "900" });
    expect(received).toMatchObject({ ...both, serverRetransmissions: "0", serverZeroWindowNs: "40000000000" });
    // What the sender did not know, and what is of the other direction, is not there.
    for (const name of ["rttServerP50Ns", "serverRetransmissions", "tlsServerName"])
      expect(sent).not.toHaveProperty(name);
    expect(roundTrip("netflow9", [connectionOf(given)])[0]).not.toHaveProperty("connection");
    expect(roundTrip("ipfix", [connectionOf({ transport: "udp" })])[0]?.connection).toMatchObject({
      closeReason: "closed",
    });
  });

  it("take as many datagrams as they need, of either version of IP, with health and without", () => {
    const ends = { clientAddress: "2001:db8::1", serverAddress: "2001:db8::2" };
    const kinds = [connectionOf({}), connectionOf(ends), connectionOf({ ...ends, transport: "udp" })];
    const many = Array.from({ length: 60 }, (_, at) => kinds[at % 3] as Connection);
    const records = roundTrip("ipfix", many);
    expect(records).toHaveLength(120);
    expect(new Set(records.map(({ sourceAddress, ipProtocol }) => `${sourceAddress} ${ipProtocol}`)).size).toBe(6);
  });

  it("leave out a direction in which nothing went, and what has no addresses", () => {
    expect(roundTrip("ipfix", [connectionOf({ serverPackets: 0, serverBytes: 0 })])).toHaveLength(1);
    expect(roundTrip("ipfix", [connectionOf({ clientAddress: "", attempts: 900 })])).toEqual([]);
  });

  it("say again how they are laid out, every minute", () => {
    const exporter = new FlowExporter({ format: "ipfix", enterprise: 1, observationDomain: 1, startMs: 0 });
    const datagramsAt = (nowMs: number) =>
      exporter.add(connectionOf({}), connectionOf({}), true, nowMs).datagrams.length;
    expect(datagramsAt(0)).toBeGreaterThan(3);
    expect(datagramsAt(59_000)).toBeLessThan(2);
    expect(datagramsAt(60_000)).toBeGreaterThan(3);
  });

  it("count their records in the head, which is how a collector notices a loss", () => {
    const exporter = new FlowExporter({ format: "ipfix", enterprise: 1, observationDomain: 1, startMs: 0 });
    const connection = connectionOf({ transport: "udp" });
    const datagrams = [0, 0, 0].flatMap((nowMs) => {
      const { datagrams: full } = exporter.add(connection, connection, true, nowMs);
      const last = exporter.flush(nowMs);
      return last === undefined ? full : [...full, last];
    });
    const sequences = datagrams.map((each) => new DataView(each.buffer).getUint32(8));
    const names = OWN_ELEMENTS.length;
    expect(sequences.slice(-3)).toEqual([names, names + 2, names + 4]);
  });
});

describe("Weir's own elements", () => {
  it("have numbers and names of their own, and leave records that Wireshark reads", () => {
    expect(new Set(OWN_ELEMENTS.map(({ number }) => number)).size).toBe(OWN_ELEMENTS.length);
    expect(new Set(OWN_ELEMENTS.map(({ name }) => name)).size).toBe(OWN_ELEMENTS.length);
    for (const { elements } of flowTemplates("ipfix").all) expect(elements.length).toBeLessThanOrEqual(60);
  });

  it("are the sender's in either direction", () => {
    const element = OWN_ELEMENTS.find(({ name }) => name === "weirRetransmissions");
    const connection = connectionOf({ clientRetransmissions: 3, serverRetransmissions: 5 });
    const told = (side: "client" | "server") => element?.value({ connection, half: { side } as never });
    expect([told("client"), told("server"), element?.meaning]).toEqual([
      3,
      5,
      "Segments that the sender sent again (fast and spurious ones included)",
    ]);
  });
});
