import type { AnalysisConfig } from "@weir/analysis";
import { NS_PER_S, parseUnixNs, WeirError } from "@weir/base";
import type { JoinSummaryJson } from "@weir/http-contract";
import { readLastSpanTime, type Store } from "@weir/storage";
import type { JoinPeriod } from "../../join/batches.ts";
import { summaryJson } from "../../join/summary-json.ts";
import { joinPeriod } from "./join-many.ts";

/** A period as it is asked for, and how many traces of it are joined. */
interface JoinAsked {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly traces: number;
}

const DEFAULT_LENGTH_NS = BigInt(3_600 * NS_PER_S);

/** Joins traces of a period, and says what follows. */
export async function joinSummaryOf(store: Store, asked: JoinAsked, config: AnalysisConfig): Promise<JoinSummaryJson> {
  const period = await periodOf(store, asked);
  return summaryJson(period, await joinPeriod(store, period, asked.traces), config);
}

async function periodOf(store: Store, { from, to }: JoinAsked): Promise<JoinPeriod> {
  const toNs = (to === undefined ? undefined : parseUnixNs(to)) ?? (await readLastSpanTime(store)) + 1n;
  const fromNs = (from === undefined ? undefined : parseUnixNs(from)) ?? toNs - DEFAULT_LENGTH_NS;
  if (fromNs < toNs) return { fromNs, toNs };
  throw new WeirError("USAGE", "the period ends before it begins", "Give an earlier from, or a later to");
}
