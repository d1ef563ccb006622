import { groupedBy, type JoinSummary, joinTrace, type Span, type WireAround } from "@weir/analysis";
import { NS_PER_S, type UnixNs } from "@weir/base";
import type { Call } from "@weir/model";

export interface JoinPeriod {
  readonly fromNs: UnixNs;
  readonly toNs: UnixNs;
}

/** Traces of a period, joined and added up. */
export interface JoinedPeriod {
  readonly summary: JoinSummary;
  /** How many traces there are, of which some were joined. */
  readonly tracesInAll: number;
  /** True where a part of the traces had more spans, calls or surroundings than are read. */
  readonly isCut: boolean;
}

/** What lies so far outside a trace's spans still belongs to its time: clocks are apart, and handshakes come before requests. */
const MARGIN_NS = BigInt(NS_PER_S);

/** Traces that are joined together, and how far apart they may begin: what the wire saw about their time is looked up once for all. */
const TRACES_AT_ONCE = 40;
const SECONDS_AT_ONCE = 5;

/** Traces that begin near each other. */
export interface TraceBatch {
  readonly traceIds: string[];
  readonly firstNs: UnixNs;
  lastNs: UnixNs;
}

/** Traces in the order of their beginning, in batches. */
export function batchesOf(
  traces: readonly { readonly traceId: string; readonly startedAt: UnixNs }[],
): readonly TraceBatch[] {
  const batches: TraceBatch[] = [];
  for (const { traceId, startedAt } of traces) {
    const open = batches.at(-1);
    const isNear = open !== undefined && startedAt - open.firstNs < BigInt(SECONDS_AT_ONCE * NS_PER_S);
    if (open === undefined || !isNear || open.traceIds.length >= TRACES_AT_ONCE)
      batches.push({ traceIds: [traceId], firstNs: startedAt, lastNs: startedAt });
    else {
      open.traceIds.push(traceId);
      open.lastNs = startedAt;
    }
  }
  return batches;
}

/** Joins the traces of a batch, and adds them to the summary. `calls` carry the context of one of them. */
export function joinBatch(
  traceIds: readonly string[],
  {
    spans,
    calls,
    around,
  }: { readonly spans: readonly Span[]; readonly calls: readonly Call[]; readonly around: WireAround },
  summary: JoinSummary,
): void {
  const spansOf = groupedBy(spans, (span) => span.traceId);
  const callsOf = groupedBy(calls, (call) => call.traceId ?? "");
  for (const traceId of traceIds) {
    const own = spansOf.get(traceId) ?? [];
    summary.add(traceId, joinTrace({ spans: own, calls: callsOf.get(traceId) ?? [], around }), own.length > 0);
  }
}

/** From the first beginning to the last end of spans and calls, and a little more. */
export function spanOfTime(spans: readonly Span[], calls: readonly Call[]): JoinPeriod {
  let [fromNs, toNs] = [2n ** 63n, 0n];
  for (const { startedAt, durationNs } of [...spans, ...calls]) {
    const end = startedAt + BigInt(Math.round(durationNs ?? 0));
    if (startedAt < fromNs) fromNs = startedAt;
    if (end > toNs) toNs = end;
  }
  return { fromNs: fromNs - MARGIN_NS, toNs: toNs + MARGIN_NS };
}
