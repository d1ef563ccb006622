/** Thresholds of the detectors. Each has a default here and nowhere else. */
export interface AnalysisConfig {
  /** Time at zero window, over all connections of an edge, that counts as "not reading". */
  readonly zeroWindowNs: number;
  /** Share of data segments sent again: above it an edge is degraded. */
  readonly lossDegradedRatio: number;
  /** Share of data segments sent again: above it loss is severe. */
  readonly lossSevereRatio: number;
  /** Fewer segments sent again than this say nothing about a path. */
  readonly lossMinResent: number;
  /** Median handshake above which a path is slow. */
  readonly slowHandshakeNs: number;
  /** 95th percentile of the server's thinking time above which it is slow. */
  readonly slowThinkNs: number;
  /** Fewer calls than this say nothing about latency. */
  readonly slowMinCalls: number;
  /** Failed connection attempts that make a finding. */
  readonly connectMinFailures: number;
  /** Share of failed attempts above which nothing works at all. */
  readonly connectCriticalRatio: number;
  /** Resets in the middle that make a finding. */
  readonly resetMin: number;
  /** Server errors that make a burst: count and share. */
  readonly serverErrorMin: number;
  readonly serverErrorRatio: number;
  /** Share of server errors above which it is critical. */
  readonly serverErrorCriticalRatio: number;
  /** Client errors that make a burst: count and share. */
  readonly clientErrorMin: number;
  readonly clientErrorRatio: number;
  /** Calls without an answer that make a finding. */
  readonly unansweredMin: number;
  /** DNS failures (not NXDOMAIN) that make a finding. */
  readonly dnsFailureMin: number;
  /** 95th percentile of DNS answers above which it is slow. */
  readonly dnsSlowNs: number;
  /** A certificate that ends within this time is about to expire. */
  readonly certificateWarningNs: number;
}

/** Defaults: bands of the field (retransmission 1 % and 5 %, handshake 100 ms, DNS 100 ms); the rest are gates against noise. */
export const DEFAULT_CONFIG: AnalysisConfig = {
  zeroWindowNs: 200e6,
  lossDegradedRatio: 0.01,
  lossSevereRatio: 0.05,
  lossMinResent: 5,
  slowHandshakeNs: 100e6,
  slowThinkNs: 1e9,
  slowMinCalls: 5,
  connectMinFailures: 1,
  connectCriticalRatio: 0.5,
  resetMin: 2,
  serverErrorMin: 3,
  serverErrorRatio: 0.02,
  serverErrorCriticalRatio: 0.2,
  clientErrorMin: 10,
  clientErrorRatio: 0.2,
  unansweredMin: 1,
  dnsFailureMin: 1,
  dnsSlowNs: 100e6,
  certificateWarningNs: 14 * 86_400e9,
};
