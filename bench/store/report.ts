import type { Asked } from "./ask.ts";
import type { Filled } from "./filled.ts";
import type { Ingested } from "./ingest/ingest.ts";

/** What was filled, as a table. */
export function formatFilled({ tables }: Filled): string {
  const rows = tables.map(({ kind, rows, bytes }) => [kind, String(rows), mib(bytes), (bytes / rows).toFixed(1)]);
  return table(["records", "rows", "MiB on disk", "bytes per row"], rows);
}

/** What was taken in, as a table. */
export function formatIngested(ingested: readonly Ingested[]): string {
  const rows = ingested.map(({ name, records, perSecond, perCore, refused, diskBytes, bare }) => [
    name,
    ...[records, perSecond, perCore].map((figure) => figure.toFixed(0)),
    String(refused),
    diskBytes?.toFixed(1) ?? "",
    bare?.perSecond.toFixed(0) ?? "",
    bare === undefined ? "" : (bare.perSecond / perSecond).toFixed(1),
  ]);
  const head = [
    "records",
    "sent",
    "per second",
    "per core",
    "sent again",
    "bytes on disk",
    "bare engine, per second",
    "ratio",
  ];
  return table(head, rows);
}

/** How long the questions took, as a table. */
export function formatAsked(asked: readonly Asked[]): string {
  const rows = asked.map(({ name, p50Ms, p95Ms, firstMs, times }) => [
    name,
    ...[p50Ms, p95Ms, firstMs].map((ms) => ms.toFixed(0)),
    String(times),
  ]);
  return table(["question", "p50 ms", "p95 ms", "first ms", "times"], rows);
}

/** A Markdown table: names to the left, figures to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => (row[column] ?? "").length)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join(" | ")} |`;
  const rule = `| ${widths.map((width, column) => (column === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`)).join(" | ")} |`;
  return [line(head), rule, ...rows.map(line)].join("\n");
}

function mib(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(0);
}
