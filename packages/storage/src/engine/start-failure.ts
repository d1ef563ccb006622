import { WeirError } from "@weir/base";

/** Why an engine did not start, by what it said on stderr. */
export function startFailure(stderr: string, dataDir: string): WeirError {
  const said = stderr.trim();
  if (said.includes("Cannot lock file") || said.includes("already running")) {
    return new WeirError(
      "STORAGE_LOCKED",
      `another hub uses the data folder ${dataDir}`,
      "Stop it, or give this hub a folder of its own with --data DIR",
    );
  }
  if (said.includes("NOT_ENOUGH_SPACE") || said.includes("No space left")) {
    return new WeirError(
      "STORAGE_FULL",
      `the disk under ${dataDir} is full`,
      "Free some space and start again; nothing that was acknowledged is lost",
    );
  }
  if (said.includes("Cannot allocate memory") || said.includes("bad_alloc")) {
    return new WeirError(
      "STORAGE_OVERLOADED",
      "the embedded engine did not start: there is too little memory",
      "It needs about 1 GB; end other programs, or use a ClickHouse of your own with --clickhouse URL",
    );
  }
  const last = said.split("\n").findLast((line) => line.trim() !== "") ?? "it said nothing";
  return new WeirError(
    "STORAGE_UNREACHABLE",
    `the embedded engine did not start: ${last}`,
    "Start again; if it persists, use a ClickHouse server of your own with --clickhouse URL",
  );
}
