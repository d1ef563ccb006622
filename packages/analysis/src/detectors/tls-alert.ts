import { formatRatio } from "@weir/base";
import type { Call, Finding } from "@weir/model";
import type { AnalysisConfig } from "../config.ts";
import type { Detector, DetectorDescription, TreeNode } from "../contract.ts";
import { EdgeMap, edgeName } from "../edges.ts";
import { EvidenceCollector } from "../evidence.ts";
import { makeFinding } from "../finding.ts";
import { Tally } from "../tally.ts";
import { runTree } from "../tree.ts";

export const tlsAlertDescription: DetectorDescription = {
  rules: ["tls.alert"],
  meaning:
    "TLS handshakes that end in an alert: one side does not trust the other's certificate, or they have no version or cipher in common. Alerts inside encryption cannot be read and are not counted.",
  thresholds: "one failed handshake; critical where more than half of the edge's fail",
  refutedBy: "a handshake of the same two that succeeds at the same time",
};

interface Handshakes {
  calls: number;
  failed: number;
  trust: number;
  parameters: number;
  readonly alerts: Tally;
  readonly evidence: EvidenceCollector;
}
type Outcome = "none" | "trust" | "parameters" | "other";
type Node = TreeNode<Handshakes, Outcome>;

/** Alerts by what they complain of (RFC 8446, section 6.2), names with underscores as in the standard. */
const ABOUT_TRUST: ReadonlySet<string> = new Set([
  "bad_certificate",
  "unsupported_certificate",
  "certificate_revoked",
  "certificate_expired",
  "certificate_unknown",
  "unknown_ca",
  "certificate_required",
  "access_denied",
]);
const ABOUT_PARAMETERS: ReadonlySet<string> = new Set([
  "handshake_failure",
  "protocol_version",
  "insufficient_security",
  "illegal_parameter",
  "missing_extension",
  "no_application_protocol",
  "unrecognized_name",
]);

const tree: Node = {
  question: "Do handshakes end in an alert?",
  test: ({ failed }) => failed > 0,
  measured: ({ failed, calls, alerts }) => `${failed} of ${calls}${failed > 0 ? `: ${alerts.top()}` : ""}`,
  threshold: "any",
  yes: {
    question: "Is it about trust in a certificate?",
    test: ({ trust, failed }) => trust * 2 > failed,
    measured: ({ trust, failed }) => `${trust} of ${failed}`,
    threshold: "more than half",
    yes: "trust",
    no: {
      question: "Is it about versions, ciphers or names?",
      test: ({ parameters, failed }) => parameters * 2 > failed,
      measured: ({ parameters, failed }) => `${parameters} of ${failed}`,
      threshold: "more than half",
      yes: "parameters",
      no: "other",
    },
  },
  no: "none",
};

const ADVICE: Readonly<Record<Exclude<Outcome, "none">, string>> = {
  trust:
    "Compare the certificate's issuer, names and dates with what the other side trusts; see which side sent the alert",
  parameters: "Compare what both sides offer: versions, ciphers, application protocols, and the server name asked for",
  other: "Look at both sides' TLS logs for these handshakes; the alert's name says what to look for",
};

/** TLS handshakes that fail. */
export class TlsAlertDetector implements Detector {
  readonly rule = "tls.alert";
  readonly #config: AnalysisConfig;
  readonly #edges = new EdgeMap<Handshakes>(() => ({
    calls: 0,
    failed: 0,
    trust: 0,
    parameters: 0,
    alerts: new Tally(),
    evidence: new EvidenceCollector(),
  }));

  constructor(config: AnalysisConfig) {
    this.#config = config;
  }

  call(call: Call): void {
    if (call.protocol !== "tls") return;
    const edge = this.#edges.of(call);
    if (edge === undefined) return;
    edge.calls += 1;
    if ((call.status !== "clientError" && call.status !== "serverError") || call.statusCode === "") return;
    edge.failed += 1;
    if (ABOUT_TRUST.has(call.statusCode)) edge.trust += 1;
    if (ABOUT_PARAMETERS.has(call.statusCode)) edge.parameters += 1;
    edge.alerts.add(call.statusCode);
    edge.evidence.call(call);
  }

  finish(captureId: string): Finding[] {
    return [...this.#edges.all()].flatMap(({ edge, aggregate }) => {
      const { outcome, steps } = runTree(tree, aggregate);
      if (outcome === "none") return [];
      const { failed, calls, alerts, evidence } = aggregate;
      return [
        makeFinding(edge, evidence, {
          captureId,
          rule: this.rule,
          severity: failed > calls * this.#config.tlsCriticalRatio ? "critical" : "warning",
          title: `${edgeName(edge)}: TLS handshakes fail (${alerts.top()})`,
          summary: `${failed} of ${calls} handshakes (${formatRatio(failed / calls)}) ended in an alert: ${alerts.top()}. The two do not agree, and no request gets through.`,
          advice: ADVICE[outcome],
          refutedBy: tlsAlertDescription.refutedBy,
          steps,
          impact: failed * 2,
        }),
      ];
    });
  }
}
