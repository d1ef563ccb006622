import type { Field } from "@weir/model";
import { PROTOCOL_RECORDS } from "@weir/protocols/records";
import type { Attributes, AttributeValue } from "@weir/receive";

/** A field with the attribute that it becomes. */
export interface NamedAttribute {
  readonly field: Field;
  readonly attribute: string;
}

const NUMBERS: ReadonlySet<Field["type"]> = new Set(["int", "float"]);
/** What protocols' attributes hold, where it is no text. */
const TYPES: ReadonlyMap<string, Field["type"]> = new Map(
  PROTOCOL_RECORDS.flatMap(({ fields }) =>
    fields.map(({ otel, type }: { otel: string; type: Field["type"] }) => [otel, type]),
  ),
);

/** What is known of these fields: no empty texts and lists, and no count that is zero because nothing happened. */
export function attributesOf(fields: readonly NamedAttribute[], record: object): Attributes {
  const values = record as Readonly<Record<string, unknown>>;
  const attributes: Record<string, AttributeValue> = {};
  for (const { field, attribute } of fields) {
    const value = values[field.name];
    if (field.type === "map") Object.assign(attributes, prefixed(attribute, value));
    else if (isTold(field, value)) attributes[attribute] = value;
  }
  return attributes;
}

function isTold({ unit, optional }: Field, value: unknown): value is AttributeValue {
  if (value === undefined || value === null || value === "") return false;
  if (Array.isArray(value)) return value.length > 0;
  return value !== 0 || optional || unit === undefined;
}

function prefixed(prefix: string, map: unknown): Attributes {
  const entries = Object.entries((map ?? {}) as Readonly<Record<string, string>>);
  return Object.fromEntries(entries.map(([name, value]) => [`${prefix}.${name}`, value]));
}

/** A protocol's own attributes, which a call holds as text, in the types that their names have in OpenTelemetry. */
export function typedAttributes(attributes: Readonly<Record<string, string>>): Attributes {
  return Object.fromEntries(Object.entries(attributes).map(([name, text]) => [name, typed(TYPES.get(name), text)]));
}

function typed(type: Field["type"] | undefined, text: string): AttributeValue {
  if (type === "bool") return text === "true";
  if (type === undefined || !NUMBERS.has(type)) return text;
  const number = Number(text);
  return text.trim() === "" || Number.isNaN(number) ? text : number;
}
