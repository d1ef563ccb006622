import { existsSync, readFileSync } from "node:fs";
import { formatIpv4, formatIpv6 } from "@weir/base";
import type { FlowRecord } from "@weir/model";
import { FlowReader } from "@weir/receive";
import { CaptureReader, Transport } from "@weir/wire";
import { describe, expect, it } from "vitest";
import { corpusOrSkip } from "./corpus.ts";

const NOW = 1_700_000_000_000_000_000n;

/** What tshark says of one datagram: values of all records of it, field by field. */
interface Facts {
  readonly frame: number;
  readonly [field: string]: readonly string[] | number;
}

/** A datagram of the capture, read. */
interface Read {
  readonly flows: readonly FlowRecord[];
  /** Items that are counted instead, by reason; undefined where the datagram could not be read at all. */
  readonly rejected: Readonly<Record<string, number>> | undefined;
}

/** Records of packets in SRv6 tell the tunnel's addresses beside the packet's: tshark lists both, a flow has the packet's. */
const TUNNELLED = /SRv6|HUAWEI-vrf_name/;

/** Captures that hold datagrams of a kind, with tshark's facts of these. */
function captures(kind: "netflow" | "sflow"): [string, string, readonly Facts[]][] {
  return corpusOrSkip().flatMap(({ name, path }) => {
    if (!/flow|ipfix|pmacct/i.test(name) || !existsSync(`${path}.facts.json`)) return [];
    const { app_events } = JSON.parse(readFileSync(`${path}.facts.json`, "utf8")) as {
      app_events: Record<string, Facts[] | undefined>;
    };
    const facts = app_events[kind] ?? [];
    return facts.length === 0 ? [] : [[name, path, facts]];
  });
}

/** Reads these frames of a capture in order, as the hub would, had they been sent to it. */
function readFrames(path: string, frames: ReadonlySet<number>): ReadonlyMap<number, Read> {
  const flows = new FlowReader();
  const reads = new Map<number, Read>();
  const reader = new CaptureReader();
  const chunk = readFileSync(path);
  reader.push(chunk, (packet) => {
    if (!frames.has(packet.number) || packet.transport !== Transport.udp) return;
    const format = packet.addressBytes === 4 ? formatIpv4 : formatIpv6;
    const datagram = packet.bytes.slice(packet.payloadAt, packet.payloadEnd);
    const read = flows.read(datagram, format(packet.bytes, packet.sourceAddressAt), NOW);
    if (read.kind === "malformed") {
      reads.set(packet.number, { flows: [], rejected: undefined });
      return;
    }
    const rejected = Object.fromEntries(read.rejections.map(({ reason, items }) => [reason, items]));
    reads.set(packet.number, { flows: read.tables.flatMap(({ rows }) => rows as FlowRecord[]), rejected });
  });
  return reads;
}

function listOf(facts: Facts, ...fields: readonly string[]): string[] {
  return fields.flatMap((field) => (facts[field] ?? []) as readonly string[]).sort();
}

/** In one order, without what records carry that have nothing to say there. */
function compared(lists: Readonly<Record<"sources" | "destinations" | "sourcePorts", readonly string[]>>) {
  const said = (list: readonly string[]) => list.filter((each) => !["::", "0.0.0.0", "0"].includes(each)).sort();
  return {
    sources: said(lists.sources),
    destinations: said(lists.destinations),
    sourcePorts: said(lists.sourcePorts),
  };
}

const total = (numbers: readonly (string | number)[]) => numbers.reduce<number>((sum, each) => sum + Number(each), 0);

describe("flow datagrams in captures", () => {
  it.each(captures("netflow"))("%s: the same flows as tshark decodes", (name, path, facts) => {
    const reads = readFrames(path, new Set(facts.map(({ frame }) => frame)));
    for (const said of facts) {
      const read = reads.get(said.frame);
      const flows = read?.flows ?? [];
      const mine = {
        sources: flows.map(({ sourceAddress }) => sourceAddress),
        destinations: flows.map(({ destinationAddress }) => destinationAddress),
        sourcePorts: flows.map(({ sourcePort }) => String(sourcePort)),
        bytes: total(flows.map(({ countedBytes }) => countedBytes)),
        packets: total(flows.map(({ countedPackets }) => countedPackets)),
      };
      const isInner = (own: readonly string[]) => (address: string) =>
        !TUNNELLED.test(name) || own.includes(address) || !address.includes(":");
      const theirs = {
        sources: listOf(said, "cflow.srcaddr", "cflow.srcaddrv6").filter(isInner(mine.sources)),
        destinations: listOf(said, "cflow.dstaddr", "cflow.dstaddrv6").filter(isInner(mine.destinations)),
        sourcePorts: listOf(said, "cflow.srcport"),
        bytes: total(listOf(said, "cflow.octets")),
        packets: total(listOf(said, "cflow.packets")),
      };
      expect([said.frame, { ...mine, ...compared(mine) }]).toEqual([said.frame, { ...theirs, ...compared(theirs) }]);
    }
  });

  it.each(captures("sflow"))("%s: the same samples and rates as tshark decodes", (_, path, facts) => {
    const reads = readFrames(path, new Set(facts.map(({ frame }) => frame)));
    for (const said of facts) {
      const { flows = [], rejected = {} } = reads.get(said.frame) ?? {};
      const { notIp = 0 } = rejected;
      const rates = listOf(said, "sflow.flow_sample.sampling_rate");
      expect([said.frame, flows.length + notIp]).toEqual([said.frame, rates.length]);
      for (const { samplingRate, exporter } of flows) {
        expect(rates).toContain(String(samplingRate));
        // The facts name agents of IPv4 alone.
        if (!exporter.includes(":")) expect(listOf(said, "sflow_245.agent")).toEqual([exporter]);
      }
      const items = flows.length + total(Object.values(rejected));
      expect([said.frame, items]).toEqual([said.frame, total(listOf(said, "sflow_245.numsamples"))]);
    }
  });
});
