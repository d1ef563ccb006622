import type { ROUTES } from "@weir/http-contract";
import type { DiskGuard, Engine, Store } from "@weir/storage";
import type { z } from "zod";
import { VERSION } from "../version.ts";

/** Whose health it is. */
export interface HealthParts {
  readonly store: Store;
  /** Undefined with a ClickHouse of one's own. */
  readonly engine: Engine | undefined;
  readonly disk: DiskGuard;
}

/** The hub's health, as `/api/health` tells it. */
export type HubHealth = z.infer<typeof ROUTES.health.response>;

/** What `/api/health` answers. */
export async function healthOf({ store, engine, disk }: HealthParts): Promise<HubHealth> {
  const isUp = await store.isAnswering();
  const { freeBytes, totalBytes, isRefusing } = await disk.state();
  return {
    status: isUp && !isRefusing ? "ok" : "degraded",
    store: isUp ? "up" : "down",
    version: VERSION,
    diskFreeBytes: freeBytes,
    diskTotalBytes: totalBytes,
    writing: isRefusing ? "refused" : "ok",
    ...(engine === undefined ? {} : { engine: engineHealth(engine) }),
  };
}

function engineHealth(engine: Engine): NonNullable<HubHealth["engine"]> {
  const { restarts, memoryBytes, memoryLimitBytes } = engine.state();
  return { restarts, memoryLimitBytes, ...(memoryBytes === undefined ? {} : { memoryBytes }) };
}
