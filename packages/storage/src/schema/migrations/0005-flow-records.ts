import { flowRecordsTable } from "../flow-records.ts";
import type { Migration } from "./migration.ts";

/** Flow records of routers and switches. */
export const flowRecords: Migration = {
  number: 5,
  name: "flow-records",
  operations: [{ kind: "createTable", table: flowRecordsTable }],
};
