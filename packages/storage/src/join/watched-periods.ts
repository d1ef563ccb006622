import type { UnixNs } from "@weir/base";
import { rowsByIds } from "../id-parts.ts";
import type { Store } from "../store.ts";

/** The latest captures that are looked at. */
const MAX_CAPTURES = 500;

/** From the first to the last packet of captures whose times overlap, the latest first. */
export async function readWatchedPeriods(store: Store): Promise<{ fromNs: UnixNs; toNs: UnixNs }[]> {
  const rows = await store.rows<{ fromNs: string; toNs: string }>(
    `SELECT toString(toUnixTimestamp64Nano(assumeNotNull(started_at))) AS fromNs, toString(toUnixTimestamp64Nano(assumeNotNull(ended_at))) AS toNs
    FROM captures WHERE isNotNull(started_at) AND isNotNull(ended_at) ORDER BY started_at DESC LIMIT ${MAX_CAPTURES}`,
    {},
  );
  const periods: { fromNs: UnixNs; toNs: UnixNs }[] = [];
  for (const row of rows) {
    const [fromNs, toNs] = [BigInt(row.fromNs), BigInt(row.toNs)];
    const later = periods.at(-1);
    if (later === undefined || toNs < later.fromNs) periods.push({ fromNs, toNs });
    else periods[periods.length - 1] = { fromNs, toNs: toNs > later.toNs ? toNs : later.toNs };
  }
  return periods;
}

/** Those of these findings that are stored. */
export async function readFindingIds(store: Store, findingIds: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await rowsByIds(findingIds, (part) =>
    store.rows<{ id: string }>(
      "SELECT DISTINCT finding_id AS id FROM findings WHERE finding_id IN {findingIds:Array(String)}",
      { findingIds: part },
    ),
  );
  return new Set(rows.map(({ id }) => id));
}
