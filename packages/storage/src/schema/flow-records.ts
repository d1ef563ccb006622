import { flowRecord } from "@weir/model";
import { columnsOf } from "./columns.ts";
import type { Table } from "./table.ts";

/** What routers and switches report. Questions are about a time and an address, so rows of an hour lie together. */
export const flowRecordsTable: Table = {
  name: flowRecord.table,
  columns: columnsOf(flowRecord),
  indexes: ["source_address", "destination_address"].map((column) => ({
    name: `by_${column}`,
    expression: column,
    type: "bloom_filter(0.01)",
    granularity: 1,
  })),
  family: "MergeTree",
  partitionBy: "toDate(received_at)",
  orderBy: "toStartOfHour(received_at), exporter, received_at",
  shardBy: { expression: "cityHash64(exporter, received_at)" },
};
