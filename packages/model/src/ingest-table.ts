import { ensure } from "@weir/base";
import type { RecordDefinition } from "./field.ts";
import { flowRecord } from "./flow-record.ts";
import { OTEL_TABLES, type OtelTable } from "./otel/index.ts";
import { profileRecord, stackRecord } from "./profile.ts";

/** A table that received rows go into: one of OpenTelemetry's, or one of Weir's own records. */
export type IngestTable = OtelTable | RecordDefinition;

const BY_NAME: ReadonlyMap<string, IngestTable> = new Map(
  [...OTEL_TABLES, flowRecord, profileRecord, stackRecord].map((table): [string, IngestTable] => [table.table, table]),
);

/** The table of this name: definitions do not go from thread to thread, their names do. */
export function ingestTable(name: string): IngestTable {
  return ensure(BY_NAME.get(name), `no received rows go into a table ${name}`);
}
