/** How the values of a column lie in a block, as far as must be known to find its end. */
export type ColumnType =
  | { readonly kind: "fixed"; readonly bytes: number }
  | { readonly kind: "string" }
  | { readonly kind: "nullable" | "array" | "lowCardinality"; readonly of: ColumnType }
  | { readonly kind: "tuple"; readonly members: readonly ColumnType[] };

/** Types inside of types; deeper ones are not read. */
const MAX_DEPTH = 12;
const STRING: ColumnType = { kind: "string" };
const fixed = (bytes: number): ColumnType => ({ kind: "fixed", bytes });
const arrayOf = (of: ColumnType): ColumnType => ({ kind: "array", of });
const POINT = fixed(16);
const RING = arrayOf(POINT);
const POLYGON = arrayOf(RING);

/** https://clickhouse.com/docs/sql-reference/data-types */
const PLAIN: ReadonlyMap<string, ColumnType> = new Map<string, ColumnType>([
  ...["UInt8", "Int8", "Bool", "Nothing", "Enum8"].map((name) => [name, fixed(1)] as const),
  ...["UInt16", "Int16", "Date", "Enum16", "BFloat16"].map((name) => [name, fixed(2)] as const),
  ...["UInt32", "Int32", "Float32", "Date32", "DateTime", "IPv4", "Decimal32", "Time"].map(
    (name) => [name, fixed(4)] as const,
  ),
  ...["UInt64", "Int64", "Float64", "DateTime64", "Decimal64", "Time64"].map((name) => [name, fixed(8)] as const),
  ...["UInt128", "Int128", "UUID", "IPv6", "Decimal128"].map((name) => [name, fixed(16)] as const),
  ...["UInt256", "Int256", "Decimal256"].map((name) => [name, fixed(32)] as const),
  ["String", STRING],
  ["Point", POINT],
  ["Ring", RING],
  ["LineString", RING],
  ["Polygon", POLYGON],
  ["MultiLineString", POLYGON],
  ["MultiPolygon", arrayOf(POLYGON)],
]);

/** The type that a text names; undefined where its values cannot be read over (Dynamic, JSON, states of aggregates …). */
export function parseColumnType(text: string, depth = 0): ColumnType | undefined {
  if (depth > MAX_DEPTH) return undefined;
  const open = text.indexOf("(");
  if (open < 0) return PLAIN.get(text) ?? (text.startsWith("Interval") ? fixed(8) : undefined);
  if (!text.endsWith(")")) return undefined;
  const name = text.slice(0, open);
  const inside = text.slice(open + 1, -1);
  return PLAIN.get(name) ?? compound(name, splitMembers(inside), depth + 1);
}

function compound(name: string, members: readonly string[], depth: number): ColumnType | undefined {
  const [first = ""] = members;
  switch (name) {
    case "FixedString":
      return fixed(Number.parseInt(first, 10) || 0);
    case "Decimal":
      return fixed(decimalBytes(Number.parseInt(first, 10)));
    case "Nullable":
    case "Array":
    case "LowCardinality": {
      const of = parseColumnType(first, depth);
      return of === undefined ? undefined : { kind: KINDS[name], of };
    }
    case "SimpleAggregateFunction":
      return parseColumnType(members[1] ?? "", depth);
    case "Tuple":
      return tupleOf(members, depth);
    case "Map":
    case "Nested": {
      const tuple = tupleOf(members, depth);
      return tuple === undefined ? undefined : arrayOf(tuple);
    }
    default:
      return undefined;
  }
}

const KINDS = { Nullable: "nullable", Array: "array", LowCardinality: "lowCardinality" } as const;

function decimalBytes(precision: number): number {
  if (precision <= 9) return 4;
  return precision <= 18 ? 8 : precision <= 38 ? 16 : 32;
}

/** Members may have names before their types. */
function tupleOf(members: readonly string[], depth: number): ColumnType | undefined {
  const types: ColumnType[] = [];
  for (const member of members) {
    const name = /^(?:`[^`]*`|\w+) /.exec(member)?.[0] ?? "";
    const type = parseColumnType(member.slice(name.length), depth);
    if (type === undefined) return undefined;
    types.push(type);
  }
  return { kind: "tuple", members: types };
}

/** What stands between the commas that are in no inner parentheses and no quotes. */
function splitMembers(text: string): string[] {
  const members: string[] = [];
  let depth = 0;
  let quote = "";
  let from = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (quote !== "") {
      if (character === "\\") at += 1;
      else if (character === quote) quote = "";
    } else if (character === "'" || character === "`") quote = character;
    else if (character === "(") depth += 1;
    else if (character === ")") depth -= 1;
    else if (character === "," && depth === 0) {
      members.push(text.slice(from, at).trim());
      from = at + 1;
    }
  }
  members.push(text.slice(from).trim());
  return members;
}

/** How many dictionaries a type has: each has a version before all values of the column. */
export function dictionariesIn(type: ColumnType): number {
  switch (type.kind) {
    case "lowCardinality":
      return 1 + dictionariesIn(type.of);
    case "nullable":
    case "array":
      return dictionariesIn(type.of);
    case "tuple":
      return type.members.reduce((sum, member) => sum + dictionariesIn(member), 0);
    default:
      return 0;
  }
}
