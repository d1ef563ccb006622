import { encodeBase64 } from "../message/base64.ts";
import type { AnyValue, KeyValue, Resource } from "./common.ts";

type Attributes = Readonly<Record<string, string>>;

/** Attributes as the tables hold them: every value as text. Of a name that comes twice the last value counts. */
export function attributesOf(list: readonly KeyValue[]): Attributes {
  return Object.fromEntries(list.map(({ key, value }) => [key, valueText(value)]));
}

/** A value as text, as the Collector writes it: plain values as they are, bytes in base64, lists and maps as JSON with sorted names. */
export function valueText(value: AnyValue | undefined): string {
  if (value === undefined) return "";
  if (value.stringValue !== undefined) return value.stringValue;
  const plain = plainValue(value);
  return typeof plain === "object" && plain !== null ? JSON.stringify(plain) : plain === null ? "" : String(plain);
}

/** Name of the service that reported; empty where it does not say. */
export function serviceNameOf(resource: Resource | undefined): string {
  return valueText(resource?.attributes.findLast(({ key }) => key === "service.name")?.value);
}

/** A value for JSON. Whole numbers that a double cannot hold stay whole as text. */
function plainValue(value: AnyValue | undefined): unknown {
  if (value === undefined) return null;
  const { stringValue, boolValue, intValue, doubleValue, bytesValue, arrayValue, kvlistValue } = value;
  if (stringValue !== undefined) return stringValue;
  if (boolValue !== undefined) return boolValue;
  if (intValue !== undefined) return Number.isSafeInteger(Number(intValue)) ? Number(intValue) : intValue.toString();
  if (doubleValue !== undefined) return doubleValue;
  if (bytesValue !== undefined) return encodeBase64(bytesValue);
  if (arrayValue !== undefined) return arrayValue.values.map(plainValue);
  if (kvlistValue === undefined) return null;
  const sorted = kvlistValue.values.toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return Object.fromEntries(sorted.map(({ key, value: inner }) => [key, plainValue(inner)]));
}
