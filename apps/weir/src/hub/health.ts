import type { DiskGuard, Engine, Store } from "@weir/storage";
import { VERSION } from "../version.ts";

/** Whose health it is. */
export interface HealthParts {
  readonly store: Store;
  /** Undefined with a ClickHouse of one's own. */
  readonly engine: Engine | undefined;
  readonly disk: DiskGuard;
}

/** What `/api/health` answers. */
export async function healthOf({ store, engine, disk }: HealthParts): Promise<object> {
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

function engineHealth(engine: Engine): object {
  const { restarts, memoryBytes, memoryLimitBytes } = engine.state();
  return { restarts, memoryBytes, memoryLimitBytes };
}
