import { formatRatio } from "@weir/base";
import type { Call, Finding } from "@weir/model";
import type { AnalysisConfig } from "../config.ts";
import type { Detector, DetectorDescription, TreeNode } from "../contract.ts";
import { type Edge, EdgeMap, edgeName } from "../edges.ts";
import { makeFinding } from "../finding.ts";
import { runTree } from "../tree.ts";
import { HttpAnswers } from "./http-answers.ts";

export const clientErrorsDescription: DetectorDescription = {
  rules: ["http.client-errors"],
  meaning:
    "Bursts of 4xx answers: the client is throttled (429), not accepted (401, 403), asks for what is not there (404, 410), or asks wrongly.",
  thresholds: "at least 10 answers and 20 % of the edge's calls; one kind is named where it makes up more than half",
  refutedBy: "a client that expects these answers, such as one that asks whether something exists",
};

type Outcome = "few" | "throttled" | "notAccepted" | "notThere" | "wrong";
type Node = TreeNode<HttpAnswers, Outcome>;

function kindNode(question: string, codes: readonly string[], yes: Outcome, no: Node | Outcome): Node {
  const countOf = (answers: HttpAnswers) => codes.reduce((sum, code) => sum + answers.codes.of(code), 0);
  return {
    question,
    test: (answers) => countOf(answers) * 2 > answers.errors,
    measured: (answers) => `${countOf(answers)} × ${codes.join(" or ")}`,
    threshold: "more than half",
    yes,
    no,
  };
}

function treeOf(config: AnalysisConfig): Node {
  const notThere = kindNode("Does it ask for what is not there?", ["404", "410"], "notThere", "wrong");
  const notAccepted = kindNode("Is the client not accepted?", ["401", "403"], "notAccepted", notThere);
  return {
    question: "Do client errors come in a burst?",
    test: ({ errors, calls }) => errors >= config.clientErrorMin && errors >= calls * config.clientErrorRatio,
    measured: ({ errors, calls }) => `${errors} of ${calls} (${formatRatio(errors / Math.max(1, calls))})`,
    threshold: `at least ${config.clientErrorMin} and ${formatRatio(config.clientErrorRatio)}`,
    yes: kindNode("Is the client throttled?", ["429"], "throttled", notAccepted),
    no: "few",
  };
}

/** Clients that are turned down with 4xx. */
export class ClientErrorsDetector implements Detector {
  readonly rule = "http.client-errors";
  readonly #config: AnalysisConfig;
  readonly #edges = new EdgeMap(() => new HttpAnswers());

  constructor(config: AnalysisConfig) {
    this.#config = config;
  }

  call(call: Call): void {
    if (call.protocol === "http") this.#edges.of(call)?.count(call, "clientError");
  }

  finish(captureId: string): Finding[] {
    const tree = treeOf(this.#config);
    return [...this.#edges.all()].flatMap(({ edge, aggregate: answers }) => {
      const { outcome, steps } = runTree(tree, answers);
      if (outcome === "few") return [];
      const { says, advice } = wordsOf(outcome, edge);
      return [
        makeFinding(edge, answers.evidence, {
          captureId,
          rule: this.rule,
          severity: outcome === "throttled" || outcome === "notAccepted" ? "warning" : "info",
          title: `${edgeName(edge)}: ${formatRatio(answers.errors / answers.calls)} of calls are turned down (${answers.codes.top()})`,
          summary: `${answers.errors} of ${answers.calls} calls got a client error (${answers.codes.top()}). ${says} Most hit: ${answers.targets.top()}.`,
          advice,
          refutedBy: clientErrorsDescription.refutedBy,
          steps,
          impact: answers.errors / 10,
        }),
      ];
    });
  }
}

function wordsOf(
  outcome: Exclude<Outcome, "few">,
  { clientService, serverService }: Edge,
): { says: string; advice: string } {
  switch (outcome) {
    case "throttled":
      return {
        says: `${serverService} throttles ${clientService}.`,
        advice: "Ask less often, honour Retry-After, or raise the limit",
      };
    case "notAccepted":
      return {
        says: `${serverService} does not accept who is asking.`,
        advice: `Look at the credentials and rights of ${clientService}: an expired token, a changed role`,
      };
    case "notThere":
      return {
        says: `${clientService} asks for what ${serverService} does not have.`,
        advice: "Compare the paths that are asked for with those that exist: a deployment of one side only, old links",
      };
    case "wrong":
      return {
        says: `${serverService} does not understand what it is asked.`,
        advice: `Look at what ${clientService} sends: a changed contract, a limit on size or time`,
      };
    default:
      return outcome satisfies never;
  }
}
