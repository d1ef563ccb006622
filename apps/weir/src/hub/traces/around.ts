import type { Span, WireAround } from "@weir/analysis";
import type { Call } from "@weir/model";
import { readCallsAround, readCapturesAround, readConnectionsAround, type Store } from "@weir/storage";
import { spanOfTime } from "../../join/batches.ts";

/** What the wire saw about the time of traces, of those who took part in them. */
export async function readAround(
  store: Store,
  spans: readonly Span[],
  calls: readonly Call[],
): Promise<{ readonly seen: WireAround; readonly isCut: boolean }> {
  const { fromNs, toNs } = spanOfTime(spans, calls);
  const query = {
    from: fromNs,
    to: toNs,
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
