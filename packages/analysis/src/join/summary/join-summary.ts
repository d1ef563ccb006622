import type { ClockOffset } from "../clock.ts";
import type { JoinedExchange } from "../exchange.ts";
import { EdgeJoin, edgeOf, type JoinedEdge } from "./edge-join.ts";
import { ExchangeEvidence } from "./evidence.ts";

/** What the wire saw of one service's part in traces. */
export interface ServiceJoin {
  readonly service: string;
  /** Requests that it answered, and of those with a span of its own. */
  answered: number;
  withSpan: number;
  /** Requests that it passed on with the context as it came. */
  passedOn: number;
  readonly unreported: ExchangeEvidence;
  /** One of the edges on which it answers. */
  readonly edge: JoinedEdge;
}

/** Measures of one clock against another. */
export interface ClockJoin {
  readonly of: string;
  readonly against: string;
  readonly measures: ClockOffset[];
  readonly evidence: ExchangeEvidence;
  readonly edge: JoinedEdge;
}

/** What stands before the id where a clock is a capture's. */
const CAPTURE = "capture ";
/** Edges, services and pairs of clocks that are told apart; what belongs to further ones is counted. */
const MAX_KEYS = 2_000;

/** Adds up joined traces: which edges fit, which services do not report, whose clocks are apart. Memory grows with edges and with the traces that are added, which the caller limits. */
export class JoinSummary {
  readonly edges = new Map<string, EdgeJoin>();
  readonly services = new Map<string, ServiceJoin>();
  readonly clocks = new Map<string, ClockJoin>();
  readonly #captureNames: ReadonlyMap<string, string>;
  traces = 0;
  exchanges = 0;
  /** Exchanges of edges beyond the limit. */
  overLimit = 0;

  /** `captureNames`: what captures are called, by their ids. */
  constructor(captureNames: ReadonlyMap<string, string> = new Map()) {
    this.#captureNames = captureNames;
  }

  /** Takes the exchanges of one trace. `hasSpans`: somebody reported it; else its spans may have been sampled away. */
  add(traceId: string, exchanges: readonly JoinedExchange[], hasSpans: boolean): void {
    this.traces += 1;
    for (const exchange of exchanges) {
      this.exchanges += 1;
      const edge = edgeOf(exchange);
      const key = `${edge.clientService}\n${edge.serverService}\n${edge.serverPort}`;
      const known = this.#of(this.edges, key, () => new EdgeJoin(edge));
      if (known === undefined) this.overLimit += 1;
      else known.add(exchange, traceId);
      if (hasSpans) this.#noteServices(exchange);
      for (const clock of exchange.split?.clocks ?? []) this.#noteClock(clock, exchange, edge);
    }
  }

  #noteServices(exchange: JoinedExchange): void {
    const { hops, serverSpan, reason } = exchange;
    if (reason === "notSampled") return;
    for (const [index, { atServer }] of hops.entries()) {
      const { clientService, serverService: service, serverPort } = atServer;
      const edge = { clientService, serverService: service, serverPort };
      const begin = () => ({
        service,
        edge,
        answered: 0,
        withSpan: 0,
        passedOn: 0,
        unreported: new ExchangeEvidence(),
      });
      const known = this.#of<ServiceJoin>(this.services, service, begin);
      if (known === undefined) continue;
      const isLast = index === hops.length - 1;
      known.answered += 1;
      if (!isLast) known.passedOn += 1;
      if (isLast && serverSpan !== undefined) known.withSpan += 1;
      else known.unreported.add({ ...exchange, serverSpan: undefined }, atServer);
    }
  }

  #noteClock(clock: ClockOffset, exchange: JoinedExchange, edge: JoinedEdge): void {
    const of = this.#named(clock.of);
    const against = this.#named(clock.against);
    const begin = () => ({ of, against, edge, measures: [], evidence: new ExchangeEvidence() });
    const known = this.#of<ClockJoin>(this.clocks, `${of}\n${against}`, begin);
    known?.measures.push(clock);
    known?.evidence.add(exchange);
  }

  #named(clock: string): string {
    const name = clock.startsWith(CAPTURE) ? this.#captureNames.get(clock.slice(CAPTURE.length)) : undefined;
    return name === undefined ? clock : CAPTURE + name;
  }

  #of<Value>(map: Map<string, Value>, key: string, begin: () => Value): Value | undefined {
    const known = map.get(key);
    if (known !== undefined || map.size >= MAX_KEYS) return known;
    const begun = begin();
    map.set(key, begun);
    return begun;
  }
}

/** The middle one; undefined of none. */
export function medianOf(values: readonly number[]): number | undefined {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
