import type { RecordWord, Unit } from "@weir/model";
import type { Relation, RelationName } from "./relations.ts";

/** Types of a value in a filter. `duration` is a number of nanoseconds that was written as a duration. */
export type ValueType = "string" | "int" | "float" | "bool" | "time" | "string[]" | "int[]";

/** A name in a filter, and where its value stands. */
export interface FieldReference {
  /** The name as it is written: `tcp.retransmissionRatio`, `http.statusCode`. */
  readonly name: string;
  readonly record: RecordWord;
  /** Field of the record; `attributes` for a protocol's own fields. */
  readonly field: string;
  /** Column that it stands in. */
  readonly column: string;
  /** Key in a map: a protocol's own field among the call's attributes, an attribute of a span. */
  readonly attribute?: string;
  readonly type: ValueType;
  /** True where the value may be absent in a record in which the field itself exists. */
  readonly optional: boolean;
  /** True where the number is nanoseconds: then it compares with durations. */
  readonly isDuration: boolean;
  readonly unit?: Unit;
  /** The value exists only in records whose `field` is `equals`: `http.…` in calls with protocol http. */
  readonly only?: { readonly field: "protocol" | "transport"; readonly equals: string };
}

export type Constant =
  | { readonly kind: "constant"; readonly type: "string"; readonly value: string }
  | { readonly kind: "constant"; readonly type: "number"; readonly value: number }
  | { readonly kind: "constant"; readonly type: "bool"; readonly value: boolean }
  /** Nanoseconds. */
  | { readonly kind: "constant"; readonly type: "duration"; readonly value: number }
  /** Unix nanoseconds. */
  | { readonly kind: "constant"; readonly type: "time"; readonly value: bigint };

/** What stands on one side of a comparison. */
export type Operand =
  | { readonly kind: "field"; readonly field: FieldReference }
  /** Characters of a text, values of a list. */
  | { readonly kind: "size"; readonly field: FieldReference }
  | Constant;

export type Comparison = "==" | "!=" | "<" | "<=" | ">" | ">=";
export type TextTest = "contains" | "startsWith" | "endsWith" | "matches";

/** A checked filter as a tree: every name is known, every type fits. */
export type Expression =
  | { readonly kind: "always"; readonly value: boolean }
  | { readonly kind: "and"; readonly left: Expression; readonly right: Expression }
  | { readonly kind: "or"; readonly left: Expression; readonly right: Expression }
  | { readonly kind: "not"; readonly operand: Expression }
  | { readonly kind: "compare"; readonly operator: Comparison; readonly left: Operand; readonly right: Operand }
  /** The value is one of these. */
  | { readonly kind: "oneOf"; readonly field: FieldReference; readonly values: readonly Constant[] }
  /** The list contains this. */
  | { readonly kind: "member"; readonly value: Constant; readonly field: FieldReference }
  | { readonly kind: "text"; readonly test: TextTest; readonly field: FieldReference; readonly argument: string }
  | { readonly kind: "has"; readonly field: FieldReference }
  /** A field that is true or false by itself. */
  | { readonly kind: "truth"; readonly field: FieldReference }
  /** So many of the records that belong to this one match: `exists` is more than none, `all` is none that does not. */
  | {
      readonly kind: "related";
      readonly relation: Relation;
      readonly where: Expression;
      readonly operator: Comparison;
      readonly count: number;
    };

/** A filter that was checked. */
export interface Filter {
  /** As it was written. */
  readonly text: string;
  readonly expression: Expression;
  /** `call` where it names call or protocol fields: then it selects calls, and the connections that have one. Findings and retries stand alone. */
  readonly needs: RecordWord;
  /** Related records that it looks through. */
  readonly relations: readonly RelationName[];
}

/** Every field that an expression names of the record that it is asked about; those of related records are not among them. */
export function fieldsOf(expression: Expression): FieldReference[] {
  return leavesOf(expression).flatMap((leaf) => {
    switch (leaf.kind) {
      case "always":
      case "related":
        return [];
      case "compare":
        return [leaf.left, leaf.right].flatMap((side) => (side.kind === "constant" ? [] : [side.field]));
      default:
        return [leaf.field];
    }
  });
}

/** The related records that an expression looks through. */
export function relationsOf(expression: Expression): Relation[] {
  return leavesOf(expression).flatMap((leaf) => (leaf.kind === "related" ? [leaf.relation] : []));
}

type Leaf = Exclude<Expression, { kind: "and" | "or" | "not" }>;

function leavesOf(expression: Expression): Leaf[] {
  switch (expression.kind) {
    case "and":
    case "or":
      return [...leavesOf(expression.left), ...leavesOf(expression.right)];
    case "not":
      return leavesOf(expression.operand);
    default:
      return [expression];
  }
}

/** The record that an expression is about: `call` as soon as it names something of a call, `connection` where it names nothing at all. */
export function needsOf(expression: Expression): RecordWord {
  const records = [...fieldsOf(expression).map(({ record }) => record), ...relationsOf(expression).map(({ on }) => on)];
  return records.find((record) => record !== "connection") ?? "connection";
}
