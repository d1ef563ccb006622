import type { Call } from "@weir/model";

/**
 * One exchange between two addresses as the wire carried it, with every vantage's view of it. Captures of two hosts see the same exchange once each:
 * those are two views, and one hop.
 */
export interface WireHop {
  /** The view nearest to the client: the one that waited longest for the answer. */
  readonly atClient: Call;
  /** The view nearest to the server; the same as `atClient` where there is only one. */
  readonly atServer: Call;
  readonly views: readonly Call[];
}

/** When a view of an exchange ended: with its answer, or with the end that came instead. */
export function endOfCall({ startedAt, durationNs, requestNs, abandonedAfterNs }: Call): bigint {
  return startedAt + BigInt(Math.round(durationNs ?? requestNs + (abandonedAfterNs ?? 0)));
}

/** The hops of a trace's calls, in the order in which they began. */
export function hopsOf(calls: readonly Call[]): WireHop[] {
  const byExchange = new Map<string, Map<string, Call[]>>();
  for (const call of calls) {
    const exchange = exchangeKey(call);
    const byCapture = byExchange.get(exchange) ?? new Map<string, Call[]>();
    byExchange.set(exchange, byCapture);
    const seen = byCapture.get(call.captureId);
    if (seen === undefined) byCapture.set(call.captureId, [call]);
    else seen.push(call);
  }
  const hops = [...byExchange.values()].flatMap((byCapture) => mergeViews([...byCapture.values()]));
  return hops.sort((a, b) => compareTimes(a.atClient.startedAt, b.atClient.startedAt));
}

/** Equal in views of one exchange; and in exchanges that follow each other on one connection under one span. */
function exchangeKey({ traceId, parentSpanId, clientAddress, clientPort, serverAddress, serverPort, ...call }: Call) {
  const ends = `${clientAddress} ${clientPort} ${serverAddress} ${serverPort}`;
  return `${traceId} ${parentSpanId} ${ends} ${call.protocol} ${call.operation} ${call.target}`;
}

/** Views of several exchanges alike, by capture: the first of each capture is the first exchange, and so on. */
function mergeViews(byCapture: readonly Call[][]): WireHop[] {
  for (const calls of byCapture) calls.sort((a, b) => compareTimes(a.startedAt, b.startedAt));
  const count = Math.max(...byCapture.map(({ length }) => length));
  const hops: WireHop[] = [];
  for (let index = 0; index < count; index += 1)
    hops.push(hopOf(byCapture.map((calls) => calls[index]).filter((call) => call !== undefined)));
  return hops;
}

/** Who is nearer to the server sees its answer sooner behind the request. */
function hopOf(views: readonly Call[]): WireHop {
  const byWait = [...views].sort((a, b) => (b.waitNs ?? 0) - (a.waitNs ?? 0));
  const [atClient] = byWait;
  const atServer = byWait.at(-1);
  if (atClient === undefined || atServer === undefined) throw new Error("a hop without a view");
  return { atClient, atServer, views };
}

function compareTimes(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
