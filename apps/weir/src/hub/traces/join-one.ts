import { childHints, joinTrace, traceRows } from "@weir/analysis";
import type { JoinedTrace } from "@weir/http-contract";
import { notFound, readTrace, readTraceCalls, type Store } from "@weir/storage";
import { readAround } from "./around.ts";
import { countsOf, exchangeJson, rowJson } from "./json.ts";
import { spanOf } from "./spans.ts";

/** Spans of a trace that are joined at most. */
const MAX_SPANS = 10_000;

/** A trace joined with what the wire carried of it. Fails with NOT_FOUND where neither side knows it. */
export async function joinStoredTrace(store: Store, traceId: string): Promise<JoinedTrace> {
  const [rows, calls] = await Promise.all([readTrace(store, traceId, MAX_SPANS + 1), readTraceCalls(store, [traceId])]);
  if (rows.length === 0 && calls.items.length === 0) throw notFound("trace", traceId);
  const spans = rows.slice(0, MAX_SPANS).map((row) => spanOf(traceId, row));
  const around = await readAround(store, spans, calls.items);
  const exchanges = joinTrace({ spans, calls: calls.items, around: around.seen });
  const nodes = traceRows(spans, exchanges, childHints(exchanges, around.seen));
  return {
    traceId,
    counts: countsOf(exchanges),
    rows: nodes.map((node) => rowJson(node, exchanges)),
    exchanges: exchanges.map(exchangeJson),
    isCut: rows.length > MAX_SPANS || calls.isCut || around.isCut,
  };
}
