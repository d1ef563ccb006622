import { JoinSummary } from "@weir/analysis";
import { NS_PER_S } from "@weir/base";
import { readCapturesAround, readSpansOf, readTraceCalls, readTraceSample, type Store } from "@weir/storage";
import { batchesOf, type JoinedPeriod, type JoinPeriod, joinBatch, type TraceBatch } from "../../join/batches.ts";
import { readAround } from "./around.ts";
import { spanOf } from "./spans.ts";

const MAX_SPANS = 20_000;
/** Spans of a trace begin within this around its first one. */
const BEFORE_NS = BigInt(60 * NS_PER_S);
const AFTER_NS = BigInt(600 * NS_PER_S);

/** Joins the traces of a period with what the wire carried of them: at most `limit`, a sample where there are more. */
export async function joinPeriod(store: Store, period: JoinPeriod, limit: number): Promise<JoinedPeriod> {
  const { traces, inAll } = await readTraceSample(store, period, limit);
  const captures = await readCapturesAround(store, { from: period.fromNs, to: period.toNs });
  const summary = new JoinSummary(new Map(captures.items.map(({ captureId, name }) => [captureId, name])));
  let isCut = false;
  for (const batch of batchesOf(traces)) isCut = (await readBatch(store, batch, summary)) || isCut;
  return { summary, tracesInAll: inAll, isCut };
}

/** Reads and joins a batch. True where something was cut. */
async function readBatch(store: Store, { traceIds, firstNs, lastNs }: TraceBatch, summary: JoinSummary) {
  const near = { fromNs: firstNs - BEFORE_NS, toNs: lastNs + AFTER_NS };
  const [rows, calls] = await Promise.all([
    readSpansOf(store, traceIds, near, MAX_SPANS),
    readTraceCalls(store, traceIds),
  ]);
  const spans = rows.map((row) => spanOf(row.traceId, row));
  if (spans.length + calls.items.length === 0) return false;
  const { seen, isCut } = await readAround(store, spans, calls.items);
  joinBatch(traceIds, { spans, calls: calls.items, around: seen }, summary);
  return rows.length >= MAX_SPANS || calls.isCut || isCut;
}
