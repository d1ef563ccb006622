import { formatRatio } from "@weir/base";
import type { Call, Connection, Finding } from "@weir/model";
import type { AnalysisConfig } from "../config.ts";
import type { Detector, DetectorDescription, TreeNode } from "../contract.ts";
import { type Edge, EdgeMap, edgeName } from "../edges.ts";
import { EvidenceCollector } from "../evidence.ts";
import { makeFinding } from "../finding.ts";
import { Tally } from "../tally.ts";
import { runTree } from "../tree.ts";
import { MissingNames } from "./missing-names.ts";

export const dnsFailureDescription: DetectorDescription = {
  rules: ["dns.failure"],
  meaning:
    "Name resolution that fails: no answer, an error of the name server (SERVFAIL, REFUSED), or names that do not exist. A name that resolves right after with another suffix is a search list at work and does not count.",
  thresholds:
    "one failure, critical from three and 20 % of the questions; three missing names that no search list explains, or one that resolved before",
  refutedBy: "the same question answered well by the same server at the same time",
};

const NETBIOS_PORT = 137;

interface Resolution {
  calls: number;
  answered: number;
  serverErrors: number;
  timeouts: number;
  readonly missing: MissingNames;
  readonly codes: Tally;
  readonly evidence: EvidenceCollector;
}
interface Subject {
  readonly resolution: Resolution;
  /** True where other traffic of the capture shows both ways. */
  readonly sawAnswers: boolean;
}
type Outcome = "unsure" | "silent" | "serverFails" | "missing" | "fine";
type Node = TreeNode<Subject, Outcome>;

function treeOf(config: AnalysisConfig): Node {
  const missing: Node = {
    question: "Are names asked for that do not exist, search lists left out?",
    test: ({ resolution: { missing } }) => missing.count >= config.dnsMissingMin || missing.lostCount > 0,
    measured: ({ resolution: { missing } }) =>
      `${missing.count} questions, ${missing.lostCount} for names that resolved before; ${missing.noiseCount} more are search lists`,
    threshold: `at least ${config.dnsMissingMin}, or one that resolved before`,
    yes: "missing",
    no: "fine",
  };
  const errors: Node = {
    question: "Does the server answer with an error of its own?",
    test: ({ resolution }) => resolution.serverErrors >= config.dnsFailureMin,
    measured: ({ resolution: { serverErrors, calls, codes } }) =>
      `${serverErrors} of ${calls}${serverErrors > 0 ? `: ${codes.top()}` : ""}`,
    threshold: `at least ${config.dnsFailureMin}`,
    yes: "serverFails",
    no: missing,
  };
  return {
    question: "Do questions stay without an answer?",
    test: ({ resolution }) =>
      resolution.timeouts >= config.dnsFailureMin && resolution.timeouts >= resolution.serverErrors,
    measured: ({ resolution: { timeouts, calls } }) => `${timeouts} of ${calls}`,
    threshold: `at least ${config.dnsFailureMin}, and more often than errors`,
    yes: {
      question: "Would the capture show the answers?",
      test: ({ resolution, sawAnswers }) => (resolution.answered > 0 || sawAnswers ? true : undefined),
      measured: ({ resolution, sawAnswers }) =>
        resolution.answered > 0
          ? `${resolution.answered} others are in it`
          : sawAnswers
            ? "other traffic has both ways"
            : "nothing in it has two ways",
      threshold: "any traffic in both directions",
      yes: "silent",
      no: "unsure",
      unknown: "unsure",
    },
    no: errors,
  };
}

/** Name resolution that fails. */
export class DnsFailureDetector implements Detector {
  readonly rule = "dns.failure";
  readonly #config: AnalysisConfig;
  #sawAnswers = false;
  readonly #edges: EdgeMap<Resolution>;

  constructor(config: AnalysisConfig) {
    this.#config = config;
    this.#edges = new EdgeMap(() => ({
      calls: 0,
      answered: 0,
      serverErrors: 0,
      timeouts: 0,
      missing: new MissingNames(BigInt(config.dnsSearchListNs)),
      codes: new Tally(),
      evidence: new EvidenceCollector(),
    }));
  }

  connection({ clientPackets, serverPackets }: Connection): void {
    if (clientPackets > 0 && serverPackets > 0) this.#sawAnswers = true;
  }

  call(call: Call): void {
    // NetBIOS names look like DNS and are asked of everybody: nobody need answer.
    if (call.protocol !== "dns" || call.serverPort === NETBIOS_PORT) return;
    const edge = this.#edges.of(call);
    if (edge === undefined) return;
    edge.calls += 1;
    if (call.responsePackets.length > 0) edge.answered += 1;
    edge.missing.call(call);
    if (call.status === "serverError") edge.serverErrors += 1;
    else if (call.status === "timeout") edge.timeouts += 1;
    else return;
    edge.codes.add(call.statusCode === "" ? "no answer" : call.statusCode);
    edge.evidence.call(call);
  }

  finish(captureId: string): Finding[] {
    const tree = treeOf(this.#config);
    return [...this.#edges.all()].flatMap(({ edge, aggregate }) => {
      aggregate.missing.finish();
      const { outcome, steps } = runTree(tree, { resolution: aggregate, sawAnswers: this.#sawAnswers });
      return outcome === "fine" ? [] : [this.#finding(captureId, edge, aggregate, outcome, steps)];
    });
  }

  #finding(
    captureId: string,
    edge: Edge,
    resolution: Resolution,
    outcome: Exclude<Outcome, "fine">,
    steps: Finding["steps"],
  ): Finding {
    const { missing, calls } = resolution;
    const isMissing = outcome === "missing";
    const failures = isMissing ? missing.count : resolution.serverErrors + resolution.timeouts;
    const decided = outcome !== "unsure";
    const { dnsCriticalMin, dnsCriticalRatio } = this.#config;
    const isCritical = failures >= dnsCriticalMin && failures > calls * dnsCriticalRatio;
    const { what, says, advice } = wordsOf(outcome, resolution);
    return makeFinding(edge, isMissing ? missing.evidence : resolution.evidence, {
      captureId,
      rule: this.rule,
      severity:
        !decided || (isMissing && missing.lostCount === 0) ? "info" : isCritical && !isMissing ? "critical" : "warning",
      decided,
      title: `${edgeName(edge)}: ${what}`,
      summary: `${failures} of ${calls} questions (${formatRatio(failures / calls)}) failed. ${says}`,
      advice,
      refutedBy: dnsFailureDescription.refutedBy,
      steps,
      impact: decided ? failures : 0,
    });
  }
}

function wordsOf(
  outcome: Exclude<Outcome, "fine">,
  { codes, missing }: Resolution,
): { what: string; says: string; advice: string } {
  switch (outcome) {
    case "unsure":
      return {
        what: "no answers to DNS questions are in the capture",
        says: "Cannot tell whether they were answered, because nothing in this capture shows both directions.",
        advice: "Capture both directions",
      };
    case "silent":
      return {
        what: `name resolution fails (${codes.top()})`,
        says: "The server, or the way to it, does not answer. Clients wait for seconds before they ask again.",
        advice: "Look whether the questions reach the server: its load, a firewall, a dropped UDP path",
      };
    case "serverFails":
      return {
        what: `name resolution fails (${codes.top()})`,
        says: "The server answers, but with an error of its own.",
        advice: "Look at the name server's log and at the servers that it asks itself",
      };
    case "missing":
      return {
        what: `names are asked for that do not exist (${missing.names.top()})`,
        says: `${missing.lostCount > 0 ? "Some of them resolved earlier in the capture: they were removed. " : ""}Most asked: ${missing.names.top()}.`,
        advice:
          "Compare these names with those that exist: a typing error in a configuration, a service that was removed",
      };
    default:
      return outcome satisfies never;
  }
}
