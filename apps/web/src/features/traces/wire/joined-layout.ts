import { parseUnixNs } from "@weir/base";
import type { JoinedRow } from "@weir/http-contract";

/** A bar that can still be seen. */
const MIN_WIDTH = 0.002;

/** A row with its bar on the trace's time line; both as shares of the whole. */
export interface PlacedRow {
  readonly row: JoinedRow;
  readonly left: number;
  readonly width: number;
}

export interface JoinedLayout {
  readonly rows: readonly PlacedRow[];
  readonly durationNs: number;
}

/** Puts rows on one time line, each by its own clock. */
export function layoutJoined(rows: readonly JoinedRow[]): JoinedLayout {
  const starts = rows.map(({ startedAt }) => parseUnixNs(startedAt) ?? 0n);
  const first = starts.reduce((least, at) => (at < least ? at : least), starts[0] ?? 0n);
  const offsets = starts.map((at) => Number(at - first));
  const durationNs = Math.max(1, ...rows.map((row, index) => (offsets[index] ?? 0) + row.durationNs));
  return {
    durationNs,
    rows: rows.map((row, index) => {
      const left = Math.min(1 - MIN_WIDTH, (offsets[index] ?? 0) / durationNs);
      return { row, left, width: Math.min(1 - left, Math.max(MIN_WIDTH, row.durationNs / durationNs)) };
    }),
  };
}
