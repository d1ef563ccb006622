import { DDSketch } from "@datadog/sketches-js";
import { formatDurationNs } from "@weir/base";
import type { Call, Finding } from "@weir/model";
import type { AnalysisConfig } from "../config.ts";
import type { Detector, DetectorDescription } from "../contract.ts";
import { EdgeMap, edgeName } from "../edges.ts";
import { EvidenceCollector } from "../evidence.ts";
import { makeFinding } from "../finding.ts";

export const dnsDescription: DetectorDescription = {
  rules: ["dns.failure", "dns.slow"],
  meaning:
    "Name resolution that fails (SERVFAIL, REFUSED, no answer; NXDOMAIN only for names that resolved before, so that search lists make no noise) or is slow.",
  thresholds: "one failure; 95th percentile above 100 ms with at least five answers",
  refutedBy: "the same question answered well by the same server at the same time",
};

interface Resolution {
  calls: number;
  serverErrors: number;
  timeouts: number;
  lostNames: number;
  readonly codes: Map<string, number>;
  readonly durationNs: DDSketch;
  readonly failed: EvidenceCollector;
  readonly slow: EvidenceCollector;
}

/** Names that resolved are remembered up to this many: NXDOMAIN for one of them is news. */
const MAX_NAMES = 50_000;

/** DNS that fails or is slow. */
export class DnsDetector implements Detector {
  readonly rule = "dns";
  readonly #config: AnalysisConfig;
  readonly #resolved = new Set<string>();
  readonly #edges = new EdgeMap<Resolution>(() => ({
    calls: 0,
    serverErrors: 0,
    timeouts: 0,
    lostNames: 0,
    codes: new Map(),
    durationNs: new DDSketch({ relativeAccuracy: 0.01 }),
    failed: new EvidenceCollector(),
    slow: new EvidenceCollector(),
  }));

  constructor(config: AnalysisConfig) {
    this.#config = config;
  }

  call(call: Call): void {
    if (call.protocol !== "dns") return;
    const edge = this.#edges.of(call);
    if (edge === undefined) return;
    edge.calls += 1;
    const name = `${call.operation} ${call.target.toLowerCase()}`;
    if (call.status === "ok" && this.#resolved.size < MAX_NAMES) this.#resolved.add(name);
    if (call.durationNs !== undefined) {
      edge.durationNs.accept(call.durationNs);
      if (call.durationNs > this.#config.dnsSlowNs) edge.slow.call(call);
    }
    const isLostName = call.statusCode === "NXDOMAIN" && this.#resolved.has(name);
    if (call.status === "serverError") edge.serverErrors += 1;
    else if (call.status === "timeout") edge.timeouts += 1;
    else if (isLostName) edge.lostNames += 1;
    else return;
    const code = call.statusCode === "" ? "no answer" : call.statusCode;
    edge.codes.set(code, (edge.codes.get(code) ?? 0) + 1);
    edge.failed.call(call);
  }

  finish(captureId: string): Finding[] {
    return [...this.#edges.all()].flatMap(({ edge, aggregate }) => [
      ...this.#failure(captureId, edge, aggregate),
      ...this.#slow(captureId, edge, aggregate),
    ]);
  }

  #failure(captureId: string, edge: Parameters<typeof makeFinding>[0], aggregate: Resolution): Finding[] {
    const failures = aggregate.serverErrors + aggregate.timeouts + aggregate.lostNames;
    if (failures < this.#config.dnsFailureMin) return [];
    const codes = [...aggregate.codes].map(([code, count]) => `${count} × ${code}`).join(", ");
    const unanswered = aggregate.timeouts >= failures / 2;
    return [
      makeFinding(edge, aggregate.failed, {
        captureId,
        rule: "dns.failure",
        severity: failures / aggregate.calls > 0.2 ? "critical" : "warning",
        title: `${edgeName(edge)}: name resolution fails (${codes})`,
        summary: `${failures} of ${aggregate.calls} questions failed: ${codes}. ${unanswered ? "The server, or the way to it, does not answer." : "The server answers, but with an error of its own."}`,
        advice: unanswered
          ? "Look whether the questions reach the server: its load, a firewall, a dropped UDP path"
          : "Look at the name server's log and its upstreams",
        refutedBy: dnsDescription.refutedBy,
        steps: [
          {
            question: "Do questions stay without an answer?",
            measured: `${aggregate.timeouts} of ${aggregate.calls}`,
            threshold: "any",
            outcome: aggregate.timeouts > 0 ? "taken" : "ruledOut",
          },
          {
            question: "Does the server answer with an error?",
            measured: `${aggregate.serverErrors} of ${aggregate.calls}`,
            threshold: "any",
            outcome: aggregate.serverErrors > 0 ? "taken" : "ruledOut",
          },
        ],
        impact: failures,
      }),
    ];
  }

  #slow(captureId: string, edge: Parameters<typeof makeFinding>[0], aggregate: Resolution): Finding[] {
    const { durationNs } = aggregate;
    if (durationNs.count < this.#config.slowMinCalls) return [];
    const p95Ns = durationNs.getValueAtQuantile(0.95);
    if (p95Ns <= this.#config.dnsSlowNs) return [];
    return [
      makeFinding(edge, aggregate.slow, {
        captureId,
        rule: "dns.slow",
        severity: "warning",
        title: `${edgeName(edge)}: name resolution is slow, ${formatDurationNs(p95Ns)} at the 95th percentile`,
        summary: `${aggregate.slow.callCount} of ${durationNs.count} answers took longer than ${formatDurationNs(this.#config.dnsSlowNs)}; the median is ${formatDurationNs(durationNs.getValueAtQuantile(0.5))}.`,
        advice: "Look at the resolver's cache and upstreams; names outside of its zone are asked elsewhere first",
        refutedBy: dnsDescription.refutedBy,
        steps: [
          {
            question: "Is the 95th percentile of answers slow?",
            measured: formatDurationNs(p95Ns),
            threshold: `more than ${formatDurationNs(this.#config.dnsSlowNs)}`,
            outcome: "taken",
          },
        ],
        impact: aggregate.slow.callCount / 5,
      }),
    ];
  }
}
