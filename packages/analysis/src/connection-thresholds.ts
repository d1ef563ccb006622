import { NS_PER_MS, NS_PER_S, NS_PER_US } from "@weir/base";
import { threshold } from "./threshold.ts";

/**
 * Thresholds of single connections. Where the field has a band for it, that is the default: retransmissions 1 % and 5 %; handshakes 1, 10 and
 * 100 ms; round trips within a node 100 µs, a zone 2 ms, a region 10 ms; bufferbloat from ten times the smallest round trip.
 */
export const CONNECTION_THRESHOLDS = [
  threshold("zeroWindowNs", 200 * NS_PER_MS, "Time at zero window, on a connection or an edge, that is not reading"),
  threshold("lossDegradedRatio", 0.01, "Share of data lost and sent again above which a path is degraded"),
  threshold("lossSevereRatio", 0.05, "Share of data lost and sent again above which loss is severe"),
  threshold("lossImplausibleRatio", 0.4, "Share of repeats that no connection survives: the capture repeats packets"),
  threshold("lossMinResent", 5, "Fewer segments sent again than this say nothing about a path"),
  threshold("lossStallNs", 200 * NS_PER_MS, "A pause for a lost packet that counts by itself, however few were lost"),
  threshold("handshakeExcellentNs", NS_PER_MS, "Handshakes below it are excellent"),
  threshold("handshakeQuickNs", 5 * NS_PER_MS, "Handshakes below it rule the path out"),
  threshold("handshakeGoodNs", 10 * NS_PER_MS, "Handshakes below it are good, above it far: another zone or region"),
  threshold("handshakeFarNs", 50 * NS_PER_MS, "Handshakes above it are the network's doing"),
  threshold("slowHandshakeNs", 100 * NS_PER_MS, "Handshakes above it are high, below elevated; an edge's median, slow"),
  threshold("sameNodeNs", 100 * NS_PER_US, "Round trips below it stay within one node"),
  threshold("sameZoneNs", 2 * NS_PER_MS, "Round trips below it stay within one zone"),
  threshold("sameRegionNs", 10 * NS_PER_MS, "Round trips below it stay within one region"),
  threshold("rttMinSamples", 10, "Fewer round trips than this say nothing about how they vary"),
  threshold("jitterRatio", 0.5, "Standard deviation, as a share of the mean, from which round trips vary much"),
  threshold("bufferbloatTimes", 10, "Round trips under load, against the smallest, from which buffers on the way fill"),
  threshold("congestionTimes", 3, "Mean round trip, against the smallest, from which the path is congested"),
  threshold("queueingNs", 100 * NS_PER_MS, "Growth of round trips below which it may be an ACK that was held back"),
  threshold(
    "queueLoadBytes",
    14_600,
    "Bytes in flight (ten segments) below which no round trip grows by what one sends",
  ),
  threshold("congestionMarkMin", 3, "Fewer marked packets than this prove nothing"),
  threshold("congestionMarkRatio", 0.01, "Share of packets that routers marked from which congestion is proven"),
  threshold("slowPathNs", 10 * NS_PER_MS, "Smallest round trip from which the path may be what is slow"),
  threshold("slowPathShareRatio", 0.5, "Share of the wait for the first byte that the round trip may take"),
  threshold("slowThinkNs", NS_PER_S, "Wait for a server from which it is slow: longest turn, or an edge's p95"),
  threshold("tlsSetupNs", 100 * NS_PER_MS, "Time from the TCP handshake to the first TLS answer that is worth a word"),
  threshold("tlsSetupTimes", 3, "That time, against the TCP handshake, from which TLS is what costs"),
  threshold("idleNs", NS_PER_S, "Time without a question of the client that is worth a word"),
  threshold("idleRatio", 0.5, "Share of a connection's time without a question from which it is idle"),
  threshold("windowFullMin", 3, "Segments that filled the receiver's window from which it limits the sender"),
  threshold(
    "windowRateBytes",
    10_000_000,
    "Bytes per second that window and round trip allow, above which they suffice",
  ),
  threshold("windowUsedRatio", 0.9, "Share of the largest window in flight from which it limits the sender"),
  threshold("pathMtuMinRepeats", 5, "Repeats after a time-out from which large segments do not get through"),
  threshold("pathMtuMinBytes", 1_000, "Segments smaller than this pass every path"),
  threshold("pathMtuPassedBytes", 65_536, "Payload sent for the first time above which large segments do get through"),
  threshold("pathMtuFullRatio", 0.9, "Mean size of repeats, against the largest segment, from which only those fail"),
  threshold("resetIdleNs", 30 * NS_PER_S, "Silence before a reset that points at an idle limit"),
  threshold("resetEarlyNs", 5 * NS_PER_MS, "Round trips below it vary too much to say that a reset came too early"),
  threshold("resetEarlyRatio", 0.5, "Share of the round trip before which the server cannot have answered"),
] as const;
