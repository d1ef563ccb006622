/** How a database's SQL differs from the others' where literals, names and comments begin and end. */
export interface SqlDialect {
  /** What stands in double quotes. */
  readonly doubleQuotes: "name" | "string";
  /** A backslash in a string takes the next character's meaning away. */
  readonly hasBackslashEscapes: boolean;
  /** `[name]`; elsewhere brackets are subscripts and lists. */
  readonly hasBracketNames: boolean;
  /** `$tag$ … $tag$`. */
  readonly hasDollarQuotes: boolean;
  /** Comments stand inside each other. */
  readonly hasNestedComments: boolean;
  /** `#` begins a comment, `--` only before a space, and what stands in comments that begin with `!` is executed. */
  readonly hasMysqlComments: boolean;
  /** UUIDs and durations stand without quotes. */
  readonly hasBareUuids: boolean;
}

const STANDARD: SqlDialect = {
  doubleQuotes: "name",
  hasBackslashEscapes: false,
  hasBracketNames: false,
  hasDollarQuotes: false,
  hasNestedComments: false,
  hasMysqlComments: false,
  hasBareUuids: false,
};

/** The dialects that are read. */
export const SQL_DIALECTS = {
  /** PostgreSQL documentation §4.1. */
  postgresql: { ...STANDARD, hasDollarQuotes: true, hasNestedComments: true },
  /** MySQL reference manual §11.1 and §11.7, in the default SQL mode. */
  mysql: { ...STANDARD, doubleQuotes: "string", hasBackslashEscapes: true, hasMysqlComments: true },
  /** Transact-SQL with QUOTED_IDENTIFIER ON. */
  tsql: { ...STANDARD, hasBracketNames: true, hasNestedComments: true },
  /** Cassandra's query language: https://cassandra.apache.org/doc/latest/cassandra/developing/cql/definitions.html */
  cql: { ...STANDARD, hasDollarQuotes: true, hasBareUuids: true },
  /** ClickHouse; its double quotes and backticks are names, its strings have backslashes. */
  clickhouse: { ...STANDARD, hasBackslashEscapes: true },
} as const satisfies Readonly<Record<string, SqlDialect>>;
