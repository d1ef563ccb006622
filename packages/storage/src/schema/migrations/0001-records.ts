import { callsTable, capturesTable, connectionsTable, findingsTable, retriesTable } from "../records.ts";
import type { Migration } from "./migration.ts";

/** Weir's own records. Stores from before there were versions have these tables, and are taken over as they are. */
export const records: Migration = {
  number: 1,
  name: "records",
  operations: [capturesTable, connectionsTable, callsTable, retriesTable, findingsTable].map((table) => ({
    kind: "createTable",
    table,
  })),
};
