import type { KeyValue } from "../common.ts";

export type AttributeValue = string | number | bigint | boolean | readonly string[];
export type Attributes = Readonly<Record<string, AttributeValue>>;

/** Who tells something: the resource that it is about, and the program that noticed it. */
export interface Origin {
  readonly resource: Attributes;
  readonly scope: { readonly name: string; readonly version: string };
}

/** Attributes as lists of keys and values. */
export function keyValues(attributes: Attributes): Pick<KeyValue, "key">[] {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: anyValue(value) }));
}

/** A value as OTLP's AnyValue: whole numbers as such, others as doubles. */
export function anyValue(value: AttributeValue): object {
  if (typeof value === "string") return { stringValue: value };
  if (typeof value === "boolean") return { boolValue: value };
  if (typeof value === "bigint") return { intValue: value };
  if (typeof value === "object") return { arrayValue: { values: value.map(anyValue) } };
  return Number.isSafeInteger(value) ? { intValue: BigInt(value) } : { doubleValue: value };
}

/** Items by who tells them, in the order of their first ones. */
export function byOrigin<Item extends Origin>(items: readonly Item[]): readonly (readonly [Origin, readonly Item[]])[] {
  const groups = new Map<string, [Origin, Item[]]>();
  for (const item of items) {
    const key = JSON.stringify([sortedEntries(item.resource), item.scope], bigintText);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item, [item]]);
    else group[1].push(item);
  }
  return [...groups.values()];
}

const sortedEntries = (attributes: Attributes) => Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1));
const bigintText = (_: string, value: unknown) => (typeof value === "bigint" ? `${value}n` : value);
