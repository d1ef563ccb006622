import {
  auditTable,
  callsTable,
  capturesTable,
  connectionsTable,
  deliveriesTable,
  findingsTable,
  retriesTable,
} from "../records.ts";
import type { Migration } from "./migration.ts";

/** Small parts of tables with many columns become one file instead of one per column. */
export const compactParts: Migration = {
  number: 8,
  name: "compact parts",
  operations: [
    capturesTable,
    connectionsTable,
    callsTable,
    retriesTable,
    deliveriesTable,
    findingsTable,
    auditTable,
  ].map((table) => ({ kind: "modifySettings", table })),
};
