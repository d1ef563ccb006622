import { auditTable } from "../records.ts";
import type { Migration } from "./migration.ts";

/** Who read payloads and changed things. */
export const audit: Migration = { number: 4, name: "audit", operations: [{ kind: "createTable", table: auditTable }] };
