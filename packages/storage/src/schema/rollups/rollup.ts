import { ensure } from "@weir/base";
import type { Column, MaterializedView, Table } from "../table.ts";

/** A number, set or distribution that a rollup keeps in a form which can be added up further. */
interface Measure {
  readonly name: string;
  /** Column type of the part. */
  readonly type: string;
  /** The part, from rows of the source. */
  readonly part: string;
  /** All parts put together, from the column {@link name} of a table or subquery `parts`. */
  readonly whole: string;
}

/** Rows of a table summed per minute and key. */
export interface Rollup {
  readonly source: Table;
  readonly table: Table;
  readonly view: MaterializedView;
  /** Columns of the key, the minute left out. */
  readonly key: readonly string[];
  readonly measures: readonly Measure[];
}

export const NS_PER_MINUTE = 60_000_000_000n;

/** In nanoseconds, as the functions for minutes know only the years 1970 to 2106, and a damaged capture may claim any. */
const MINUTE = `fromUnixTimestamp64Nano(toUnixTimestamp64Nano(started_at) - positiveModulo(toUnixTimestamp64Nano(started_at), ${NS_PER_MINUTE}), 'UTC')`;

/** Describes a rollup of a source that has `started_at` and the columns of the key. The first column of the key is the capture. */
export function rollup(
  name: string,
  source: Table,
  key: readonly Column[],
  measures: readonly Measure[],
  shardBy: string,
): Rollup {
  const keyNames = key.map((column) => column.name);
  const [capture = "", ...others] = keyNames;
  const table: Table = {
    name,
    columns: [
      ...key,
      { name: "minute", type: "DateTime64(9, 'UTC')", codec: "Delta(8), ZSTD(1)" },
      ...measures.map((measure) => ({ name: measure.name, type: measure.type, codec: "ZSTD(1)" })),
    ],
    family: "AggregatingMergeTree",
    orderBy: [capture, "minute", ...others].join(", "),
    shardBy: { expression: shardBy },
  };
  const columns = [
    ...keyNames,
    `${MINUTE} AS minute`,
    ...measures.map(({ part, name: column }) => `${part} AS ${column}`),
  ];
  const select = (from: string) =>
    `SELECT ${columns.join(",\n  ")}\nFROM ${from}\nGROUP BY ${[...keyNames, "minute"].join(", ")}`;
  return { source, table, view: { name: `${name}_view`, from: source, to: table, select }, key: keyNames, measures };
}

/** Parts that are already summed, of the minutes that match. */
export function partsFromRollup({ table, key, measures }: Rollup, where: string): string {
  return `SELECT ${[...key, ...measures.map(({ name }) => name)].join(", ")} FROM ${table.name} WHERE ${where}`;
}

/** The same parts made from the rows themselves, for questions that the rollup cannot answer; `from` gives rows with the columns of the source. */
export function partsFromRows({ source, key, measures }: Rollup, where: string, from = source.name): string {
  const parts = measures.map(({ part, name }) => `${part} AS ${name}`);
  return `SELECT ${[...key, ...parts].join(", ")} FROM ${from} WHERE ${where} GROUP BY ${key.join(", ")}`;
}

/** The whole of a measure, under a name of the caller's. */
export function wholeOf({ measures }: Rollup, name: string): string {
  const measure = measures.find((each) => each.name === name);
  return ensure(measure, `the rollup has no measure ${name}`).whole;
}
