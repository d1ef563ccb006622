import { formatUnixNs, NS_PER_S } from "@weir/base";
import { rowsByIds } from "../id-parts.ts";
import type { Store } from "../store.ts";

/** Clocks of spans and of captures are apart by so much at most. */
const MARGIN_NS = BigInt(60 * NS_PER_S);

/** Those of these traces of which a call on the wire failed, or is among what proves a finding. The times are those of their spans. */
export async function readTroubledTraces(
  store: Store,
  traceIds: readonly string[],
  firstNs: bigint,
  lastNs: bigint,
): Promise<ReadonlySet<string>> {
  const params = { from: formatUnixNs(firstNs - MARGIN_NS), to: formatUnixNs(lastNs + MARGIN_NS) };
  const rows = await rowsByIds(traceIds, (part) =>
    store.rows<{ traceId: string }>(
      `SELECT DISTINCT ifNull(trace_id, '') AS traceId FROM calls
      WHERE trace_id IN {traceIds:Array(String)} AND started_at >= ${time("from")} AND started_at <= ${time("to")}
        AND (status IN ('serverError', 'timeout', 'aborted') OR call_id IN (
          SELECT arrayJoin(JSONExtract(evidence, 'callIds', 'Array(String)')) FROM findings
          WHERE started_at <= ${time("to")} AND ended_at >= ${time("from")}))`,
      { ...params, traceIds: part },
    ),
  );
  return new Set(rows.map(({ traceId }) => traceId));
}

function time(name: "from" | "to"): string {
  return `parseDateTime64BestEffort({${name}:String}, 9)`;
}
