import { formatUnixNs } from "@weir/base";
import type { OtelTable, ScalarColumnType } from "@weir/model";
import { clampTime, wellFormed } from "../rows.ts";

/** Last moment of DateTime. */
const LAST_SECOND_NS = 0xffff_ffffn * 1_000_000_000n;

/** Makes rows of one of OpenTelemetry's tables cells of JSONCompactEachRow, in the order of its columns. */
export function otelCells({ columns }: OtelTable): (row: object) => unknown[] {
  const cells = columns.map(({ name, type }) => ({ name, cell: cellOf(type) }));
  return (row) => {
    const values = row as Readonly<Record<string, unknown>>;
    return cells.map(({ name, cell }) => cell(values[name]));
  };
}

function cellOf(type: string): (value: unknown) => unknown {
  if (!type.endsWith("[]")) return CELLS[type as ScalarColumnType];
  const item = CELLS[type.slice(0, -2) as ScalarColumnType];
  return (values) => (values as readonly unknown[]).map(item);
}

const plain = (value: unknown): unknown => value;
const text = (value: unknown): unknown => wellFormed(value as string);

const CELLS: Readonly<Record<ScalarColumnType, (value: unknown) => unknown>> = {
  text,
  word: text,
  bool: plain,
  uint8: plain,
  uint32: (value) => (value as number) >>> 0,
  int32: (value) => (value as number) | 0,
  uint64: (value) => BigInt.asUintN(64, value as bigint).toString(),
  // JSON has no word for these; ClickHouse takes them as text.
  float64: (value) => (Number.isFinite(value) ? value : String(value).toLowerCase().replace("infinity", "inf")),
  moment: (value) => formatUnixNs(clampTime(value as bigint)),
  second: (value) => secondText(value as bigint),
  attributes: (value) =>
    Object.fromEntries(
      Object.entries(value as Record<string, string>).map(([name, of]) => [wellFormed(name), wellFormed(of)]),
    ),
};

/** A time as far as DateTime goes. The column cuts off what is below a second; those that a Collector older than 0.160 made (DateTime64) keep it. */
function secondText(unixNs: bigint): string {
  return formatUnixNs(unixNs < 0n ? 0n : unixNs > LAST_SECOND_NS ? LAST_SECOND_NS : unixNs);
}
