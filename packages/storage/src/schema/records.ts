import {
  auditRecord,
  callRecord,
  captureRecord,
  connectionRecord,
  deliveryRecord,
  findingRecord,
  type RecordDefinition,
  retryRecord,
} from "@weir/model";
import { columnsOf } from "./columns.ts";
import type { SkipIndex, Table } from "./table.ts";

/**
 * The tables of Weir's own records. Captures are looked at one by one, so their rows lie together. Not partitioned by time: a capture may be of any age, and a folder of
 * old ones would make a partition for each day that they touch. A connection and its calls are joined, so they lie on the same shard.
 */

const COMPACT_PART_BYTES = 256 * 2 ** 20;

function recordTable(
  definition: RecordDefinition,
  how: { readonly orderBy: string; readonly shardBy: string; readonly indexes?: readonly SkipIndex[] },
): Table {
  return {
    name: definition.table,
    columns: columnsOf(definition),
    indexes: how.indexes ?? [],
    family: "MergeTree",
    orderBy: how.orderBy,
    shardBy: { expression: how.shardBy },
    compactPartBytes: COMPACT_PART_BYTES,
  };
}

/** Finds rows by an id that is not in the order. */
const byId = (name: string, column: string): SkipIndex => ({
  name,
  expression: column,
  type: "bloom_filter(0.01)",
  granularity: 1,
});

export const capturesTable = recordTable(captureRecord, { orderBy: "capture_id", shardBy: "cityHash64(capture_id)" });

export const connectionsTable = recordTable(connectionRecord, {
  orderBy: "capture_id, started_at, connection_id",
  shardBy: "cityHash64(connection_id)",
  indexes: [byId("by_id", "connection_id")],
});

export const callsTable = recordTable(callRecord, {
  orderBy: "capture_id, started_at, call_id",
  shardBy: "cityHash64(connection_id)",
  indexes: [byId("by_id", "call_id"), byId("by_connection", "connection_id"), byId("by_trace", "trace_id")],
});

export const retriesTable = recordTable(retryRecord, {
  orderBy: "capture_id, started_at, retry_id",
  shardBy: "cityHash64(retry_id)",
});

export const deliveriesTable = recordTable(deliveryRecord, {
  orderBy: "capture_id, started_at, delivery_id",
  shardBy: "cityHash64(delivery_id)",
  indexes: [byId("by_publish", "publish_call_id"), byId("by_consume", "consume_call_id")],
});

export const findingsTable = recordTable(findingRecord, {
  orderBy: "capture_id, finding_id",
  shardBy: "cityHash64(finding_id)",
});

export const auditTable = recordTable(auditRecord, { orderBy: "at, audit_id", shardBy: "cityHash64(audit_id)" });
