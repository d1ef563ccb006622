/**
 * The one place where a field of a record is described. From the lists come the TypeScript types, the DDL, the encoder,
 * the filter language's environment, the API schema, the reference pages and the console's columns.
 */

/** The kinds of value a field can hold, with their TypeScript and ClickHouse forms. */
interface ValueByType {
  string: string;
  bool: boolean;
  /** A whole number; safe up to 2^53. */
  int: number;
  float: number;
  /** An absolute moment: TypeScript bigint of Unix nanoseconds, JSON RFC 3339 with nine decimals, ClickHouse DateTime64(9). */
  time: bigint;
  "string[]": readonly string[];
  "int[]": readonly number[];
  /** Name and value, in wire order, names repeatable: headers. */
  pairs: readonly (readonly [string, string])[];
  /** Unordered names and values: protocol attributes. */
  map: Readonly<Record<string, string>>;
  /** Nested data of a shape of its own (see the record's own documentation), stored as JSON text. */
  json: unknown;
}
export type FieldType = keyof ValueByType;

/** What a number counts or measures; it is also the suffix of the field's name. */
export type Unit = "ns" | "bytes" | "packets" | "bits/s" | "ratio" | "count";

/** How many different values to expect: decides dictionary encoding, facets and completion. */
export type Cardinality = "few" | "many" | "unbounded";

/** Who may read it: plain (anyone), internal (names inside the company), secret (payload; a right of its own). */
export type Sensitivity = "plain" | "internal" | "secret";

export interface Field<Name extends string = string, Type extends FieldType = FieldType> {
  readonly name: Name;
  readonly type: Type;
  /** True where the value may be unknown: then it is `undefined` in TypeScript, absent in JSON and NULL in SQL. */
  readonly optional: boolean;
  /** One line: what it means, and by whose definition. */
  readonly meaning: string;
  readonly unit?: Unit;
  /** For `string`: the closed list of values. */
  readonly values?: readonly string[];
  /** Column of the store, where it is not the name as {@link columnName} makes it. */
  readonly column?: string;
  /** OpenTelemetry attribute, or `weir.*` where the standard has none. */
  readonly otel?: string;
  /** Wireshark's counterpart. */
  readonly wireshark?: string;
  readonly cardinality: Cardinality;
  readonly sensitivity: Sensitivity;
}

type Options = Partial<Omit<Field, "name" | "type" | "meaning">>;
type Made<Name extends string, Type extends FieldType, O extends Options> = Field<Name, Type> & O;

/** Declares one field. Defaults: required, cardinality many, sensitivity plain. */
export function field<const Name extends string, const Type extends FieldType, const O extends Options>(
  name: Name,
  type: Type,
  meaning: string,
  options: O = {} as O,
): Made<Name, Type, O> {
  return { optional: false, cardinality: "many", sensitivity: "plain", ...options, name, type, meaning } as Made<
    Name,
    Type,
    O
  >;
}

type ValueOf<F> = F extends { readonly type: "string"; readonly values: readonly (infer V)[] }
  ? V
  : F extends { readonly type: infer T extends FieldType }
    ? ValueByType[T]
    : never;

type OptionalNames<F extends Field> = F extends { readonly optional: true } ? F["name"] : never;

/** The TypeScript type of a record with these fields. Optional fields may be absent. */
export type RecordOf<Fields extends readonly Field[]> = {
  readonly [F in Fields[number] as F["name"] extends OptionalNames<F> ? never : F["name"]]: ValueOf<F>;
} & {
  readonly [F in Fields[number] as F["name"] extends OptionalNames<F> ? F["name"] : never]?: ValueOf<F> | undefined;
};

/** A record's declaration: its word, its fields, and how it is kept. */
export interface RecordDefinition<Fields extends readonly Field[] = readonly Field[]> {
  /** Singular word of the glossary: `connection`, `call`. */
  readonly name: string;
  /** Table name in the store. */
  readonly table: string;
  readonly meaning: string;
  readonly fields: Fields;
}

/** `handshakeNs` → `handshake_ns`: the one rule by which TypeScript names become SQL names. */
export function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** The column that a field stands in. */
export function columnName({ name, column }: Pick<Field, "name" | "column">): string {
  return column ?? snakeCase(name);
}
