import type { Bindings } from "./bindings.ts";
import type { FieldReference } from "./expression.ts";

/** A field's value where it is there; what it is elsewhere depends on the column, which is the field's own unless another one is given. */
export function valueSql({ column: own, attribute, type }: FieldReference, bindings: Bindings, column = own): string {
  if (attribute === undefined) return column;
  const text = `${column}[${bindings.bind("String", attribute)}]`;
  if (type === "int") return `toInt64OrNull(${text})`;
  if (type === "float") return `toFloat64OrNull(${text})`;
  if (type === "bool") return `multiIf(${text} = 'true', true, ${text} = 'false', false, NULL)`;
  return text;
}

/** Conditions under which a value that is not NULL is there. */
export function presenceSql({ only, attribute, type, column }: FieldReference, bindings: Bindings): string[] {
  const conditions: string[] = [];
  if (only !== undefined) conditions.push(`${only.field} = ${bindings.bind("String", only.equals)}`);
  if (attribute !== undefined && type === "string")
    conditions.push(`mapContains(${column}, ${bindings.bind("String", attribute)})`);
  return conditions;
}

/** A field's value, NULL wherever it is absent. */
export function knownValueSql(field: FieldReference, bindings: Bindings, column?: string): string {
  const conditions = presenceSql(field, bindings);
  const value = valueSql(field, bindings, column);
  return conditions.length === 0 ? value : `if(${conditions.join(" AND ")}, ${value}, NULL)`;
}

/** True where {@link valueSql} can be NULL: optional columns, and attributes that are read as numbers. */
export function isNullable({ optional, attribute, type }: FieldReference): boolean {
  return attribute === undefined ? optional : type !== "string";
}

/** True where {@link knownValueSql} can be NULL. */
export function isKnownNullable(field: FieldReference): boolean {
  return isNullable(field) || field.only !== undefined || field.attribute !== undefined;
}
