import type { JoinReason } from "@weir/model";
import { chainsOf } from "./chain.ts";
import { disagreementsOf } from "./disagreement.ts";
import type { JoinedExchange } from "./exchange.ts";
import type { WireHop } from "./hop.ts";
import { splitLatency } from "./latency-split.ts";
import { pairServerSpans } from "./pairing.ts";
import { isAsking, type Span } from "./span.ts";

/** The exchanges of one parent span: one for each attempt, and one for each hop behind a server that made a span and passed its own context on. */
export function exchangesOf(
  parent: Span | undefined,
  answers: readonly Span[],
  hops: readonly WireHop[],
): JoinedExchange[] {
  const chains = chainsOf(hops);
  const pairs = pairServerSpans(answers, hops);
  return chains.flatMap((chain, index) =>
    cutBehindAnswers(chain, pairs).map((part, position) => {
      const isForwarded = position > 0;
      const clientSpan = !isForwarded && parent !== undefined && isAsking(parent) ? parent : undefined;
      const last = part.at(-1);
      return exchangeOf(clientSpan, last && pairs.get(last), part, {
        isForwarded,
        attempt: index + 1,
        attempts: chains.length,
      });
    }),
  );
}

/** A chain in parts, each of which ends with a hop that a span answers. Who made a span and passed the context on unchanged began something of its own. */
function cutBehindAnswers(chain: readonly WireHop[], pairs: ReadonlyMap<WireHop, Span>): WireHop[][] {
  const parts: WireHop[][] = [];
  let part: WireHop[] = [];
  for (const hop of chain) {
    part.push(hop);
    if (!pairs.has(hop)) continue;
    parts.push(part);
    part = [];
  }
  const rest = part;
  if (rest.length > 0) parts.push(rest);
  return parts;
}

/** Which of the attempts of its client's span an exchange is. */
interface Place {
  readonly isForwarded: boolean;
  readonly attempt: number;
  readonly attempts: number;
}

/** The only one that there is. */
const ONLY_ATTEMPT: Place = { isForwarded: false, attempt: 1, attempts: 1 };

/** An exchange that was on the wire, with the spans of its ends. */
export function exchangeOf(
  clientSpan: Span | undefined,
  serverSpan: Span | undefined,
  hops: readonly WireHop[],
  { isForwarded, attempt, attempts }: Place = ONLY_ATTEMPT,
): JoinedExchange {
  const first = hops[0];
  const last = hops.at(-1);
  if (first === undefined || last === undefined) throw new Error("an exchange without a hop");
  // What a span says is what came of its last attempt.
  const speaksOfThis = clientSpan !== undefined && attempt === attempts;
  const disagreements = [
    ...(speaksOfThis ? disagreementsOf(clientSpan, first) : []),
    ...(serverSpan === undefined ? [] : disagreementsOf(serverSpan, last)),
  ];
  const exchange = {
    clientSpan,
    serverSpan,
    hops,
    attempt,
    attempts,
    disagreements,
    split: clientSpan === undefined || attempts > 1 ? undefined : splitLatency(clientSpan, serverSpan, hops),
    connectionIds: [],
    hints: [],
  };
  return { ...classOf(exchange, isForwarded), ...exchange };
}

/** An exchange is of the class of the gravest that can be said of it. */
function classOf(
  { clientSpan, serverSpan, hops, disagreements }: Omit<JoinedExchange, "class" | "reason">,
  isForwarded: boolean,
): Pick<JoinedExchange, "class" | "reason"> {
  if (isForwarded && serverSpan !== undefined) return { class: "stitchedWrongly", reason: "contextForwarded" };
  if (clientSpan === undefined && serverSpan === undefined)
    return { class: "wireOnly", reason: unreportedReason(hops[0]) };
  return { class: disagreements.length > 0 ? "disagree" : "matched", reason: "" };
}

const NOT_SAMPLED = /-00\s*$/;

/** Why nobody reported an exchange that was on the wire. */
function unreportedReason(hop: WireHop | undefined): JoinReason {
  if (hop?.atClient.traceId === undefined) return "noContext";
  const context = hop.atClient.requestHeaders.find(([name]) => name.toLowerCase() === "traceparent");
  return context !== undefined && NOT_SAMPLED.test(context[1]) ? "notSampled" : "noSpans";
}
