import { formatDurationNs, parseUnixNs } from "@weir/base";
import type { Call, Finding } from "@weir/model";
import type { AnalysisConfig } from "../config.ts";
import type { Detector, DetectorDescription } from "../contract.ts";
import { type Edge, EdgeMap, edgeName } from "../edges.ts";
import { EvidenceCollector } from "../evidence.ts";
import { makeFinding } from "../finding.ts";

export const tlsDescription: DetectorDescription = {
  rules: ["tls.alert", "tls.certificate-expired"],
  meaning:
    "TLS handshakes that end in an alert, and certificates that have expired or are about to. Dates are held against the time of the capture.",
  thresholds: "one failed handshake; expired at the time of the call, or within 14 days of it",
  refutedBy:
    "a handshake of the same two that succeeds at the same time; a certificate with other dates behind the same name",
};

interface Handshakes {
  calls: number;
  readonly alerts: Map<string, number>;
  readonly alerted: EvidenceCollector;
  readonly dated: EvidenceCollector;
  subject: string;
  notAfter: string;
  expiredNs: number;
  isExpired: boolean;
}

/** TLS alerts and certificate dates. */
export class TlsDetector implements Detector {
  readonly rule = "tls";
  readonly #config: AnalysisConfig;
  readonly #edges = new EdgeMap<Handshakes>(() => ({
    calls: 0,
    alerts: new Map(),
    alerted: new EvidenceCollector(),
    dated: new EvidenceCollector(),
    subject: "",
    notAfter: "",
    expiredNs: 0,
    isExpired: false,
  }));

  constructor(config: AnalysisConfig) {
    this.#config = config;
  }

  call(call: Call): void {
    if (call.protocol !== "tls") return;
    const edge = this.#edges.of(call);
    if (edge === undefined) return;
    edge.calls += 1;
    if ((call.status === "clientError" || call.status === "serverError") && call.statusCode !== "") {
      edge.alerts.set(call.statusCode, (edge.alerts.get(call.statusCode) ?? 0) + 1);
      edge.alerted.call(call);
    }
    this.#certificate(edge, call);
  }

  #certificate(edge: Handshakes, call: Call): void {
    const notAfter = call.attributes["tls.server.not_after"];
    const endsAt = notAfter === undefined ? undefined : parseUnixNs(notAfter);
    if (notAfter === undefined || endsAt === undefined) return;
    const leftNs = Number(endsAt - call.startedAt);
    if (leftNs > this.#config.certificateWarningNs) return;
    edge.subject = call.attributes["tls.server.subject"] ?? call.target;
    edge.notAfter = notAfter;
    edge.expiredNs = -leftNs;
    edge.isExpired ||= leftNs < 0;
    edge.dated.call(call);
  }

  finish(captureId: string): Finding[] {
    return [...this.#edges.all()].flatMap(({ edge, aggregate }) => [
      ...this.#alerts(captureId, edge, aggregate),
      ...this.#dates(captureId, edge, aggregate),
    ]);
  }

  #alerts(captureId: string, edge: Edge, handshakes: Handshakes): Finding[] {
    if (handshakes.alerted.callCount === 0) return [];
    const alerts = [...handshakes.alerts].map(([alert, count]) => `${count} × ${alert}`).join(", ");
    return [
      makeFinding(edge, handshakes.alerted, {
        captureId,
        rule: "tls.alert",
        severity: handshakes.alerted.callCount / handshakes.calls > 0.5 ? "critical" : "warning",
        title: `${edgeName(edge)}: TLS handshakes fail (${alerts})`,
        summary: `${handshakes.alerted.callCount} of ${handshakes.calls} handshakes ended in an alert: ${alerts}. The two do not agree; no request gets through.`,
        advice:
          "Compare what both sides offer and trust: versions, ciphers, certificate authorities, names; the alert says which",
        refutedBy: tlsDescription.refutedBy,
        steps: [
          {
            question: "Do handshakes end in an alert?",
            measured: `${handshakes.alerted.callCount} of ${handshakes.calls}: ${alerts}`,
            threshold: "any",
            outcome: "taken",
          },
        ],
        impact: handshakes.alerted.callCount * 2,
      }),
    ];
  }

  #dates(captureId: string, edge: Edge, handshakes: Handshakes): Finding[] {
    if (handshakes.dated.callCount === 0) return [];
    const { isExpired, subject, notAfter } = handshakes;
    const span = formatDurationNs(Math.abs(handshakes.expiredNs));
    return [
      makeFinding(edge, handshakes.dated, {
        captureId,
        rule: "tls.certificate-expired",
        severity: isExpired ? "critical" : "warning",
        title: `${edgeName(edge)}: the certificate of ${subject} ${isExpired ? "has expired" : "is about to expire"}`,
        summary: `It is valid until ${notAfter}, ${span} ${isExpired ? "before" : "after"} the handshake.`,
        advice: "Renew it, and see why the renewal did not happen by itself",
        refutedBy: tlsDescription.refutedBy,
        steps: [
          {
            question: isExpired
              ? "Was the certificate expired at the time of the handshake?"
              : "Does the certificate expire soon after the handshake?",
            measured: notAfter,
            threshold: isExpired ? "the time of the handshake" : "14 days after the handshake",
            outcome: "taken",
          },
        ],
        impact: handshakes.dated.callCount,
      }),
    ];
  }
}
