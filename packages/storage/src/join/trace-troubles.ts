import { formatUnixNs, NS_PER_S } from "@weir/base";
import type { Store } from "../store.ts";

/** Ids of one statement. */
const IDS_AT_ONCE = 5_000;
/** Clocks of spans and of captures are apart by so much at most. */
const MARGIN_NS = BigInt(60 * NS_PER_S);

/** Those of these traces of which a call on the wire failed, or is among what proves a finding. The times are those of their spans. */
export async function readTroubledTraces(
  store: Store,
  traceIds: readonly string[],
  firstNs: bigint,
  lastNs: bigint,
): Promise<ReadonlySet<string>> {
  const troubled = new Set<string>();
  const params = { from: formatUnixNs(firstNs - MARGIN_NS), to: formatUnixNs(lastNs + MARGIN_NS) };
  for (let at = 0; at < traceIds.length; at += IDS_AT_ONCE) {
    const rows = await store.rows<{ traceId: string }>(
      `SELECT DISTINCT ifNull(trace_id, '') AS traceId FROM calls
      WHERE trace_id IN {traceIds:Array(String)} AND started_at >= ${time("from")} AND started_at <= ${time("to")}
        AND (status IN ('serverError', 'timeout', 'aborted') OR call_id IN (
          SELECT arrayJoin(JSONExtract(evidence, 'callIds', 'Array(String)')) FROM findings
          WHERE started_at <= ${time("to")} AND ended_at >= ${time("from")}))`,
      { ...params, traceIds: traceIds.slice(at, at + IDS_AT_ONCE) },
    );
    for (const { traceId } of rows) troubled.add(traceId);
  }
  return troubled;
}

function time(name: "from" | "to"): string {
  return `parseDateTime64BestEffort({${name}:String}, 9)`;
}
