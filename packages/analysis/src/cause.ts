import { NS_PER_S } from "@weir/base";
import type { Finding } from "@weir/model";
import { SERVER_QUESTION } from "./detectors/transfer-tree.ts";

/** Trouble of a service's answers: it may come from what the service itself waits for. */
const ANSWERS: ReadonlySet<string> = new Set(["http.server-errors", "call.unanswered", "app.slow-response"]);
/** Trouble beneath calls: it explains trouble of answers on the same edge. */
const BENEATH: ReadonlySet<string> = new Set(["tcp.receiver-not-reading", "tcp.loss", "tcp.reset"]);
/** What can break a service that waits for it. */
const BREAKING: ReadonlySet<string> = new Set([
  ...ANSWERS,
  ...BENEATH,
  "tcp.connect-refused",
  "tcp.connect-no-answer",
  "tcp.connect-unreachable",
  "tcp.handshake-incomplete",
  "network.slow-path",
  "dns.failure",
  "dns.slow",
  "tls.alert",
]);
/** Consequences come a little after their cause: a time-out has to run out first. */
const LAG_NS = BigInt(30 * NS_PER_S);

/**
 * The deepest finding that explains this one: on the same edge what lies beneath calls, or on an edge that the failing server is the
 * client of, and so on from there. Undefined where nothing explains it, and in a circle, where nobody can tell who began.
 */
export function findCause(finding: Finding, all: readonly Finding[]): Finding | undefined {
  let deepest = finding;
  const seen = new Set([finding]);
  for (;;) {
    const next = nextCause(deepest, all);
    if (next === undefined) return deepest === finding ? undefined : deepest;
    if (seen.has(next)) return undefined;
    seen.add(next);
    deepest = next;
  }
}

/** Rules that can be symptoms at all; with a scan in the capture there may be thousands of others. */
const EXPLAINABLE: ReadonlySet<string> = new Set([...ANSWERS, "tcp.reset", "tls.alert", "tcp.receiver-not-reading"]);

function nextCause(finding: Finding, all: readonly Finding[]): Finding | undefined {
  if (!EXPLAINABLE.has(finding.rule)) return undefined;
  const candidates = all.filter((other) => other !== finding && isPossible(other) && isAtTheSameTime(other, finding));
  const beneath = candidates.filter((other) => isOnSameEdge(other, finding) && explainsSameEdge(other, finding));
  if (beneath.length > 0) return worst(beneath);
  if (!mayBeWaiting(finding)) return undefined;
  return worst(candidates.filter((other) => isDownstream(other, finding) && BREAKING.has(other.rule)));
}

function isPossible({ decided, severity }: Finding): boolean {
  return decided && severity !== "info";
}

function explainsSameEdge(other: Finding, finding: Finding): boolean {
  if (other.rule === "tls.certificate-expired") return finding.rule === "tls.alert" && other.severity === "critical";
  if (finding.rule === "tcp.reset") return other.rule === "tcp.receiver-not-reading" || other.rule === "tcp.loss";
  return ANSWERS.has(finding.rule) && BENEATH.has(other.rule);
}

/** Trouble of answers, and a server that does not read, may come from what the server waits for. */
function mayBeWaiting(finding: Finding): boolean {
  if (ANSWERS.has(finding.rule)) return true;
  if (finding.rule !== "tcp.receiver-not-reading") return false;
  return finding.steps.some(({ question, outcome }) => question === SERVER_QUESTION && outcome === "taken");
}

function isDownstream(other: Finding, { clientService, serverService }: Finding): boolean {
  return other.clientService === serverService && other.serverService !== clientService;
}

function isOnSameEdge(a: Finding, b: Finding): boolean {
  return a.clientService === b.clientService && a.serverService === b.serverService && a.serverPort === b.serverPort;
}

function isAtTheSameTime(cause: Finding, finding: Finding): boolean {
  return cause.startedAt <= finding.endedAt && cause.endedAt + LAG_NS >= finding.startedAt;
}

/**
 * Of several, what lies beneath calls before calls, then the one with the most evidence. Impact and severity do not count here: ranking
 * changes them, and ranking twice must not.
 */
function worst(findings: readonly Finding[]): Finding | undefined {
  return [...findings].sort(
    (a, b) =>
      Number(ANSWERS.has(a.rule)) - Number(ANSWERS.has(b.rule)) ||
      evidenceOf(b) - evidenceOf(a) ||
      (a.findingId < b.findingId ? -1 : 1),
  )[0];
}

function evidenceOf({ evidence }: Finding): number {
  return evidence.callCount + evidence.connectionCount;
}
