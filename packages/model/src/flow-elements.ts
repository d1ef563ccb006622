import type { Connection } from "./connection/index.ts";

/** Fields of connections with the numbers that they have as elements of IPFIX, Weir's own. */
export type FlowElements = readonly (readonly [number: number, field: keyof Connection])[];

/** Fields of connections that are elements in every record. Numbers stay for good: one is never used for something else. */
const PLAIN: FlowElements = [
  [1, "connectionId"],
  [3, "clientService"],
  [4, "serverService"],
  [5, "durationNs"],
  [6, "closeReason"],
  [7, "calls"],
  [8, "callErrors"],
  [9, "grade"],
];
/** Those of records of TCP and SCTP beside them. A record has 60 fields at most, or Wireshark does not read it. */
const HEALTH: FlowElements = [
  [16, "handshakeNs"],
  [17, "rttServerMinNs"],
  [18, "rttServerP50Ns"],
  [19, "rttServerP95Ns"],
  [20, "rttClientMinNs"],
  [21, "rttClientP50Ns"],
  [22, "rttClientP95Ns"],
  [23, "retransmissionRatio"],
  [24, "synRetransmissions"],
  [25, "synAckRetransmissions"],
  [26, "firstByteNs"],
  [27, "thinkMeanNs"],
  [28, "longestStallNs"],
  [29, "longestStallReason"],
  [30, "failingVerdict"],
  [31, "slowVerdict"],
  [32, "tlsServerName"],
];
/** Those of one side, as the sender's: `Retransmissions` is `clientRetransmissions` in what the client sent. */
const OF_SENDER: readonly (readonly [number: number, name: string])[] = [
  [64, "PayloadBytes"],
  [65, "GoodputBytes"],
  [66, "DataSegments"],
  [67, "Retransmissions"],
  [68, "FastRetransmissions"],
  [69, "TimeoutRetransmissions"],
  [70, "RetransmittedBytes"],
  [71, "OutOfOrder"],
  [72, "LostSegments"],
  [73, "LostBefore"],
  [74, "LostAfter"],
  [75, "DuplicateAcks"],
  [76, "ZeroWindows"],
  [77, "ZeroWindowNs"],
  [78, "MinWindowBytes"],
  [79, "MaxBytesInFlight"],
  [80, "Mss"],
  [81, "KernelRetransmissions"],
  [82, "Drops"],
];

/** Weir's elements of IPFIX: what is sent, and read back. */
export const FLOW_ELEMENTS = { plain: PLAIN, health: HEALTH, ofSender: OF_SENDER } as const;
/** True in the record of what the client sent. */
export const INITIATOR_ELEMENT = { number: 2, name: "weirInitiator" } as const;
