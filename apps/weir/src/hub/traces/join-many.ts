import { groupedBy, JoinSummary, joinTrace } from "@weir/analysis";
import { NS_PER_S, type UnixNs } from "@weir/base";
import { readCapturesAround, readSpansOf, readTraceCalls, readTraceSample, type Store } from "@weir/storage";
import { readAround } from "./around.ts";
import { spanOf } from "./spans.ts";

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

/** Traces that are read together, and how far apart they may begin: what the wire saw about their time is read once for all. */
const TRACES_AT_ONCE = 40;
const SECONDS_AT_ONCE = 5;
const MAX_SPANS = 20_000;
/** Spans of a trace begin within this around its first one. */
const BEFORE_NS = BigInt(60 * NS_PER_S);
const AFTER_NS = BigInt(600 * NS_PER_S);

interface Batch {
  readonly traceIds: string[];
  readonly firstNs: UnixNs;
  lastNs: UnixNs;
}

/** Joins the traces of a period with what the wire carried of them: at most `limit`, a sample where there are more. */
export async function joinPeriod(store: Store, period: JoinPeriod, limit: number): Promise<JoinedPeriod> {
  const { traces, inAll } = await readTraceSample(store, period, limit);
  const captures = await readCapturesAround(store, { from: period.fromNs, to: period.toNs });
  const summary = new JoinSummary(new Map(captures.items.map(({ captureId, name }) => [captureId, name])));
  let isCut = false;
  for (const batch of batchesOf(traces)) isCut = (await joinBatch(store, batch, summary)) || isCut;
  return { summary, tracesInAll: inAll, isCut };
}

function batchesOf(traces: readonly { readonly traceId: string; readonly startedAt: UnixNs }[]): Batch[] {
  const batches: Batch[] = [];
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

/** True where something was cut. */
async function joinBatch(store: Store, { traceIds, firstNs, lastNs }: Batch, summary: JoinSummary): Promise<boolean> {
  const near = { fromNs: firstNs - BEFORE_NS, toNs: lastNs + AFTER_NS };
  const [rows, calls] = await Promise.all([
    readSpansOf(store, traceIds, near, MAX_SPANS),
    readTraceCalls(store, traceIds),
  ]);
  const spans = rows.map((row) => spanOf(row.traceId, row));
  if (spans.length + calls.items.length === 0) return false;
  const around = await readAround(store, spans, calls.items);
  const spansOf = groupedBy(spans, (span) => span.traceId);
  const callsOf = groupedBy(calls.items, (call) => call.traceId ?? "");
  for (const traceId of traceIds) {
    const own = spansOf.get(traceId) ?? [];
    const exchanges = joinTrace({ spans: own, calls: callsOf.get(traceId) ?? [], around: around.seen });
    summary.add(traceId, exchanges, own.length > 0);
  }
  return rows.length >= MAX_SPANS || calls.isCut || around.isCut;
}
