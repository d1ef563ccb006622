import { profileRecord, stackRecord } from "@weir/model";
import { columnsOf } from "./columns.ts";
import type { Table } from "./table.ts";

/** Questions are about a service, what was measured, and a time. */
export const profileSamplesTable: Table = {
  name: profileRecord.table,
  columns: columnsOf(profileRecord),
  indexes: [{ name: "by_trace", expression: "trace_id", type: "bloom_filter(0.01)", granularity: 1 }],
  family: "MergeTree",
  partitionBy: "toDate(at)",
  orderBy: "service, type, at",
  shardBy: { expression: "cityHash64(stack_id)" },
};

/** Each stack once: the same one comes again and again, and merges leave one of its rows. */
export const profileStacksTable: Table = {
  name: stackRecord.table,
  columns: columnsOf(stackRecord),
  family: "ReplacingMergeTree",
  orderBy: "stack_id",
  shardBy: { expression: "cityHash64(stack_id)" },
};
