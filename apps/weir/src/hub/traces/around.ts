import type { Span, WireAround } from "@weir/analysis";
import { NS_PER_S } from "@weir/base";
import type { Call } from "@weir/model";
import { readCallsAround, readCapturesAround, readConnectionsAround, type Store } from "@weir/storage";

/** What lies so far outside a trace's spans still belongs to its time: clocks are apart, and handshakes come before requests. */
const MARGIN_NS = BigInt(NS_PER_S);

/** What the wire saw about the time of traces, of those who took part in them. */
export async function readAround(
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
