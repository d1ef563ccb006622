import { NS_PER_MS } from "@weir/base";
import { type Call, type JoinReason, NOT_ESTABLISHED } from "@weir/model";
import type { ConnectionAround, WireAround } from "./around.ts";
import type { Hint } from "./exchange.ts";
import { endOfCall, hopsOf } from "./hop.ts";
import { askedPeer, attributeOf, endOfSpan, type Span } from "./span.ts";

/** Why a span that asks has no packets, and what shows it. */
export interface Absence {
  readonly reason: JoinReason;
  readonly connectionIds: readonly string[];
  readonly hints: readonly Hint[];
}

/** Clocks of a span's host and of the captures may be apart by so much. */
const CLOCK_SLACK_NS = BigInt(50 * NS_PER_MS);
const MAX_SHOWN = 16;
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|::1|0:0:0:0:0:0:0:1)$/i;
/** Protocols that hide what they carry. */
const ENCRYPTED: ReadonlySet<string> = new Set(["tls", "quic", "dtls", "ssh"]);

/**
 * Why a span that asks left no packets that carry its context. `own` are the addresses that the span's service was seen at; without any, its service's name
 * must do. The first reason that the wire shows is given; what it does not show is not claimed.
 */
export function whyNotOnWire(span: Span, own: ReadonlySet<string>, around: WireAround): Absence {
  const { host, port } = askedPeer(span);
  if (host !== undefined && LOOPBACK.test(host)) return because("sameHost");
  if (attributeOf(span, ["network.transport"]) === "unix" || host?.startsWith("/") === true) return because("sameHost");
  if (host === undefined && port === undefined) return because("inProcess");
  const isOwn = (end: { readonly clientAddress: string; readonly clientService: string }) =>
    own.size > 0 ? own.has(end.clientAddress) : end.clientService === span.serviceName;
  const isAsked = (end: Pick<ConnectionAround, "serverAddress" | "serverPort" | "serverService">) =>
    (port === undefined || end.serverPort === port) &&
    (host === undefined || isNamed(host, end.serverAddress, end.serverService));
  const connections = around.connections.filter(
    (connection) => isOwn(connection) && isAsked(connection) && overlaps(connection, span),
  );
  const failed = connections.filter(
    ({ closeReason, startedAt }) =>
      (NOT_ESTABLISHED as readonly string[]).includes(closeReason) && startedAt >= span.startedAt - CLOCK_SLACK_NS,
  );
  if (failed.length > 0) return because("failedHandshake", failed);
  const calls = around.calls.filter((call) => isOwn(call) && callOverlaps(call, span));
  const lookups = calls.filter((call) => isLookup(call, host));
  if (connections.length === 0 && lookups.length > 0 && lookups.every(({ status }) => status !== "ok"))
    return { reason: "failedNameLookup", connectionIds: [], hints: hintsOf(lookups) };
  const candidates = calls.filter(
    (call) => call.traceId === undefined && isAsked(call) && !ENCRYPTED.has(call.protocol),
  );
  if (candidates.length > 0)
    return { ...because("contextNotSent", connections), hints: hintsOf(likeliest(candidates, span)) };
  const hidden = connections.filter(({ protocol }) => ENCRYPTED.has(protocol));
  if (hidden.length > 0) return because("encrypted", hidden);
  return because(isWatched(span, isOwn, around) ? "neverSent" : "notWatched", connections);
}

function because(reason: JoinReason, connections: readonly ConnectionAround[] = []): Absence {
  const connectionIds = connections.slice(0, MAX_SHOWN).map(({ connectionId }) => connectionId);
  return { reason, connectionIds, hints: [] };
}

const OPERATION = [
  "db.operation.name",
  "db.operation",
  "http.request.method",
  "http.method",
  "messaging.operation.type",
];

/** Those that do what the span says and lie inside its time, where there are such. */
function likeliest(calls: readonly Call[], span: Span): readonly Call[] {
  const operation = attributeOf(span, OPERATION)?.toUpperCase();
  const same = calls.filter((call) => call.operation.toUpperCase().split(" ", 1)[0] === operation);
  const asked = same.length > 0 ? same : calls;
  const inside = asked.filter((call) => call.startedAt >= span.startedAt && endOfCall(call) <= endOfSpan(span));
  return inside.length > 0 ? inside : asked;
}

/** Each of them is as likely as the others: nothing but time and place speaks for any. What several vantages saw is one. */
function hintsOf(calls: readonly Call[]): Hint[] {
  const hops = hopsOf(calls);
  return hops.slice(0, MAX_SHOWN).map(({ atClient }) => ({ call: atClient, probability: 1 / hops.length }));
}

/** A host's name may be longer than the service's: `payments.shop.internal` is asked, `payments` answers. */
function isNamed(host: string, address: string, service: string): boolean {
  return host === address || host === service || host.startsWith(`${service}.`) || service.startsWith(`${host}.`);
}

function overlaps({ startedAt, durationNs }: ConnectionAround, span: Span): boolean {
  const end = startedAt + BigInt(Math.round(durationNs));
  return startedAt <= endOfSpan(span) + CLOCK_SLACK_NS && end >= span.startedAt - CLOCK_SLACK_NS;
}

function callOverlaps(call: Call, span: Span): boolean {
  return call.startedAt <= endOfSpan(span) + CLOCK_SLACK_NS && endOfCall(call) >= span.startedAt - CLOCK_SLACK_NS;
}

/** A question for the host's name, as it is or with a domain of the search list behind it. */
function isLookup({ protocol, target }: Call, host: string | undefined): boolean {
  return protocol === "dns" && host !== undefined && (target === host || target.startsWith(`${host}.`));
}

/** True where a capture of that time saw the span's host at all: then what it sent would have been seen. */
function isWatched(
  span: Span,
  isOwn: (end: { readonly clientAddress: string; readonly clientService: string }) => boolean,
  { captures, connections, calls }: WireAround,
): boolean {
  const watching = new Set(
    captures
      .filter(({ startedAt, endedAt }) => startedAt <= span.startedAt && endedAt >= endOfSpan(span))
      .map(({ captureId }) => captureId),
  );
  return [...connections, ...calls].some((seen) => watching.has(seen.captureId) && isOwn(seen));
}
