/**
 * Columns of OpenTelemetry's tables. They are not Weir's to name: the Collector's ClickHouse exporter writes the same tables, and Grafana and others
 * read them. So names are OpenTelemetry's, and a type here is one of the few that those tables use.
 */
interface ValueByType {
  text: string;
  /** Text of few different values. */
  word: string;
  bool: boolean;
  uint8: number;
  uint32: number;
  int32: number;
  uint64: bigint;
  float64: number;
  /** A moment to the nanosecond, as Unix nanoseconds. */
  moment: bigint;
  /** A moment to the second, as Unix nanoseconds all the same. */
  second: bigint;
  attributes: Readonly<Record<string, string>>;
}
export type ScalarColumnType = keyof ValueByType;
/** Arrays stand for the parts of what ClickHouse calls Nested: `Events.Name` holds the names of all events of a row. */
export type ColumnType = ScalarColumnType | `${ScalarColumnType}[]`;

export interface Column<Name extends string = string, Type extends ColumnType = ColumnType> {
  readonly name: Name;
  readonly type: Type;
  /** One line: what it means, by OpenTelemetry's definition. */
  readonly meaning: string;
  /** Compression of the column before the usual ZSTD. */
  readonly codec?: string;
}

/** Declares one column. */
export function column<const Name extends string, const Type extends ColumnType>(
  name: Name,
  type: Type,
  meaning: string,
  codec?: string,
): Column<Name, Type> {
  return { name, type, meaning, ...(codec === undefined ? {} : { codec }) };
}

type ValueOf<Type> = Type extends keyof ValueByType
  ? ValueByType[Type]
  : Type extends `${infer Item extends ScalarColumnType}[]`
    ? readonly ValueByType[Item][]
    : never;

/** A row of a table with these columns. */
export type RowOf<Columns extends readonly Column[]> = {
  readonly [C in Columns[number] as C["name"]]: ValueOf<C["type"]>;
};

/** A table of OpenTelemetry's: its name and its columns, in the order in which they are made and written. */
export interface OtelTable<Columns extends readonly Column[] = readonly Column[]> {
  readonly table: string;
  readonly meaning: string;
  readonly columns: Columns;
}
