import { formatUnixNs, type UnixNs } from "@weir/base";
import type { Store } from "../store.ts";

/** A period, its end left out. */
interface Period {
  readonly fromNs: UnixNs;
  readonly toNs: UnixNs;
}

/** A trace that spans or packets tell of. */
export interface SampledTrace {
  readonly traceId: string;
  readonly startedAt: UnixNs;
}

export interface TraceSample {
  /** In the order of their beginning. */
  readonly traces: readonly SampledTrace[];
  /** How many there are in the period. */
  readonly inAll: number;
}

const DURING = "parseDateTime64BestEffort({from:String}, 9) AND {column} < parseDateTime64BestEffort({to:String}, 9)";
const during = (column: string) => `${column} >= ${DURING.replace("{column}", column)}`;

/** Traces of a period by spans and by calls that carry their ids; where there are more than `limit`, those that their hash chooses: the same ones each time, and of all kinds alike. */
export async function readTraceSample(store: Store, { fromNs, toNs }: Period, limit: number): Promise<TraceSample> {
  const params = { from: formatUnixNs(fromNs), to: formatUnixNs(toNs), limit };
  const all = `SELECT trace, min(at) AS began FROM (
      SELECT TraceId AS trace, Timestamp AS at FROM otel_traces WHERE ${during("Timestamp")}
      UNION ALL SELECT assumeNotNull(trace_id) AS trace, started_at AS at FROM calls WHERE ${during("started_at")} AND isNotNull(trace_id)
    ) WHERE trace != '' GROUP BY trace`;
  const rows = await store.rows<{ traceId: string; startedNs: string; inAll: number }>(
    `SELECT trace AS traceId, toString(toUnixTimestamp64Nano(began)) AS startedNs, count() OVER () AS inAll
    FROM (${all}) ORDER BY cityHash64(trace) LIMIT {limit:UInt32}`,
    params,
  );
  const traces = rows
    .map(({ traceId, startedNs }) => ({ traceId, startedAt: BigInt(startedNs) }))
    .sort((a, b) => Number(a.startedAt - b.startedAt));
  return { traces, inAll: Number(rows[0]?.inAll ?? 0) };
}

/** How many spans and calls with trace context a period has: where either is none, there is nothing to join. */
export async function countJoinable(store: Store, { fromNs, toNs }: Period): Promise<{ spans: number; calls: number }> {
  const [found] = await store.rows<{ spans: number; calls: number }>(
    `SELECT (SELECT count() FROM otel_traces WHERE ${during("Timestamp")}) AS spans,
      (SELECT count() FROM calls WHERE ${during("started_at")} AND isNotNull(trace_id)) AS calls`,
    { from: formatUnixNs(fromNs), to: formatUnixNs(toNs) },
  );
  return { spans: Number(found?.spans ?? 0), calls: Number(found?.calls ?? 0) };
}

/** When the last span began; 0 where there is none. */
export async function readLastSpanTime(store: Store): Promise<UnixNs> {
  const [last] = await store.rows<{ ns: string }>(
    "SELECT toString(toUnixTimestamp64Nano(max(Timestamp))) AS ns FROM otel_traces",
    {},
  );
  return BigInt(last?.ns ?? 0);
}
