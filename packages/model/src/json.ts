import { formatUnixNs, parseUnixNs } from "@weir/base";
import type { RecordDefinition } from "./field.ts";

/** A record as JSON carries it: times as RFC 3339 text, absent fields absent. */
export type JsonRecord = Readonly<Record<string, unknown>>;

/** The JSON form of a record, its fields in declared order. The same for `--json`, the HTTP API and the store. */
export function toJsonRecord(definition: RecordDefinition, record: object): JsonRecord {
  const values = record as Readonly<Record<string, unknown>>;
  const json: Record<string, unknown> = {};
  for (const { name, type } of definition.fields) {
    const value = values[name];
    if (value === undefined) continue;
    json[name] = type === "time" ? formatUnixNs(value as bigint) : value;
  }
  return json;
}

/** The same as JSON text, without the object of two hundred members between: a million records are written so in half the time. Braces left out. */
export function jsonMembers(definition: RecordDefinition, record: object): string {
  const values = record as Readonly<Record<string, unknown>>;
  let text = "";
  for (const { name, type } of definition.fields) {
    const value = values[name];
    if (value === undefined) continue;
    const written =
      typeof value === "number"
        ? jsonNumber(value)
        : JSON.stringify(type === "time" ? formatUnixNs(value as bigint) : value);
    text += `${text === "" ? "" : ","}"${name}":${written}`;
  }
  return text;
}

/** As `JSON.stringify` writes it. */
function jsonNumber(value: number): string {
  return Number.isFinite(value) ? `${value}` : "null";
}

/** A record of its JSON form: times are moments again. The form must be of this record; its values are not looked at. */
export function fromJsonRecord<Record_>(definition: RecordDefinition, json: JsonRecord): Record_ {
  const record: Record<string, unknown> = { ...json };
  for (const { name, type } of definition.fields)
    if (type === "time" && json[name] !== undefined) record[name] = parseUnixNs(String(json[name])) ?? 0n;
  return record as Record_;
}
