import { field, type RecordDefinition, type RecordOf } from "./field.ts";

/** Formats that routers and switches send flow records in. */
export const FLOW_FORMATS = ["netflow5", "netflow9", "ipfix", "sflow5"] as const;
export type FlowFormat = (typeof FLOW_FORMATS)[number];

const fields = [
  field("receivedAt", "time", "When the hub received it"),
  field("exporter", "string", "Address of the device that sent it; of sFlow the agent that it names", {
    cardinality: "few",
    sensitivity: "internal",
  }),
  field("observationDomain", "int", "Part of the device: engine, source or observation domain, sub-agent"),
  field("format", "string", "What it was sent as", { values: FLOW_FORMATS, cardinality: "few" }),
  field("startedAt", "time", "First packet, where the device says", { optional: true }),
  field("endedAt", "time", "Last packet, where the device says", { optional: true }),
  field("sourceAddress", "string", "Who sent", { otel: "source.address", sensitivity: "internal" }),
  field("destinationAddress", "string", "Who it was for", { otel: "destination.address", sensitivity: "internal" }),
  field("sourcePort", "int", "Port of the sender; 0 where the protocol has none", { otel: "source.port" }),
  field("destinationPort", "int", "Port of the receiver; 0 where the protocol has none", { otel: "destination.port" }),
  field("ipProtocol", "int", "IANA's number: 6 TCP, 17 UDP, 1 ICMP", { wireshark: "ip.proto" }),
  field("tcpFlags", "int", "All flags that were seen, as bits", { wireshark: "tcp.flags" }),
  field("trafficClass", "int", "IP's type of service or traffic class", { wireshark: "ip.dsfield" }),
  field("packets", "int", "Packets, estimated: what was counted times the sampling rate", { unit: "packets" }),
  field("bytes", "int", "Bytes, estimated: what was counted times the sampling rate", { unit: "bytes" }),
  field("countedPackets", "int", "Packets that the device counted", { unit: "packets" }),
  field("countedBytes", "int", "Bytes that the device counted", { unit: "bytes" }),
  field("samplingRate", "int", "The device looks at one of so many packets; 1: at all", { unit: "count" }),
  field("inputInterface", "int", "Number of the interface that it came in on; 0 unknown"),
  field("outputInterface", "int", "Number of the interface that it left on; 0 unknown"),
  field("sourceAs", "int", "Autonomous system of the sender; 0 unknown", { otel: "source.as.number" }),
  field("destinationAs", "int", "Autonomous system of the receiver; 0 unknown", { otel: "destination.as.number" }),
  field(
    "connection",
    "map",
    "Where another Weir sent it: what it knows of the connection whose direction this is, by the names of a connection's fields",
    { optional: true, sensitivity: "internal" },
  ),
] as const;

/** One flow as a router or switch counted it. */
export const flowRecord = {
  name: "flow",
  table: "flow_records",
  meaning: "One flow, or one sampled packet, as a router or switch reported it: NetFlow, IPFIX, sFlow.",
  fields,
} as const satisfies RecordDefinition;

export type FlowRecord = RecordOf<typeof fields>;
