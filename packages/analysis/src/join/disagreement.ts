import { NS_PER_MS } from "@weir/base";
import type { DisagreementSubject } from "@weir/model";
import { endOfCall, type WireHop } from "./hop.ts";
import { askedPeer, attributeOf, isAsking, type Span } from "./span.ts";

/** One contradiction: what the span says, and what the packets do. */
export interface Disagreement {
  readonly subject: DisagreementSubject;
  /** Whose span it is. */
  readonly end: "client" | "server";
  readonly span: string;
  readonly wire: string;
}

const STATUS = [
  "http.response.status_code",
  "http.status_code",
  "rpc.grpc.status_code",
  "rpc.response.status_code",
  "db.response.status_code",
];
const METHOD = ["http.request.method", "http.method"];
/** A span that ends sooner than its exchange by less than this was only quick to say so. */
const DURATION_SLACK_NS = 5 * NS_PER_MS;
const DURATION_SLACK_RATIO = 0.1;
const ADDRESS = /^(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f:]*:[0-9a-f:.]*)$/i;

/** What a span of one end says otherwise than the hop at that end. */
export function disagreementsOf(span: Span, hop: WireHop): Disagreement[] {
  const end = isAsking(span) ? "client" : "server";
  const found: Disagreement[] = [];
  const note = (subject: Disagreement["subject"], said: string, wire: string) =>
    found.push({ subject, end, span: said, wire });
  const call = end === "client" ? hop.atClient : hop.atServer;
  const status = attributeOf(span, STATUS);
  if (status !== undefined && call.statusCode !== "" && !isSameStatus(status, call.statusCode))
    note("status", status, call.statusCode);
  const outcome = outcomeOf(span, hop);
  if (outcome !== undefined) note("outcome", ...outcome);
  const method = attributeOf(span, METHOD);
  if (method !== undefined && METHODS.test(method) && METHODS.test(call.operation) && method !== call.operation)
    note("method", method, call.operation);
  if (end === "client") {
    const { host, port } = askedPeer(span);
    const isOther = host !== undefined && ADDRESS.test(host) && host !== call.serverAddress;
    if (isOther || (port !== undefined && port !== call.serverPort))
      note("peer", `${host ?? "?"}:${port ?? "?"}`, `${call.serverAddress}:${call.serverPort}`);
  }
  const duration = durationOf(span, hop, end);
  if (duration !== undefined) note("duration", ...duration);
  return found;
}

const METHODS = /^[A-Z]{3,16}$/;

/** Codes are numbers in one place and words in another (`OK`, `0`): only what can be compared is. */
function isSameStatus(said: string, wire: string): boolean {
  const isNumber = /^\d+$/;
  if (isNumber.test(said) !== isNumber.test(wire)) return true;
  return said.toUpperCase() === wire.toUpperCase();
}

/** A good span of an exchange that failed, or a client's failure of one that was answered well. */
function outcomeOf(span: Span, { atClient, atServer }: WireHop): readonly [string, string] | undefined {
  const { status } = isAsking(span) ? atClient : atServer;
  const failed = status === "serverError" || status === "timeout" || status === "aborted";
  if (failed && span.status !== "error") return [span.status, status];
  return undefined;
}

/** An asking span encloses its exchange, an answering one lies in it: whichever is shorter than what it encloses ended too early. */
function durationOf(span: Span, hop: WireHop, end: "client" | "server"): readonly [string, string] | undefined {
  const call = end === "client" ? hop.atClient : hop.atServer;
  if (call.durationNs === undefined) return undefined;
  const wireNs = Number(endOfCall(call) - call.startedAt);
  const excessNs = end === "client" ? wireNs - span.durationNs : span.durationNs - wireNs;
  const slackNs = Math.max(DURATION_SLACK_NS, DURATION_SLACK_RATIO * wireNs);
  return excessNs > slackNs ? [milliseconds(span.durationNs), milliseconds(wireNs)] : undefined;
}

function milliseconds(ns: number): string {
  return `${(ns / NS_PER_MS).toFixed(2)} ms`;
}
