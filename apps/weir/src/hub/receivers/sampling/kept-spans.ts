import type { KeptTrace } from "@weir/analysis";
import { type OtelSpanRow, otelTraces } from "@weir/model";
import { nativeBlock } from "@weir/native";
import type { Batcher } from "@weir/storage";
import { framesOf } from "./frames.ts";
import type { Segment } from "./segment.ts";
import { spansOfLines, weighted } from "./span-lines.ts";

/** Where spans go that are kept. */
export type SpanStore = Pick<Batcher, "add" | "addAlone">;

/** Never changed without changing the tokens: they name batches of this size. */
const BATCH_ROWS = 5_000;
const BATCH_CHARS = 4 << 20;

/**
 * Stores the kept traces that began in a segment, from it and the next one. Batches and their tokens follow from the files alone: done again after a crash, nothing is stored twice. Returns how
 * many rows the store refused.
 */
export async function storeKept(
  segment: Segment,
  next: Segment,
  kept: ReadonlyMap<string, KeptTrace>,
  store: SpanStore,
): Promise<number> {
  let refused = 0;
  let batch: OtelSpanRow[] = [];
  let chars = 0;
  let number = 0;
  const send = async () => {
    if (batch.length === 0) return;
    const block = { bytes: nativeBlock(otelTraces, batch), rows: batch.length };
    const answer = await store.addAlone(otelTraces, block, `spans:${segment.number}:${number}`);
    refused += answer.rows;
    number += 1;
    batch = [];
    chars = 0;
  };
  for (const from of [segment, next]) {
    for (const { traceId, payload } of framesOf(await from.read())) {
      const decision = kept.get(traceId);
      if (decision === undefined) continue;
      for (const { line, span } of spansOfLines(payload)) {
        batch.push(weighted(span, decision));
        chars += line.length;
      }
      if (batch.length >= BATCH_ROWS || chars >= BATCH_CHARS) await send();
    }
  }
  await send();
  return refused;
}
