import { formatRatio } from "@weir/base";
import type { Call, Finding } from "@weir/model";
import type { AnalysisConfig } from "../config.ts";
import type { Detector, DetectorDescription } from "../contract.ts";
import { type Edge, EdgeMap, edgeName } from "../edges.ts";
import { EvidenceCollector } from "../evidence.ts";
import { makeFinding } from "../finding.ts";

export const errorsDescription: DetectorDescription = {
  rules: ["http.server-errors", "http.client-errors", "call.unanswered"],
  meaning:
    "Bursts of 5xx and 4xx answers, and calls that never got an answer. A failing service that waits for another failing one is marked as its symptom.",
  thresholds:
    "5xx: at least 3 and 2 % of calls, critical from 20 %; 4xx: at least 10 and 20 %; one call without an answer",
  refutedBy: "the service's own log that shows these requests as answered well",
};

interface Answers {
  calls: number;
  serverErrors: number;
  clientErrors: number;
  unanswered: number;
  readonly codes: Map<string, number>;
  readonly targets: Map<string, number>;
  readonly failing: EvidenceCollector;
  readonly refused: EvidenceCollector;
  readonly silent: EvidenceCollector;
}

/** Different targets that are counted per edge. */
const MAX_TARGETS = 1000;

/** Failing answers, and none. */
export class ErrorsDetector implements Detector {
  readonly rule = "errors";
  readonly #config: AnalysisConfig;
  readonly #edges = new EdgeMap<Answers>(() => ({
    calls: 0,
    serverErrors: 0,
    clientErrors: 0,
    unanswered: 0,
    codes: new Map(),
    targets: new Map(),
    failing: new EvidenceCollector(),
    refused: new EvidenceCollector(),
    silent: new EvidenceCollector(),
  }));

  constructor(config: AnalysisConfig) {
    this.#config = config;
  }

  call(call: Call): void {
    if (call.protocol === "dns" || call.protocol === "tls") return;
    const edge = this.#edges.of(call);
    if (edge === undefined) return;
    edge.calls += 1;
    if (call.status === "ok" || call.status === "unknown") return;
    count(edge.codes, call.statusCode === "" ? call.status : call.statusCode, MAX_TARGETS);
    if (call.status !== "clientError")
      count(edge.targets, `${call.operation} ${call.target.split("?")[0]}`, MAX_TARGETS);
    if (call.status === "serverError") {
      edge.serverErrors += 1;
      edge.failing.call(call);
    } else if (call.status === "clientError") {
      edge.clientErrors += 1;
      edge.refused.call(call);
    } else {
      edge.unanswered += 1;
      edge.silent.call(call);
    }
  }

  finish(captureId: string): Finding[] {
    return [...this.#edges.all()].flatMap(({ edge, aggregate }) => [
      ...this.#serverErrors(captureId, edge, aggregate),
      ...this.#clientErrors(captureId, edge, aggregate),
      ...this.#unanswered(captureId, edge, aggregate),
    ]);
  }

  #serverErrors(captureId: string, edge: Edge, answers: Answers): Finding[] {
    const { serverErrorMin, serverErrorRatio, serverErrorCriticalRatio } = this.#config;
    const ratio = answers.serverErrors / answers.calls;
    if (answers.serverErrors < serverErrorMin || ratio < serverErrorRatio) return [];
    const codes = top(answers.codes, (code) => code.startsWith("5"));
    return [
      makeFinding(edge, answers.failing, {
        captureId,
        rule: "http.server-errors",
        severity: ratio >= serverErrorCriticalRatio ? "critical" : "warning",
        title: `${edgeName(edge)}: ${edge.serverService} fails, ${formatRatio(ratio)} of calls answered with ${codes}`,
        summary: `${answers.serverErrors} of ${answers.calls} calls got a server error (${codes}). Most hit: ${top(answers.targets)}.`,
        advice: `Look at ${edge.serverService}'s log for these requests, and at its own calls to others at that time`,
        refutedBy: errorsDescription.refutedBy,
        steps: [
          {
            question: "Do server errors come in a burst?",
            measured: `${answers.serverErrors} of ${answers.calls} (${formatRatio(ratio)})`,
            threshold: `at least ${serverErrorMin} and ${formatRatio(serverErrorRatio)}`,
            outcome: "taken",
          },
        ],
        impact: answers.serverErrors,
      }),
    ];
  }

  #clientErrors(captureId: string, edge: Edge, answers: Answers): Finding[] {
    const ratio = answers.clientErrors / answers.calls;
    if (answers.clientErrors < this.#config.clientErrorMin || ratio < this.#config.clientErrorRatio) return [];
    const codes = top(answers.codes, (code) => code.startsWith("4"));
    const isThrottled = (answers.codes.get("429") ?? 0) > answers.clientErrors / 2;
    const isRejected = (answers.codes.get("401") ?? 0) + (answers.codes.get("403") ?? 0) > answers.clientErrors / 2;
    return [
      makeFinding(edge, answers.refused, {
        captureId,
        rule: "http.client-errors",
        severity: isThrottled || isRejected ? "warning" : "info",
        title: `${edgeName(edge)}: ${formatRatio(ratio)} of calls are turned down (${codes})`,
        summary: `${answers.clientErrors} of ${answers.calls} calls got a client error (${codes}).${isThrottled ? " The server throttles this client." : ""}${isRejected ? " The server does not accept who is asking." : ""}`,
        advice: isThrottled
          ? "Ask less often or raise the limit"
          : isRejected
            ? "Look at the client's credentials and rights"
            : `Look at what ${edge.clientService} asks for`,
        refutedBy: errorsDescription.refutedBy,
        steps: [
          {
            question: "Do client errors come in a burst?",
            measured: `${answers.clientErrors} of ${answers.calls} (${formatRatio(ratio)})`,
            threshold: `at least ${this.#config.clientErrorMin} and ${formatRatio(this.#config.clientErrorRatio)}`,
            outcome: "taken",
          },
        ],
        impact: answers.clientErrors / 10,
      }),
    ];
  }

  #unanswered(captureId: string, edge: Edge, answers: Answers): Finding[] {
    if (answers.unanswered < this.#config.unansweredMin) return [];
    const ratio = answers.unanswered / answers.calls;
    return [
      makeFinding(edge, answers.silent, {
        captureId,
        rule: "call.unanswered",
        severity: ratio > 0.05 && answers.unanswered > 2 ? "critical" : "warning",
        title: `${edgeName(edge)}: ${answers.unanswered} calls got no answer`,
        summary: `${answers.unanswered} of ${answers.calls} calls (${formatRatio(ratio)}) ended without an answer: the connection was closed, reset or given up before it came. Most hit: ${top(answers.targets)}.`,
        advice: `See which side gave up first and after how long: a time-out of ${edge.clientService}, or a crash of ${edge.serverService}`,
        refutedBy: "an answer to the same request on another connection",
        steps: [
          {
            question: "Do calls stay without an answer?",
            measured: `${answers.unanswered} of ${answers.calls}`,
            threshold: `at least ${this.#config.unansweredMin}`,
            outcome: "taken",
          },
        ],
        impact: answers.unanswered * 1.5,
      }),
    ];
  }
}

function count(map: Map<string, number>, key: string, limit: number): void {
  if (map.size >= limit && !map.has(key)) return;
  map.set(key, (map.get(key) ?? 0) + 1);
}

/** The three most frequent keys, in words. */
function top(map: ReadonlyMap<string, number>, wanted: (key: string) => boolean = () => true): string {
  return [...map]
    .filter(([key]) => wanted(key))
    .sort((a, b) => b[1] - a[1])
    .slice(0, 3)
    .map(([key]) => key)
    .join(", ");
}
