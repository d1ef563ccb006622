import { metricPointsTable, metricPointsViews } from "../otel/points.ts";
import type { Migration, Operation } from "./migration.ts";

/** Points of gauges and sums a second time, narrow and by series, filled from what the store has. */
export const metricPoints: Migration = {
  number: 9,
  name: "metric points",
  operations: [
    ...metricPointsViews.map(({ from }): Operation => ({ kind: "addColumns", table: from })),
    { kind: "createTable", table: metricPointsTable },
    { kind: "fillFromViews", table: metricPointsTable, views: metricPointsViews },
    ...metricPointsViews.map((view): Operation => ({ kind: "createView", view })),
  ],
};
