import { field } from "../field.ts";
import { bothSides } from "./sides.ts";
import { bytes, count, packets } from "./units.ts";

export const volumeFields = [
  ...bothSides("Packets", "int", "Packets that the {side} sent", packets),
  ...bothSides("Bytes", "int", "Bytes on the wire that the {side} sent", bytes),
  ...bothSides("PayloadBytes", "int", "Transport payload that the {side} sent, retransmissions included", {
    ...bytes,
    wireshark: "tcp.len",
  }),
  ...bothSides("GoodputBytes", "int", "Payload that the {side} sent for the first time", bytes),
  ...bothSides(
    "DataSegments",
    "int",
    "Segments with payload that the {side} sent: the denominator of its ratios; SCTP: DATA and I-DATA chunks",
    packets,
  ),
  ...bothSides(
    "LargestSegmentBytes",
    "int",
    "Largest payload of one packet of the {side}'s: above the segment size, offloading had put segments together",
    bytes,
  ),
  field("throughputBucketNs", "int", "Width of the buckets of clientThroughput and serverThroughput", { unit: "ns" }),
  ...bothSides(
    "Throughput",
    "int[]",
    "Payload bytes that the {side} sent in each bucket of time, from the first packet on (at most 32 buckets)",
  ),
] as const;

/** What the network layer's headers said. */
export const networkFields = [
  ...bothSides("Ttl", "int", "TTL or hop limit of the {side}'s first packet", { optional: true, wireshark: "ip.ttl" }),
  ...bothSides(
    "TtlChanges",
    "int",
    "Times that the TTL or hop limit of the {side}'s packets changed: another path, or another sender",
    count,
  ),
  ...bothSides("Dscp", "int", "Differentiated services code point of the {side}'s first packet (RFC 2474)", {
    optional: true,
    wireshark: "ip.dsfield.dscp",
  }),
  ...bothSides("DscpChanges", "int", "Times that the code point of the {side}'s packets changed", count),
  ...bothSides("CongestionMarks", "int", "Packets of the {side}'s that a router marked: congestion (RFC 3168, CE)", {
    ...count,
    wireshark: "ip.dsfield.ecn == 3",
  }),
  ...bothSides("CongestionEchoes", "int", "Segments in which the {side} echoed such a mark (ECE, SYN left out)", {
    ...count,
    wireshark: "tcp.flags.ece",
  }),
  ...bothSides("CongestionReduced", "int", "Segments in which the {side} said that it sends less now (CWR)", {
    ...count,
    wireshark: "tcp.flags.cwr",
  }),
] as const;
