import { formatRatio } from "@weir/base";
import type { Call, Finding } from "@weir/model";
import type { AnalysisConfig } from "../config.ts";
import type { Detector, DetectorDescription, TreeNode } from "../contract.ts";
import { type Edge, EdgeMap, edgeName } from "../edges.ts";
import { makeFinding } from "../finding.ts";
import { runTree } from "../tree.ts";
import { DownstreamCalls, type DownstreamState } from "./downstream-calls.ts";
import { HttpAnswers } from "./http-answers.ts";

export const serverErrorsDescription: DetectorDescription = {
  rules: ["http.server-errors"],
  meaning:
    "Bursts of 5xx answers. Says whether the answers blame somebody behind the server (502, 504), and whether the failing service has failing calls of its own at the same time: then the deepest failing edge is the cause and stands first.",
  thresholds:
    "at least 3 answers and 2 % of the edge's calls, critical from 20 %; from 2 answers on a line for information",
  refutedBy: "the service's own log that shows these requests as answered well",
};

interface Subject {
  readonly edge: Edge;
  readonly answers: HttpAnswers;
  readonly downstream: DownstreamState;
}
/** behind: its own calls fail as well; passedOn: it says so itself, without calls in this capture that fail; own: nothing points elsewhere. */
type Outcome = "few" | "behind" | "passedOn" | "own";

function treeOf(config: AnalysisConfig): TreeNode<Subject, Outcome> {
  return {
    question: "Do server errors come in a burst?",
    test: ({ answers: { errors, calls } }) =>
      errors >= config.serverErrorMin && errors >= calls * config.serverErrorRatio,
    measured: ({ answers: { errors, calls } }) => `${errors} of ${calls} (${formatRatio(errors / calls)})`,
    threshold: `at least ${config.serverErrorMin} and ${formatRatio(config.serverErrorRatio)}`,
    yes: {
      question: "Does the failing service have failing calls of its own at that time?",
      test: ({ downstream: { calls, failed } }) => (calls === 0 ? undefined : failed > 0),
      measured: ({ downstream: { calls, failed, words } }) =>
        calls === 0 ? "it calls nobody in this capture" : `${failed} of ${calls}${words === "" ? "" : `: ${words}`}`,
      threshold: "any",
      yes: "behind",
      no: {
        question: "Do the answers blame somebody behind the server?",
        test: ({ answers }) => (answers.codes.of("502") + answers.codes.of("504")) * 2 > answers.errors,
        measured: ({ answers }) => answers.codes.top(),
        threshold: "more than half are 502 or 504",
        yes: "passedOn",
        no: "own",
      },
    },
    no: "few",
  };
}

/** Services that answer with 5xx. */
export class ServerErrorsDetector implements Detector {
  readonly rule = "http.server-errors";
  readonly #config: AnalysisConfig;
  readonly #downstream = new DownstreamCalls();
  readonly #edges = new EdgeMap(() => new HttpAnswers());

  constructor(config: AnalysisConfig) {
    this.#config = config;
  }

  call(call: Call): void {
    this.#downstream.call(call);
    if (call.protocol === "http") this.#edges.of(call)?.count(call, "serverError");
  }

  finish(captureId: string): Finding[] {
    const tree = treeOf(this.#config);
    return [...this.#edges.all()].flatMap(({ edge, aggregate: answers }) => {
      if (answers.errors < Math.min(this.#config.serverErrorFew, this.#config.serverErrorMin)) return [];
      const { startedAt = 0n, endedAt = 0n } = answers.evidence;
      const downstream = this.#downstream.of(edge.serverService, startedAt, endedAt);
      const { outcome, steps } = runTree(tree, { edge, answers, downstream });
      const { server, advice } = wordsOf(outcome, edge, downstream);
      const ratio = answers.errors / answers.calls;
      const severity = ratio >= this.#config.serverErrorCriticalRatio ? "critical" : "warning";
      return [
        makeFinding(edge, answers.evidence, {
          captureId,
          rule: this.rule,
          severity: outcome === "few" ? "info" : severity,
          title: `${edgeName(edge)}: ${edge.serverService} fails, ${formatRatio(ratio)} of calls answered with a server error (${answers.codes.top()})`,
          summary: `${answers.errors} of ${answers.calls} calls got a server error (${answers.codes.top()}). Most hit: ${answers.targets.top()}. ${server}`,
          advice,
          refutedBy: serverErrorsDescription.refutedBy,
          steps,
          impact: answers.errors,
        }),
      ];
    });
  }
}

function wordsOf(
  outcome: Outcome,
  { serverService }: Edge,
  { words }: DownstreamState,
): { server: string; advice: string } {
  const log = `Look at ${serverService}'s log for these requests`;
  switch (outcome) {
    case "behind":
      return {
        server: `${serverService} has failing calls of its own at that time (${words}): it passes their failure on.`,
        advice: `Follow the failing calls of ${serverService} first`,
      };
    case "passedOn":
      return {
        server: `The answers say that somebody behind ${serverService} failed, and this capture shows no such call.`,
        advice: `${log}, and capture at ${serverService}: its own calls are not in this capture, or they did not fail on the wire`,
      };
    case "own":
      return { server: `Nothing in this capture points behind ${serverService}.`, advice: log };
    case "few":
      return { server: "Too few to call it a burst.", advice: log };
    default:
      return outcome satisfies never;
  }
}
