import { childHints, joinTrace, type Span, traceRows, type WireAround } from "@weir/analysis";
import { NS_PER_S } from "@weir/base";
import type { JoinedTrace } from "@weir/http-contract";
import type { Call } from "@weir/model";
import {
  notFound,
  readCallsAround,
  readCapturesAround,
  readConnectionsAround,
  readTrace,
  readTraceCalls,
  type Store,
} from "@weir/storage";
import { countsOf, exchangeJson, rowJson } from "./json.ts";
import { spanOf } from "./spans.ts";

/** Spans of a trace that are joined at most. */
const MAX_SPANS = 10_000;
/** What lies so far outside a trace's spans still belongs to its time: clocks are apart, and handshakes come before requests. */
const MARGIN_NS = BigInt(NS_PER_S);

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

/** What the wire saw about the time of a trace, of those who took part in it. */
async function readAround(
  store: Store,
  spans: readonly Span[],
  calls: readonly Call[],
): Promise<{ readonly seen: WireAround; readonly isCut: boolean }> {
  const starts = [...spans, ...calls].map(({ startedAt }) => startedAt);
  const ends = [...spans, ...calls].map(({ startedAt, durationNs }) => startedAt + BigInt(durationNs ?? 0));
  const query = {
    from: least(starts) - MARGIN_NS,
    to: -least(ends.map((end) => -end)) + MARGIN_NS,
    addresses: [...new Set(calls.flatMap(({ clientAddress, serverAddress }) => [clientAddress, serverAddress]))],
    services: [...new Set(spans.map(({ serviceName }) => serviceName))],
  };
  const [near, connections, captures] = await Promise.all([
    readCallsAround(store, query),
    readConnectionsAround(store, query),
    readCapturesAround(store, query),
  ]);
  const watched = captures.items.flatMap(({ captureId, startedAt, endedAt }) =>
    startedAt === undefined || endedAt === undefined ? [] : [{ captureId, startedAt, endedAt }],
  );
  return {
    seen: { calls: near.items, connections: connections.items, captures: watched },
    isCut: near.isCut || connections.isCut,
  };
}

function least(times: readonly bigint[]): bigint {
  return times.reduce((before, time) => (time < before ? time : before));
}
