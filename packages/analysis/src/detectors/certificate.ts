import { formatDurationNs, parseUnixNs } from "@weir/base";
import type { Call, Finding, Severity } from "@weir/model";
import type { AnalysisConfig } from "../config.ts";
import type { Detector, DetectorDescription, TreeNode } from "../contract.ts";
import { EdgeMap, edgeName } from "../edges.ts";
import { EvidenceCollector } from "../evidence.ts";
import { makeFinding } from "../finding.ts";
import { runTree } from "../tree.ts";

export const certificateDescription: DetectorDescription = {
  rules: ["tls.certificate-expired"],
  meaning:
    "Certificates that have expired or are about to, by the time of the handshake in the capture. One that is not valid yet is not decided: the capture's clock may be wrong. TLS 1.3 sends certificates encrypted; those cannot be judged.",
  thresholds: "expired at the time of the handshake (critical), or within 14 days of it (warning)",
  refutedBy: "a certificate with other dates behind the same name; a clock of the capture that is wrong",
};

interface Dates {
  readonly subject: string;
  readonly notBefore: string | undefined;
  readonly notAfter: string;
  /** From the handshake to the end; negative where it is over. */
  readonly leftNs: number;
  readonly isEarly: boolean;
}
interface Certificates {
  /** The one with the least time left. */
  worst: Dates | undefined;
  readonly evidence: EvidenceCollector;
}
type Outcome = "notYet" | "expired" | "soon" | "fine";

function treeOf(config: AnalysisConfig): TreeNode<Dates, Outcome> {
  return {
    question: "Is the certificate valid already?",
    test: ({ isEarly }) => (isEarly ? undefined : true),
    measured: ({ notBefore }) => `valid from ${notBefore ?? "unknown"}`,
    threshold: "the time of the handshake",
    yes: {
      question: "Was it expired at the time of the handshake?",
      test: ({ leftNs }) => leftNs < 0,
      measured: ({ notAfter }) => `valid until ${notAfter}`,
      threshold: "the time of the handshake",
      yes: "expired",
      no: {
        question: "Does it expire soon after?",
        test: ({ leftNs }) => leftNs <= config.certificateWarningNs,
        measured: ({ leftNs }) => `${formatDurationNs(leftNs)} left`,
        threshold: formatDurationNs(config.certificateWarningNs),
        yes: "soon",
        no: "fine",
      },
    },
    no: "fine",
    unknown: "notYet",
  };
}

/** Certificates by their dates. */
export class CertificateDetector implements Detector {
  readonly rule = "tls.certificate-expired";
  readonly #config: AnalysisConfig;
  readonly #edges = new EdgeMap<Certificates>(() => ({ worst: undefined, evidence: new EvidenceCollector() }));

  constructor(config: AnalysisConfig) {
    this.#config = config;
  }

  call(call: Call): void {
    if (call.protocol !== "tls") return;
    const dates = datesOf(call);
    if (dates === undefined || (dates.leftNs > this.#config.certificateWarningNs && !dates.isEarly)) return;
    const edge = this.#edges.of(call);
    if (edge === undefined) return;
    edge.evidence.call(call);
    if (edge.worst === undefined || dates.leftNs < edge.worst.leftNs) edge.worst = dates;
  }

  finish(captureId: string): Finding[] {
    const tree = treeOf(this.#config);
    return [...this.#edges.all()].flatMap(({ edge, aggregate: { worst, evidence } }) => {
      if (worst === undefined) return [];
      const { outcome, steps } = runTree(tree, worst);
      if (outcome === "fine") return [];
      const { what, says, severity } = wordsOf(outcome, worst);
      return [
        makeFinding(edge, evidence, {
          captureId,
          rule: this.rule,
          severity,
          decided: outcome !== "notYet",
          title: `${edgeName(edge)}: the certificate of ${worst.subject} ${what}`,
          summary: says,
          advice:
            outcome === "notYet"
              ? "Compare the clock of the capturing host with a good one, then the certificate's dates"
              : "Renew it, and see why the renewal did not happen by itself",
          refutedBy: certificateDescription.refutedBy,
          steps,
          impact: outcome === "expired" ? evidence.callCount : outcome === "soon" ? 1 : 0,
        }),
      ];
    });
  }
}

function wordsOf(
  outcome: Exclude<Outcome, "fine">,
  { notBefore, notAfter, leftNs }: Dates,
): { what: string; says: string; severity: Severity } {
  const span = formatDurationNs(Math.abs(leftNs));
  switch (outcome) {
    case "notYet":
      return {
        what: "is not valid yet",
        says: `It is valid from ${notBefore}. Cannot tell whether it was issued for later, because the clock of the capture may be wrong.`,
        severity: "info",
      };
    case "expired":
      return {
        what: "has expired",
        says: `It was valid until ${notAfter}, ${span} before the handshake.`,
        severity: "critical",
      };
    case "soon":
      return {
        what: "is about to expire",
        says: `It is valid until ${notAfter}, ${span} after the handshake.`,
        severity: "warning",
      };
    default:
      return outcome satisfies never;
  }
}

function datesOf({ attributes, startedAt, target }: Call): Dates | undefined {
  const notAfter = attributes["tls.server.not_after"];
  const endsAt = notAfter === undefined ? undefined : parseUnixNs(notAfter);
  if (notAfter === undefined || endsAt === undefined) return undefined;
  const notBefore = attributes["tls.server.not_before"];
  const beginsAt = notBefore === undefined ? undefined : parseUnixNs(notBefore);
  const subject = attributes["tls.server.subject"] ?? target;
  const isEarly = beginsAt !== undefined && startedAt < beginsAt;
  return { subject, notBefore, notAfter, leftNs: Number(endsAt - startedAt), isEarly };
}
