import { NS_PER_MS, NS_PER_S } from "@weir/base";
import { CONNECTION_THRESHOLDS } from "./connection-thresholds.ts";
import { threshold } from "./threshold.ts";

/** Thresholds of the detectors, which judge whole edges; most are gates against noise. */
const EDGE_THRESHOLDS = [
  threshold("zeroWindowCriticalNs", NS_PER_S, "Time at zero window of an edge from which it is critical"),
  threshold("slowMinCalls", 5, "Fewer calls than this say nothing about latency, and fewer handshakes little"),
  threshold("connectMinFailures", 1, "Failed connection attempts that make a finding"),
  threshold("connectMinRatio", 0.02, "Share of failed attempts that makes a finding"),
  threshold("connectCriticalRatio", 0.5, "Share of failed attempts above which nothing works at all"),
  threshold("resetMin", 2, "Connections reset in the middle that make a finding"),
  threshold("resetMinRatio", 0.02, "Share of an edge's connections reset in the middle that makes a finding"),
  threshold("serverErrorMin", 3, "Server errors that make a burst"),
  threshold("serverErrorRatio", 0.02, "Share of server errors that makes a burst"),
  threshold("serverErrorFew", 2, "Server errors worth a line below a burst: fewer are chance"),
  threshold("serverErrorCriticalRatio", 0.2, "Share of server errors above which it is critical"),
  threshold("clientErrorMin", 10, "Client errors that make a burst"),
  threshold("clientErrorRatio", 0.2, "Share of client errors that makes a burst"),
  threshold("unansweredMin", 1, "Calls without an answer that make a finding"),
  threshold("unansweredRatio", 0.005, "Share of calls without an answer that makes a finding"),
  threshold("unansweredCriticalRatio", 0.05, "Share of calls without an answer above which it is critical"),
  threshold("clientTimeoutMin", 5, "Calls given up after the same time from which that is the client's time-out"),
  threshold("retryMin", 3, "Logical calls with further attempts that make a finding"),
  threshold("retryRatio", 0.02, "Share of logical calls with further attempts that makes a finding"),
  threshold("kernelQueueMinRatio", 0.01, "Share of packets that a full queue of the kernel drops that makes a finding"),
  threshold("dnsFailureMin", 1, "DNS failures that make a finding"),
  threshold("dnsMissingMin", 3, "Names that do not exist, search lists left out, that make a finding"),
  threshold("dnsCriticalMin", 3, "Failed DNS questions from which it is critical: one lost datagram is no outage"),
  threshold("dnsCriticalRatio", 0.2, "Share of failed DNS questions above which it is critical"),
  threshold("dnsSearchListNs", 5 * NS_PER_S, "Time within which a resolver tries the next name of its search list"),
  threshold("dnsSearchListMin", 20, "Questions wasted by a search list that make a finding"),
  threshold("dnsSearchListRatio", 0.33, "Share of questions wasted by a search list that makes a finding"),
  threshold("dnsSlowNs", 100 * NS_PER_MS, "95th percentile of DNS answers above which name resolution is slow"),
  threshold("joinUnreportedMin", 5, "Requests in traces without a span of the service from which it does not report"),
  threshold("joinContradictedMin", 3, "Exchanges in which spans and packets contradict each other that make a finding"),
  threshold("joinQueueMin", 5, "Exchanges from which waiting in the client is judged"),
  threshold("joinQueueNs", 10 * NS_PER_MS, "Time that a request waits in the client that makes a finding"),
  threshold("joinQueueRatio", 0.2, "Share of a client's span before its request that makes a finding"),
  threshold("joinClockMin", 3, "Exchanges from which clocks are compared"),
  threshold("joinClockNs", 10 * NS_PER_MS, "Clocks that are apart by so much make a finding"),
  threshold("tlsCriticalRatio", 0.5, "Share of failed TLS handshakes above which it is critical"),
  threshold(
    "certificateWarningNs",
    14 * 86_400 * NS_PER_S,
    "A certificate that ends within this time is about to expire",
  ),
] as const;

/** Every threshold, each with its default and nowhere else. */
export const THRESHOLDS = [...CONNECTION_THRESHOLDS, ...EDGE_THRESHOLDS] as const;

/** Thresholds by name. */
export type AnalysisConfig = { readonly [Name in (typeof THRESHOLDS)[number]["name"]]: number };

export const DEFAULT_CONFIG: AnalysisConfig = Object.fromEntries(
  THRESHOLDS.map(({ name, standard }) => [name, standard]),
) as AnalysisConfig;
