import {
  callRecord,
  captureRecord,
  connectionRecord,
  findingRecord,
  type RecordDefinition,
  retryRecord,
} from "@weir/model";
import { columnDefinitions } from "./columns.ts";

/** What the store keeps beside a record's fields: how rows lie on disk, and what helps to find them. */
interface Table {
  readonly definition: RecordDefinition;
  readonly orderBy: string;
  readonly indexes: readonly string[];
}

/**
 * Captures are looked at one by one, so their rows lie together. Not partitioned by time: a capture may be of any age, and a folder of old
 * ones would make a partition for each day that they touch.
 */
const TABLES: readonly Table[] = [
  { definition: captureRecord, orderBy: "capture_id", indexes: [] },
  {
    definition: connectionRecord,
    orderBy: "capture_id, started_at, connection_id",
    indexes: ["INDEX by_id connection_id TYPE bloom_filter(0.01) GRANULARITY 1"],
  },
  {
    definition: callRecord,
    orderBy: "capture_id, started_at, call_id",
    indexes: [
      "INDEX by_id call_id TYPE bloom_filter(0.01) GRANULARITY 1",
      "INDEX by_connection connection_id TYPE bloom_filter(0.01) GRANULARITY 1",
      "INDEX by_trace trace_id TYPE bloom_filter(0.01) GRANULARITY 1",
    ],
  },
  { definition: retryRecord, orderBy: "capture_id, started_at, retry_id", indexes: [] },
  { definition: findingRecord, orderBy: "capture_id, finding_id", indexes: [] },
];

/** Batches that a table remembers by their token: a batch that is sent again within them adds nothing. */
const REMEMBERED_BATCHES = 10_000;

/** The statement that makes a record's table; safe to repeat. */
export function createTable({ definition, orderBy, indexes }: Table): string {
  const lines = [...columnDefinitions(definition), ...indexes].map((line) => `  ${line}`).join(",\n");
  return `CREATE TABLE IF NOT EXISTS ${definition.table} (\n${lines}\n)\nENGINE = MergeTree\nORDER BY (${orderBy})\nSETTINGS non_replicated_deduplication_window = ${REMEMBERED_BATCHES}`;
}

/** All statements of the first schema version, in order. */
export function createTables(): string[] {
  return TABLES.map(createTable);
}
