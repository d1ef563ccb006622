import { createHash } from "node:crypto";
import { groupedBy, JoinSummary, type Span, type WireAround } from "@weir/analysis";
import type { UnixNs } from "@weir/base";
import type { Call } from "@weir/model";
import { batchesOf, type JoinedPeriod, type JoinPeriod, joinBatch, spanOfTime } from "./batches.ts";
import type { ReadPackets } from "./read-packets.ts";
import type { ReadSpans } from "./read-spans.ts";

interface JoinedFiles {
  readonly period: JoinPeriod;
  readonly joined: JoinedPeriod;
}

/** Joins the spans and the packets of files, as a hub would: at most `limit` traces, a sample where there are more. */
export function joinFiles(reported: ReadSpans, packets: ReadPackets, limit: number): JoinedFiles {
  const spansOf = groupedBy(reported.spans, ({ traceId }) => traceId);
  const callsOf = groupedBy(
    packets.calls.filter(({ traceId }) => traceId !== undefined),
    ({ traceId }) => traceId ?? "",
  );
  const all = [...new Set([...spansOf.keys(), ...callsOf.keys()])];
  const traces = sampleOf(all, limit)
    .map((traceId) => ({ traceId, startedAt: beginOf(spansOf.get(traceId) ?? [], callsOf.get(traceId) ?? []) }))
    .sort((a, b) => Number(a.startedAt - b.startedAt));
  const summary = new JoinSummary(packets.names);
  for (const { traceIds } of batchesOf(traces)) {
    const spans = traceIds.flatMap((traceId) => spansOf.get(traceId) ?? []);
    const calls = traceIds.flatMap((traceId) => callsOf.get(traceId) ?? []);
    joinBatch(traceIds, { spans, calls, around: aroundOf(packets, spanOfTime(spans, calls)) }, summary);
  }
  const isCut = reported.isCut || packets.isCut;
  return {
    period: traces.length === 0 ? { fromNs: 0n, toNs: 0n } : spanOfTime(reported.spans, packets.calls),
    joined: { summary, tracesInAll: all.length, isCut },
  };
}

/** Traces that their hash chooses: the same ones each time, and of all kinds alike. */
function sampleOf(traceIds: readonly string[], limit: number): readonly string[] {
  if (traceIds.length <= limit) return traceIds;
  const hashOf = (traceId: string) => createHash("sha256").update(traceId).digest("hex");
  return traceIds
    .map((traceId) => [hashOf(traceId), traceId] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .slice(0, limit)
    .map(([, traceId]) => traceId);
}

function beginOf(spans: readonly Span[], calls: readonly Call[]): UnixNs {
  return [...spans, ...calls].reduce((least, { startedAt }) => (startedAt < least ? startedAt : least), 2n ** 63n);
}

interface Lasting {
  readonly startedAt: UnixNs;
  readonly durationNs?: number | undefined;
}

/** What of the packets went on within a period. */
function aroundOf({ calls, connections, captures }: ReadPackets, { fromNs, toNs }: JoinPeriod): WireAround {
  const isWithin = ({ startedAt, durationNs }: Lasting) =>
    startedAt <= toNs && startedAt + BigInt(Math.round(durationNs ?? 0)) >= fromNs;
  return { calls: calls.filter(isWithin), connections: connections.filter(isWithin), captures };
}
