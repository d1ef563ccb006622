import { EDGE_ROLLUPS } from "../rollups/edges.ts";
import type { Migration } from "./migration.ts";

/** Connections and calls per edge and minute, filled from what the store has. */
export const edgeRollups: Migration = {
  number: 2,
  name: "edge rollups",
  operations: EDGE_ROLLUPS.flatMap(({ table, view }) => [
    { kind: "createTable", table } as const,
    { kind: "fillFromViews", table, views: [view] } as const,
    { kind: "createView", view } as const,
  ]),
};
