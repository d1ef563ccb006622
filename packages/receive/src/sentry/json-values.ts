/** Values of JSON whose shape nobody promises: what is not there, or is something else, is empty. */

export type JsonObject = Readonly<Record<string, unknown>>;

/** The object; an empty one where it is none. */
export function objectOf(value: unknown): JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

/** The list; an empty one where it is none. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}

/** The text; empty where it is none. */
export function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** Values as attributes: texts as they are, everything else as JSON. */
export function attributesOf(values: JsonObject, prefix = ""): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(values)
      .filter(([, value]) => value !== null && value !== undefined)
      .map(([name, value]) => [`${prefix}${name}`, typeof value === "string" ? value : JSON.stringify(value)]),
  );
}

/** Attributes that say of what type they are: `{value, type}`. */
export function valuesOf(attributes: unknown): Readonly<Record<string, string>> {
  const values = Object.entries(objectOf(attributes)).map(([name, value]) => [name, objectOf(value)["value"]]);
  return attributesOf(Object.fromEntries(values));
}
