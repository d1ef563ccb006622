import { existsSync } from "node:fs";
import { otelTraces } from "@weir/model";
import { type Batcher, readTroubledTraces, type Store } from "@weir/storage";
import type { RowSink } from "../intake.ts";
import { TailSampler, type TailSamplingOptions } from "./tail-sampler.ts";

const KEEP_ALL: TailSamplingOptions = { tracesPerSecond: Number.POSITIVE_INFINITY, roundMs: 1_000 };

/**
 * Starts sampling where it is asked for. Where it is not any more, what an earlier hub has acknowledged and not yet decided is kept, all of it, and nothing more is taken.
 */
export async function startSampling(
  folder: string,
  options: TailSamplingOptions | undefined,
  store: Store,
  batcher: Batcher,
): Promise<TailSampler | undefined> {
  if (options === undefined && !existsSync(folder)) return undefined;
  const evidenceOf = (traceIds: readonly string[], firstNs: bigint, lastNs: bigint) =>
    readTroubledTraces(store, traceIds, firstNs, lastNs);
  const sampler = await TailSampler.open(folder, options ?? KEEP_ALL, batcher, evidenceOf);
  if (options === undefined) void sampler.finish();
  return sampler;
}

/** Rows on their way to the store, spans by way of a sampler. */
export function sampledRows(batcher: Batcher, sampler: TailSampler): RowSink {
  return {
    hasRoomFor: (bytes) => batcher.hasRoomFor(bytes) && sampler.hasRoomFor(bytes),
    add: (table, pieces) => (table.table === otelTraces.table ? sampler.add(pieces) : batcher.add(table, pieces)),
  };
}
