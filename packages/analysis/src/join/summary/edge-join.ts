import { type DisagreementSubject, JOIN_CLASSES, type JoinClass, type JoinReason } from "@weir/model";
import type { Disagreement } from "../disagreement.ts";
import type { JoinedExchange } from "../exchange.ts";
import { askedPeer, attributeOf } from "../span.ts";
import { ExchangeEvidence } from "./evidence.ts";

/** Who asks whom, as the wire tells it; as the span tells it where there are no packets. */
export interface JoinedEdge {
  readonly clientService: string;
  readonly serverService: string;
  /** 0 where nobody tells. */
  readonly serverPort: number;
}

/** Traces that are named as examples. */
const KEPT_EXAMPLES = 3;

/** How the exchanges of one edge fit together, over many traces. */
export class EdgeJoin {
  readonly edge: JoinedEdge;
  exchanges = 0;
  readonly classes = Object.fromEntries(JOIN_CLASSES.map((name) => [name, 0])) as Record<JoinClass, number>;
  readonly reasons = new Map<JoinReason, number>();
  readonly contradictions = new Map<DisagreementSubject, Contradiction>();
  /** On the wire, and not told by a span of that end. */
  withoutClientSpan = 0;
  withoutServerSpan = 0;
  readonly wrongParent = new ExchangeEvidence();
  /** Of answered exchanges with a client's span: how long the request waited in the client, of how long in all. */
  readonly queued: { readonly queueNs: number; readonly totalNs: number }[] = [];
  readonly queueing = new ExchangeEvidence();
  readonly exampleTraceIds: string[] = [];

  constructor(edge: JoinedEdge) {
    this.edge = edge;
  }

  add(exchange: JoinedExchange, traceId: string): void {
    const { class: kind, reason, hops, clientSpan, serverSpan, disagreements, split } = exchange;
    this.exchanges += 1;
    this.classes[kind] += 1;
    if (reason !== "") this.reasons.set(reason, (this.reasons.get(reason) ?? 0) + 1);
    if (hops.length > 0 && clientSpan === undefined) this.withoutClientSpan += 1;
    if (hops.length > 0 && serverSpan === undefined) this.withoutServerSpan += 1;
    for (const said of disagreements) this.#contradicted(said, exchange);
    if (kind === "stitchedWrongly") this.wrongParent.add(exchange);
    if (split !== undefined && clientSpan !== undefined) {
      this.queued.push({ queueNs: split.clientQueueNs, totalNs: clientSpan.durationNs });
      this.queueing.add(exchange, hops[0]?.atClient);
    }
    if (kind !== "matched" && this.exampleTraceIds.length < KEPT_EXAMPLES && !this.exampleTraceIds.includes(traceId))
      this.exampleTraceIds.push(traceId);
  }

  #contradicted(said: Disagreement, exchange: JoinedExchange): void {
    const known = this.contradictions.get(said.subject) ?? { first: said, evidence: new ExchangeEvidence() };
    known.evidence.add(exchange, said.end === "client" ? exchange.hops[0]?.atClient : exchange.hops.at(-1)?.atServer);
    this.contradictions.set(said.subject, known);
  }
}

/** Contradictions about one thing, the first of them in its words. */
export interface Contradiction {
  readonly first: Disagreement;
  readonly evidence: ExchangeEvidence;
}

/** The edge that an exchange is on. */
export function edgeOf({ hops, clientSpan, serverSpan }: JoinedExchange): JoinedEdge {
  const [first, last] = [hops[0]?.atClient, hops.at(-1)?.atServer];
  if (first !== undefined && last !== undefined)
    return { clientService: first.clientService, serverService: last.serverService, serverPort: last.serverPort };
  const peer = clientSpan === undefined ? undefined : askedPeer(clientSpan);
  const named = clientSpan && attributeOf(clientSpan, ["peer.service", "db.system.name", "db.system"]);
  return {
    clientService: clientSpan?.serviceName ?? "",
    serverService: serverSpan?.serviceName ?? peer?.host ?? named ?? "",
    serverPort: peer?.port ?? 0,
  };
}
