import { callRecord, connectionRecord, findingRecord, type RecordDefinition, retryRecord } from "@weir/model";
import type { RecordWord } from "../expression.ts";
import type { FilterTable } from "../relations.ts";

/** A record that questions can be about. */
export interface QueryRecord {
  readonly definition: RecordDefinition & { readonly table: FilterTable };
  /** The time by which its rows are found and put into buckets. */
  readonly timeColumn: string;
  /**
   * Functions of that time that stand in the table's order. A condition on the time alone does not use such a key (1335 of 1530 granules read instead of 256): the
   * same condition is written on the function too.
   */
  readonly timeKeys: readonly string[];
}

export const QUERY_RECORDS: Readonly<Record<RecordWord, QueryRecord>> = {
  connection: { definition: connectionRecord, timeColumn: "started_at", timeKeys: [] },
  call: { definition: callRecord, timeColumn: "started_at", timeKeys: [] },
  finding: { definition: findingRecord, timeColumn: "started_at", timeKeys: [] },
  retry: { definition: retryRecord, timeColumn: "started_at", timeKeys: [] },
};
