import { NS_PER_MS, NS_PER_S } from "@weir/base";

/** Thresholds of the detectors. Each has its default in {@link DEFAULT_CONFIG} and nowhere else. */
export interface AnalysisConfig {
  /** Time at zero window, over all connections of an edge, that counts as "not reading". */
  readonly zeroWindowNs: number;
  /** Time at zero window from which it is critical. */
  readonly zeroWindowCriticalNs: number;
  /** Share of data segments lost and sent again: above it an edge is degraded. */
  readonly lossDegradedRatio: number;
  /** Share of data segments lost and sent again: above it loss is severe. */
  readonly lossSevereRatio: number;
  /** Share of repeats that no working connection survives: then the capture holds packets twice. */
  readonly lossImplausibleRatio: number;
  /** Fewer segments sent again than this say nothing about a path. */
  readonly lossMinResent: number;
  /** Median handshake above which a path is slow (bands: under 1 ms excellent, 10 ms good, 100 ms elevated, above high). */
  readonly slowHandshakeNs: number;
  /** 95th percentile of the server's thinking time above which it is slow. */
  readonly slowThinkNs: number;
  /** Share of the wait for the first byte that the round trip may take before the path is what is slow. */
  readonly slowPathShareRatio: number;
  /** Fewer calls than this say nothing about latency, and fewer handshakes little. */
  readonly slowMinCalls: number;
  /** Failed connection attempts that make a finding: count and share. */
  readonly connectMinFailures: number;
  readonly connectMinRatio: number;
  /** Share of failed attempts above which nothing works at all. */
  readonly connectCriticalRatio: number;
  /** Resets in the middle that make a finding: count and share of the edge's connections. */
  readonly resetMin: number;
  readonly resetMinRatio: number;
  /** Silence before a reset that points at an idle limit. */
  readonly resetIdleNs: number;
  /** Server errors that make a burst: count and share. */
  readonly serverErrorMin: number;
  readonly serverErrorRatio: number;
  /** Server errors worth a line below a burst: fewer are chance. */
  readonly serverErrorFew: number;
  /** Share of server errors above which it is critical. */
  readonly serverErrorCriticalRatio: number;
  /** Client errors that make a burst: count and share. */
  readonly clientErrorMin: number;
  readonly clientErrorRatio: number;
  /** Calls without an answer that make a finding: count and share. */
  readonly unansweredMin: number;
  readonly unansweredRatio: number;
  /** Share of calls without an answer above which it is critical. */
  readonly unansweredCriticalRatio: number;
  /** DNS failures that make a finding. */
  readonly dnsFailureMin: number;
  /** Names that do not exist, search lists left out, that make a finding. */
  readonly dnsMissingMin: number;
  /** Failed questions, and their share, above which it is critical: one lost datagram is no outage. */
  readonly dnsCriticalMin: number;
  readonly dnsCriticalRatio: number;
  /** Time within which a resolver tries the next name of its search list. */
  readonly dnsSearchListNs: number;
  /** 95th percentile of DNS answers above which it is slow. */
  readonly dnsSlowNs: number;
  /** Share of failed TLS handshakes above which it is critical. */
  readonly tlsCriticalRatio: number;
  /** A certificate that ends within this time is about to expire. */
  readonly certificateWarningNs: number;
}

/** Defaults: bands of the field (retransmission 1 % and 5 %, handshake 100 ms, DNS 100 ms); the rest are gates against noise. */
export const DEFAULT_CONFIG: AnalysisConfig = {
  zeroWindowNs: 200 * NS_PER_MS,
  zeroWindowCriticalNs: NS_PER_S,
  lossDegradedRatio: 0.01,
  lossSevereRatio: 0.05,
  lossImplausibleRatio: 0.4,
  lossMinResent: 5,
  slowHandshakeNs: 100 * NS_PER_MS,
  slowThinkNs: NS_PER_S,
  slowPathShareRatio: 0.5,
  slowMinCalls: 5,
  connectMinFailures: 1,
  connectMinRatio: 0.02,
  connectCriticalRatio: 0.5,
  resetMin: 2,
  resetMinRatio: 0.02,
  resetIdleNs: 30 * NS_PER_S,
  serverErrorMin: 3,
  serverErrorRatio: 0.02,
  serverErrorFew: 2,
  serverErrorCriticalRatio: 0.2,
  clientErrorMin: 10,
  clientErrorRatio: 0.2,
  unansweredMin: 1,
  unansweredRatio: 0.005,
  unansweredCriticalRatio: 0.05,
  dnsFailureMin: 1,
  dnsMissingMin: 3,
  dnsCriticalMin: 3,
  dnsCriticalRatio: 0.2,
  dnsSearchListNs: 5 * NS_PER_S,
  dnsSlowNs: 100 * NS_PER_MS,
  tlsCriticalRatio: 0.5,
  certificateWarningNs: 14 * 86_400 * NS_PER_S,
};
