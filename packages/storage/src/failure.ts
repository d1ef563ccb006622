import { ClickHouseError } from "@clickhouse/client";
import { WeirError } from "@weir/base";

/** The store's failure as one of the world's: full, out of reach, or a query of ours that it refused. */
export function storageFailure(error: unknown): Error {
  if (error instanceof WeirError) return error;
  if (error instanceof ClickHouseError) {
    if (error.type === "NOT_ENOUGH_SPACE" || /No space left/.test(error.message)) {
      return new WeirError(
        "STORAGE_FULL",
        "the disk under the store is full",
        "Free some space; what was acknowledged is kept, the import goes on by itself",
        { cause: error },
      );
    }
    if (error.type === "TIMEOUT_EXCEEDED" || error.type === "MEMORY_LIMIT_EXCEEDED") {
      return new WeirError(
        "LIMIT_REACHED",
        "the question needs more time or memory than one question may have",
        "Ask for one capture or a narrower filter",
        { cause: error },
      );
    }
    return error;
  }
  const message = error instanceof Error ? error.message : String(error);
  return new WeirError(
    "STORAGE_UNREACHABLE",
    `the store does not answer: ${message}`,
    "An embedded one is started again by itself; with a server of your own, check that it runs and its address",
    { cause: error },
  );
}
