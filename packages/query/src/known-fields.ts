import { assert } from "@weir/base";
import { columnName, type Field } from "@weir/model";
import type { FieldReference, ValueType } from "./expression.ts";
import type { Relation } from "./relations.ts";

/** One name that filters may use, for completion and reference pages. */
export interface FilterField {
  readonly name: string;
  readonly type: ValueType;
  readonly meaning: string;
  readonly unit?: Field["unit"];
  /** The closed list of its values, where there is one. */
  readonly values?: readonly string[];
}

export interface Known {
  readonly shown: FilterField;
  readonly reference: FieldReference;
}

/** Where a map of texts stands whose keys filters may name. */
export type MapReference = Pick<FieldReference, "record" | "field" | "column">;

/** The names that a filter may use. */
export interface FilterEnvironment {
  readonly fields: ReadonlyMap<string, Known>;
  /** Words of the protocols: `http`, `dns`. */
  readonly protocols: ReadonlySet<string>;
  /** Maps whose keys stand in brackets, by the name before these: `call.attributes`, `span.resource`. */
  readonly maps: ReadonlyMap<string, MapReference>;
  /** What can be looked through by macros, with the names of one of them. */
  readonly related: ReadonlyMap<string, RelatedNames>;
  /** Inside of a macro: the variable's name as it is written, and as the names above have it. */
  readonly variable?: { readonly written: string; readonly own: string };
}

export interface RelatedNames {
  readonly relation: Relation;
  readonly names: FilterEnvironment;
}

/** Where the value of a field is found. */
export type Place = Pick<FieldReference, "record" | "field" | "only" | "attribute">;

/** A field under a name. A protocol's own field stands in the column of the map that it is a key of. */
export function known(name: string, field: Field, place: Place, column = columnName(field)): Known {
  const type = valueType(field);
  const { unit, values, meaning } = field;
  const shown = {
    name,
    type,
    meaning,
    ...(unit === undefined ? {} : { unit }),
    ...(values === undefined ? {} : { values }),
  };
  return {
    shown,
    reference: {
      ...place,
      column,
      name,
      type,
      optional: field.optional,
      isDuration: unit === "ns",
      ...(unit === undefined ? {} : { unit }),
    },
  };
}

/** True where a filter may name the field. Payload is not among them: a filter must not be a way around the right to read it. */
export function isFilterable(field: Field): boolean {
  return field.sensitivity !== "secret" && field.type !== "pairs" && field.type !== "map" && field.type !== "json";
}

/** The value of one key, as text: `call.attributes["url.path"]`. `map` is the name before the brackets. */
export function keyReference(map: string, place: MapReference, key: string): FieldReference {
  const name = `${map}[${JSON.stringify(key)}]`;
  return { ...place, name, attribute: key, type: "string", optional: true, isDuration: false };
}

function valueType(field: Field): ValueType {
  const { type } = field;
  assert(type !== "pairs" && type !== "map" && type !== "json", `${field.name} has no single value`);
  return type;
}
