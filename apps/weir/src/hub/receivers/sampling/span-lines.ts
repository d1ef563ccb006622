import { type KeptTrace, samplingThreshold, withThreshold } from "@weir/analysis";
import { parseUnixNs } from "@weir/base";
import { type OtelSpanRow, otelTraces } from "@weir/model";
import type { EncodedRows } from "@weir/storage/encode";

/** A span as it is inserted, one line, with what sampling looks at. */
export interface SpanLine {
  readonly line: string;
  readonly span: LookedAt;
}

/** What of a span sampling looks at. */
export type LookedAt = Pick<
  OtelSpanRow,
  | "Timestamp"
  | "TraceId"
  | "ParentSpanId"
  | "TraceState"
  | "SpanName"
  | "SpanKind"
  | "ServiceName"
  | "SpanAttributes"
  | "Duration"
  | "StatusCode"
>;

/** Says in a span why its trace was kept: one of KEEP_REASONS. */
const REASON_ATTRIBUTE = "weir.sampling.kept";

const at = Object.fromEntries(otelTraces.columns.map(({ name }, index) => [name, index])) as Readonly<
  Record<keyof OtelSpanRow, number>
>;

/** Spans of pieces that were encoded for an insert. */
export function* spanLines(pieces: readonly Pick<EncodedRows, "lines">[]): Generator<SpanLine> {
  for (const { lines } of pieces)
    for (const line of new TextDecoder().decode(lines).split("\n")) if (line !== "") yield { line, span: lookAt(line) };
}

function lookAt(line: string): LookedAt {
  const cells = JSON.parse(line) as readonly unknown[];
  const text = (name: keyof OtelSpanRow) => cells[at[name]] as string;
  return {
    Timestamp: parseUnixNs(text("Timestamp")) ?? 0n,
    TraceId: text("TraceId"),
    ParentSpanId: text("ParentSpanId"),
    TraceState: text("TraceState"),
    SpanName: text("SpanName"),
    SpanKind: text("SpanKind"),
    ServiceName: text("ServiceName"),
    SpanAttributes: cells[at.SpanAttributes] as Record<string, string>,
    Duration: BigInt(text("Duration")),
    StatusCode: text("StatusCode"),
  };
}

/**
 * A span of a kept trace, with how many it stands for: by who sampled it before, and by this hub. Both held the same random bits against their threshold, so that the larger one tells the
 * probability.
 */
export function weightedLine(line: string, { reason, threshold }: KeptTrace): string {
  const cells = JSON.parse(line) as unknown[];
  const state = cells[at.TraceState] as string;
  const before = samplingThreshold(state);
  cells[at.TraceState] = withThreshold(state, before > threshold ? before : threshold);
  cells[at.SpanAttributes] = { ...(cells[at.SpanAttributes] as object), [REASON_ATTRIBUTE]: reason };
  return JSON.stringify(cells);
}

/** Lines as a piece of an insert. */
export function pieceOf(lines: readonly string[]): EncodedRows {
  return { lines: new TextEncoder().encode(`${lines.join("\n")}\n`), rows: lines.length };
}
