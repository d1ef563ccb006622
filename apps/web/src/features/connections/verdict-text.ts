import type { ConnectionJson } from "../../lib/api.ts";
import { fieldWords } from "./health-rows.ts";

/** Outcomes that are not worth a word in a table. */
const QUIET: ReadonlySet<string> = new Set(["working", "healthy", "noData", "clientIdle"]);

/** Why a connection failed, or else what slowed it down, in words; undefined where neither, or where it was not judged. */
export function verdictText({
  failingVerdict,
  slowVerdict,
}: Pick<ConnectionJson, "failingVerdict" | "slowVerdict">): string | undefined {
  const outcome = [failingVerdict, slowVerdict].find((verdict) => verdict !== undefined && !QUIET.has(verdict));
  return outcome === undefined ? undefined : fieldWords(outcome);
}
