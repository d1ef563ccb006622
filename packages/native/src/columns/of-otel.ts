import type { Column, ScalarColumnType } from "@weir/model";
import type { ColumnWriter } from "./column.ts";
import { ListColumn } from "./list-column.ts";
import { clampMoment, clampSecond } from "./moments.ts";
import { mapColumn, textColumn } from "./of-record.ts";
import { PlainColumn } from "./plain-column.ts";

/** The column of one of OpenTelemetry's tables. Dictionaries the server makes itself. */
export function otelColumn({ type }: Pick<Column, "type">): ColumnWriter {
  if (!type.endsWith("[]")) return SCALARS[type as ScalarColumnType]();
  return new ListColumn(SCALARS[type.slice(0, -2) as ScalarColumnType]());
}

const moment = (clamp: (unixNs: bigint) => bigint) => () =>
  new PlainColumn("DateTime64(9)", (cells, value) => cells.big(clamp((value ?? 0n) as bigint)));

const SCALARS = {
  text: textColumn,
  word: textColumn,
  bool: () => new PlainColumn("Bool", (cells, value) => cells.byte(value === true ? 1 : 0)),
  uint8: () => new PlainColumn("UInt8", (cells, value) => cells.byte((value ?? 0) as number)),
  uint32: () => new PlainColumn("UInt32", (cells, value) => cells.uint32((value ?? 0) as number)),
  int32: () => new PlainColumn("Int32", (cells, value) => cells.uint32((value ?? 0) as number)),
  uint64: () => new PlainColumn("UInt64", (cells, value) => cells.big((value ?? 0n) as bigint)),
  float64: () => new PlainColumn("Float64", (cells, value) => cells.float((value ?? 0) as number)),
  moment: moment(clampMoment),
  // The column cuts off what is below a second; those that a Collector older than 0.160 made (DateTime64) keep it.
  second: moment(clampSecond),
  attributes: mapColumn,
} as const satisfies Readonly<Record<ScalarColumnType, () => ColumnWriter>>;
