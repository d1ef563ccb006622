import type { ConnectionHealth } from "@weir/model";
import type { TsharkSide } from "./side.ts";

/** The two sides of a connection, as the names of its facts begin. */
export type SideName = "client" | "server";

/** A fact of one side that tshark has a counterpart of. */
export interface SideFact {
  readonly name: string;
  readonly tshark: (side: TsharkSide) => unknown;
  readonly weir: (health: ConnectionHealth, side: SideName) => unknown;
  /** Whether the two agree, where that is not that they are equal; given the whole of tshark's side, and of the other one. */
  readonly agrees?: (side: TsharkSide, weir: unknown, other: TsharkSide | undefined) => boolean;
}

/** tshark writes times to the nanosecond, many captures hold them to the microsecond. */
const TIMING_NS = 2_000;

type PlainFact =
  | "SackBlocks"
  | "DuplicateSacks"
  | "MaxBytesInFlight"
  | "CongestionMarks"
  | "CongestionEchoes"
  | "CongestionReduced"
  | "Ttl"
  | "TtlChanges"
  | "Dscp"
  | "DscpChanges"
  | "LargestSegmentBytes"
  | "Mss"
  | "WindowScale"
  | "KeepAlives"
  | "KeepAliveAcks"
  | "ZeroWindows"
  | "ZeroWindowProbes"
  | "ZeroWindowProbeAcks"
  | "FastRetransmissions"
  | "SpuriousRetransmissions";

const plain = (name: PlainFact, tshark: (side: TsharkSide) => number | undefined): SideFact => ({
  name,
  tshark,
  weir: (health, side) => health[`${side}${name}`],
});

const window = (name: "MinWindowBytes" | "MaxWindowBytes" | "MeanWindowBytes", of: (side: TsharkSide) => number) =>
  ({
    name,
    tshark: (side) => (side.window.samples === 0 ? undefined : Math.round(of(side))),
    weir: (health, side) => health[`${side}${name}`],
  }) satisfies SideFact;

/**
 * Compared loosely: tshark counts a SYN or FIN that is not acknowledged as a byte, says nothing after a hole until the next ACK, so that it may have missed
 * the most, and leaves out what was acknowledged selectively.
 */
const bytesInFlight: SideFact = {
  ...plain("MaxBytesInFlight", (side) => side.maxBytesInFlight),
  agrees({ maxBytesInFlight, lostSegments }, weirBytes, other) {
    if (typeof weirBytes !== "number") return false;
    const isEqual = weirBytes === maxBytesInFlight || weirBytes + 1 === maxBytesInFlight;
    return isEqual || ((lostSegments > 0 || hasSacks(other)) && weirBytes > maxBytesInFlight);
  },
};

/** Compared loosely: Weir counts as well what selective ACKs asked for, where tshark knows duplicate ones alone. */
const fastRetransmissions: SideFact = {
  ...plain("FastRetransmissions", (side) => side.fastRetransmissions),
  agrees({ fastRetransmissions }, weir, other) {
    return weir === fastRetransmissions || (typeof weir === "number" && hasSacks(other) && weir > fastRetransmissions);
  },
};

function hasSacks(side: TsharkSide | undefined): boolean {
  return side !== undefined && side.sackBlocks > 0;
}

/**
 * Smallest round trip of payload. ACKs of the server end round trips vantage to server and back; those of the client the other way. Compared loosely:
 * tshark times the segment that an ACK ends, Weir one segment at a time, so that its smallest may be larger, but not smaller.
 */
const smallestRoundTrip: SideFact = {
  name: "RttMinNs",
  tshark: (side) => (side.ackRtt.samples === 0 ? undefined : side.ackRtt.min),
  weir: smallestRttNs,
  agrees({ ackRtt }, weirNs) {
    return typeof weirNs !== "number" || ackRtt.samples === 0 || weirNs >= ackRtt.min - TIMING_NS;
  },
};

function smallestRttNs(health: ConnectionHealth, side: SideName): number | undefined {
  return side === "server" ? health.rttServerMinNs : health.rttClientMinNs;
}

/** Every fact that is compared, in the order in which it is printed. */
export const SIDE_FACTS: readonly SideFact[] = [
  plain("SackBlocks", (side) => side.sackBlocks),
  plain("DuplicateSacks", (side) => side.duplicateSacks),
  bytesInFlight,
  window("MinWindowBytes", ({ window: { min } }) => min),
  window("MeanWindowBytes", ({ window: { mean } }) => mean),
  window("MaxWindowBytes", ({ window: { max } }) => max),
  plain("CongestionMarks", (side) => side.congestionMarks),
  plain("CongestionEchoes", (side) => side.congestionEchoes),
  plain("CongestionReduced", (side) => side.congestionReduced),
  plain("Ttl", (side) => side.ttl),
  plain("TtlChanges", (side) => side.ttlChanges),
  plain("Dscp", (side) => side.dscp),
  plain("DscpChanges", (side) => side.dscpChanges),
  plain("LargestSegmentBytes", (side) => side.largestSegmentBytes),
  plain("Mss", (side) => side.mss),
  plain("WindowScale", (side) => side.windowScale),
  {
    name: "Options",
    tshark: (side) => side.options,
    weir: (health, side) => health[`${side}Options`].toSorted(),
  },
  plain("KeepAlives", (side) => side.keepAlives),
  plain("KeepAliveAcks", (side) => side.keepAliveAcks),
  plain("ZeroWindows", (side) => side.zeroWindows),
  plain("ZeroWindowProbes", (side) => side.zeroWindowProbes),
  plain("ZeroWindowProbeAcks", (side) => side.zeroWindowProbeAcks),
  fastRetransmissions,
  plain("SpuriousRetransmissions", (side) => side.spuriousRetransmissions),
  smallestRoundTrip,
];

/** The fact of a whole stream: a SYN of either side came on ports that were known. */
export const PORT_REUSES = "PortReuses";
/** Weir has no such stream, or no such side. */
export const PRESENT = "Present";
