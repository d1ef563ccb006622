import { formatUnixNs } from "@weir/base";
import type { Field, RecordDefinition } from "@weir/model";

/** Bounds of DateTime64(9): a damaged capture may claim any time, and one such row must not cost its batch. */
const EARLIEST_NS = -2_208_988_800_000_000_000n;
const LATEST_NS = 9_223_372_036_000_000_000n;

/** A record as a row of JSONCompactEachRow, in declared order. */
export function toRow(definition: RecordDefinition, record: object): unknown[] {
  const values = record as Readonly<Record<string, unknown>>;
  return definition.fields.map((field) => toCell(field, values[field.name]));
}

function toCell(field: Field, value: unknown): unknown {
  if (value === undefined) return null;
  switch (field.type) {
    case "time":
      return formatUnixNs(clampTime(value as bigint));
    case "json":
      return wellFormed(JSON.stringify(value));
    case "string":
      return wellFormed(value as string);
    case "int":
      return Math.trunc(value as number);
    case "pairs":
      return (value as readonly (readonly [string, string])[]).map(([name, text]) => [
        wellFormed(name),
        wellFormed(text),
      ]);
    case "string[]":
      return (value as readonly string[]).map(wellFormed);
    case "map":
      return Object.fromEntries(
        Object.entries(value as Record<string, string>).map(([name, text]) => [wellFormed(name), wellFormed(text)]),
      );
    default:
      return value;
  }
}

/** Half of a surrogate pair would fail the whole batch. */
export function wellFormed(text: string): string {
  return /[\ud800-\udfff]/.test(text)
    ? text.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "\ufffd")
    : text;
}

/** A time that DateTime64(9) can hold. */
export function clampTime(unixNs: bigint): bigint {
  return unixNs < EARLIEST_NS ? EARLIEST_NS : unixNs > LATEST_NS ? LATEST_NS : unixNs;
}

/** A row as it came back (by the record's names) as the record's JSON form: absent where NULL, nested data parsed. Maps cannot be NULL: an optional one that is empty was absent. */
export function fromRow(definition: RecordDefinition, row: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const record: Record<string, unknown> = {};
  for (const { name, type, optional } of definition.fields) {
    const value = row[name];
    if (value === null || value === undefined) continue;
    if (optional && type === "map" && Object.keys(value).length === 0) continue;
    record[name] = type === "json" ? JSON.parse(value as string) : value;
  }
  return record;
}
