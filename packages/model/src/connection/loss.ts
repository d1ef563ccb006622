import { field } from "../field.ts";
import { bothSides } from "./sides.ts";
import { bytes, count } from "./units.ts";

/** Sending again, order, and where packets were lost. What is said of segments holds for the DATA chunks of SCTP and their TSNs. */
export const lossFields = [
  ...bothSides("Retransmissions", "int", "Segments that the {side} sent again (fast and spurious ones included)", {
    ...count,
    wireshark: "tcp.analysis.retransmission",
  }),
  ...bothSides("FastRetransmissions", "int", "Of those, asked for by duplicate ACKs or SACK blocks", {
    ...count,
    wireshark: "tcp.analysis.fast_retransmission",
  }),
  ...bothSides("SpuriousRetransmissions", "int", "Of those, of data already acknowledged", {
    ...count,
    wireshark: "tcp.analysis.spurious_retransmission",
  }),
  ...bothSides(
    "TimeoutRetransmissions",
    "int",
    "Of those, after the {side} had waited for its retransmission timer (RFC 6298: 200 ms or more)",
    count,
  ),
  ...bothSides(
    "TailLossProbes",
    "int",
    "Of those, of the last segment alone after about two round trips, before the timer (RFC 8985 §7)",
    count,
  ),
  ...bothSides(
    "DataRetransmissions",
    "int",
    "{side}'s segments with payload among those sent again, copies left out: the numerator of its ratio",
    count,
  ),
  ...bothSides("RetransmittedBytes", "int", "Payload in those", bytes),
  ...bothSides(
    "Copies",
    "int",
    "{side}'s packets that came a second time unchanged (same IP identification): made by the capture or the network",
    count,
  ),
  field(
    "retransmissionRatio",
    "float",
    "Data segments sent again, of all data segments, both directions; of the payload bytes where offloading had put segments together",
    { unit: "ratio" },
  ),
  ...bothSides("OutOfOrder", "int", "{side}'s segments that arrived after a later one", {
    ...count,
    wireshark: "tcp.analysis.out_of_order",
  }),
  ...bothSides("LostSegments", "int", "Gaps in what the {side} sent: lost before the vantage, or not captured", {
    ...count,
    wireshark: "tcp.analysis.lost_segment",
  }),
  ...bothSides("UnseenAcked", "int", "{side}'s ACKs for data of the {other}'s that the capture never saw", {
    ...count,
    wireshark: "tcp.analysis.ack_lost_segment",
  }),
  ...bothSides(
    "LostBefore",
    "int",
    "{side}'s segments lost between it and the vantage: what was sent again had not passed here",
    count,
  ),
  ...bothSides(
    "LostAfter",
    "int",
    "{side}'s segments lost between the vantage and the {other}: what was sent again had passed here, and was needed",
    count,
  ),
  ...bothSides(
    "NotCapturedBytes",
    "int",
    "Payload of the {side}'s that the {other} acknowledged though it never passed here",
    bytes,
  ),
  ...bothSides("DuplicateAcks", "int", "Duplicate ACKs that the {side} sent", {
    ...count,
    wireshark: "tcp.analysis.duplicate_ack",
  }),
  ...bothSides(
    "SackBlocks",
    "int",
    "Selective acknowledgment blocks that the {side} sent (RFC 2018; SCTP: gap ack blocks)",
    {
      ...count,
      wireshark: "tcp.options.sack.count",
    },
  ),
  ...bothSides(
    "DuplicateSacks",
    "int",
    "Of those, of bytes that had come twice (RFC 2883; SCTP: duplicate TSNs, beside those)",
    {
      ...count,
      wireshark: "tcp.options.sack.dsack",
    },
  ),
] as const;

/** Windows and what was in flight. */
export const windowFields = [
  ...bothSides("ZeroWindows", "int", "Packets in which the {side} said it has no room: the {side} is not reading", {
    ...count,
    wireshark: "tcp.analysis.zero_window",
  }),
  ...bothSides("ZeroWindowNs", "int", "Time that the {side}'s window stood at zero", { unit: "ns" }),
  ...bothSides("ZeroWindowProbes", "int", "Probes of the other side's closed window that the {side} sent", {
    ...count,
    wireshark: "tcp.analysis.zero_window_probe",
  }),
  ...bothSides("ZeroWindowProbeAcks", "int", "Answers to such probes that the {side} sent", {
    ...count,
    wireshark: "tcp.analysis.zero_window_probe_ack",
  }),
  ...bothSides("WindowFull", "int", "{side}'s segments that filled the {other}'s window", {
    ...count,
    wireshark: "tcp.analysis.window_full",
  }),
  ...bothSides("WindowUpdates", "int", "Window updates that the {side} sent", {
    ...count,
    wireshark: "tcp.analysis.window_update",
  }),
  ...bothSides("KeepAlives", "int", "Keep-alive probes that the {side} sent; SCTP: HEARTBEATs", {
    ...count,
    wireshark: "tcp.analysis.keep_alive",
  }),
  ...bothSides("KeepAliveAcks", "int", "Answers to keep-alives that the {side} sent; SCTP: HEARTBEAT ACKs", {
    ...count,
    wireshark: "tcp.analysis.keep_alive_ack",
  }),
  ...bothSides("MinWindowBytes", "int", "Smallest window that the {side} offered, scaled", {
    ...bytes,
    optional: true,
    wireshark: "tcp.window_size",
  }),
  ...bothSides("MeanWindowBytes", "int", "Mean window that the {side} offered, scaled, over its packets", {
    ...bytes,
    optional: true,
    wireshark: "tcp.window_size",
  }),
  ...bothSides("MaxWindowBytes", "int", "Largest window that the {side} offered, scaled", {
    ...bytes,
    optional: true,
    wireshark: "tcp.window_size",
  }),
  ...bothSides("MaxBytesInFlight", "int", "Most bytes that the {side} had sent and the {other} not acknowledged", {
    ...bytes,
    wireshark: "tcp.analysis.bytes_in_flight",
  }),
  ...bothSides("Mss", "int", "Maximum segment size that the {side} announced", {
    ...bytes,
    optional: true,
    wireshark: "tcp.options.mss_val",
  }),
  ...bothSides("WindowScale", "int", "Window scale shift that the {side} announced", {
    optional: true,
    wireshark: "tcp.options.wscale.shift",
  }),
  ...bothSides(
    "Options",
    "string[]",
    "TCP options of the {side}'s SYN: mss, windowScale, sackPermitted, timestamps, fastOpen, multipath, md5, authentication",
    { wireshark: "tcp.options" },
  ),
] as const;
