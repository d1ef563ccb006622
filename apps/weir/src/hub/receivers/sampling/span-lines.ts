import { type KeptTrace, samplingThreshold, withThreshold } from "@weir/analysis";
import { formatUnixNs, parseUnixNs } from "@weir/base";
import { type ColumnType, type OtelSpanRow, otelTraces } from "@weir/model";
import { decodeRows, type EncodedRows } from "@weir/native";

/** A span with the line that it is while it waits. */
export interface SpanLine {
  readonly line: string;
  readonly span: OtelSpanRow;
}

/** Says in a span why its trace was kept: one of KEEP_REASONS. */
const REASON_ATTRIBUTE = "weir.sampling.kept";

/** Spans of blocks that were encoded for an insert. */
export function* spansOfBlocks(blocks: readonly EncodedRows[]): Generator<SpanLine> {
  for (const block of blocks)
    for (const span of decodeRows(otelTraces, block) as OtelSpanRow[]) yield { line: lineOf(span), span };
}

/** Spans of lines that waited. */
export function* spansOfLines(lines: Uint8Array): Generator<SpanLine> {
  for (const line of new TextDecoder().decode(lines).split("\n")) if (line !== "") yield { line, span: spanOf(line) };
}

/**
 * A span of a kept trace, with how many it stands for: by who sampled it before, and by this hub. Both held the same random bits against their threshold, so that the larger one tells the
 * probability.
 */
export function weighted(span: OtelSpanRow, { reason, threshold }: KeptTrace): OtelSpanRow {
  const before = samplingThreshold(span.TraceState);
  return {
    ...span,
    TraceState: withThreshold(span.TraceState, before > threshold ? before : threshold),
    SpanAttributes: { ...span.SpanAttributes, [REASON_ATTRIBUTE]: reason },
  };
}

/** A list of its cells in JSON, in the order of the table's columns: what a hub of any version left can be read by any other. */
function lineOf(span: OtelSpanRow): string {
  return JSON.stringify(otelTraces.columns.map(({ name, type }) => eachCell(type, span[name], toText)));
}

function spanOf(line: string): OtelSpanRow {
  const cells = JSON.parse(line) as readonly unknown[];
  return Object.fromEntries(
    otelTraces.columns.map(({ name, type }, index) => [name, eachCell(type, cells[index], fromText)]),
  ) as unknown as OtelSpanRow;
}

function eachCell(type: ColumnType, value: unknown, change: (type: ColumnType, value: unknown) => unknown): unknown {
  return Array.isArray(value)
    ? value.map((item: unknown) => change(type.slice(0, -2) as ColumnType, item))
    : change(type, value);
}

/** Times and large numbers have no form of their own in JSON. */
function toText(type: ColumnType, value: unknown): unknown {
  if (type === "moment") return formatUnixNs(value as bigint);
  return type === "uint64" ? String(value) : value;
}

function fromText(type: ColumnType, value: unknown): unknown {
  if (type === "moment") return parseUnixNs(value as string) ?? 0n;
  return type === "uint64" ? BigInt(value as string) : value;
}
