/**
 * Cells of the engine's JSON as values. Integers of 64 bits and more come as text, so that no digit is lost on the way; here they become numbers where these can hold
 * them, and stay decimal digits where not.
 */

type CellReader = (cell: unknown) => unknown;

/** Reads rows whose cells have these ClickHouse types. Rows of which no cell needs reading are handed on as they are. */
export function rowReader(types: readonly string[]): (cells: readonly unknown[]) => readonly unknown[] {
  const readers = types.map(cellReader);
  if (readers.every((reader) => reader === undefined)) return (cells) => cells;
  return (cells) => cells.map((cell, index) => readers[index]?.(cell) ?? cell);
}

/** How a cell of a type is read; undefined where it is what it is. */
function cellReader(type: string): CellReader | undefined {
  if (/^U?Int(?:64|128|256)$/.test(type)) return exactInteger;
  const [outer = "", inner = []] = partsOf(type);
  switch (outer) {
    case "Nullable":
    case "LowCardinality":
      return cellReader(inner[0] ?? "");
    case "SimpleAggregateFunction":
      return cellReader(inner[1] ?? "");
    case "Array": {
      const read = cellReader(inner[0] ?? "");
      return read && ((cell) => (cell as unknown[]).map(read));
    }
    case "Map": {
      const read = cellReader(inner[1] ?? "");
      return read && ((cell) => mapValues(cell as Record<string, unknown>, () => read));
    }
    case "Tuple":
      return tupleReader(inner);
    default:
      return undefined;
  }
}

/** Tuples are lists, or objects where their elements have names: `Tuple(count UInt64, name String)`. */
function tupleReader(elements: readonly string[]): CellReader | undefined {
  const named = elements.map((element) => /^(?:(\w+|`[^`]+`) )?(.*)$/s.exec(element) ?? []);
  const readers = named.map(([, , type = ""]) => cellReader(type));
  if (readers.every((reader) => reader === undefined)) return undefined;
  const byName = new Map(named.map(([, name = ""], index) => [name.replaceAll("`", ""), readers[index]]));
  return (cell) =>
    Array.isArray(cell)
      ? cell.map((each, index) => readers[index]?.(each) ?? each)
      : mapValues(cell as Record<string, unknown>, (name) => byName.get(name));
}

function mapValues(
  cell: Readonly<Record<string, unknown>>,
  readerOf: (name: string) => CellReader | undefined,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(cell).map(([name, value]) => [name, readerOf(name)?.(value) ?? value]));
}

function exactInteger(cell: unknown): unknown {
  if (typeof cell !== "string") return cell;
  const value = Number(cell);
  return Number.isSafeInteger(value) ? value : cell;
}

/** `Map(String, UInt64)` as `["Map", ["String", "UInt64"]]`. */
function partsOf(type: string): [string, string[]] | [] {
  const open = type.indexOf("(");
  if (open < 0 || !type.endsWith(")")) return [];
  const inner: string[] = [];
  let depth = 0;
  let start = open + 1;
  for (let index = open + 1; index < type.length; index += 1) {
    const sign = type[index];
    if ((sign === "," && depth === 0) || index === type.length - 1) {
      inner.push(type.slice(start, index).trim());
      start = index + 1;
    } else if (sign === "(") depth += 1;
    else if (sign === ")") depth -= 1;
  }
  return [type.slice(0, open), inner];
}
