import { deliveriesTable } from "../records.ts";
import type { Migration } from "./migration.ts";

/** Messages that one call published and another one delivered. */
export const deliveries: Migration = {
  number: 6,
  name: "deliveries",
  operations: [{ kind: "createTable", table: deliveriesTable }],
};
