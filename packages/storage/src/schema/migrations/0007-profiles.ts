import { profileSamplesTable, profileStacksTable } from "../profiles.ts";
import type { Migration } from "./migration.ts";

/** Samples of profiles, and the places where they were taken. */
export const profiles: Migration = {
  number: 7,
  name: "profiles",
  operations: [profileSamplesTable, profileStacksTable].map((table) => ({ kind: "createTable", table })),
};
