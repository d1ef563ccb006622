import { records } from "./0001-records.ts";
import { edgeRollups } from "./0002-edge-rollups.ts";
import { opentelemetry } from "./0003-opentelemetry.ts";
import { audit } from "./0004-audit.ts";
import { flowRecords } from "./0005-flow-records.ts";
import { deliveries } from "./0006-deliveries.ts";
import { profiles } from "./0007-profiles.ts";
import { compactParts } from "./0008-compact-parts.ts";
import { metricPoints } from "./0009-metric-points.ts";
import type { Migration } from "./migration.ts";

/** All migrations, in order. Append only; how: docs/decisions/0009-migrations.md. */
export const MIGRATIONS: readonly Migration[] = [
  records,
  edgeRollups,
  opentelemetry,
  audit,
  flowRecords,
  deliveries,
  profiles,
  compactParts,
  metricPoints,
];
