import { assert } from "@weir/base";
import type { Call, Connection, RecordWord } from "@weir/model";
import type { Comparison, Constant, Expression, FieldReference, Filter, Operand, TextTest } from "./expression.ts";
import { HOLDS } from "./order.ts";
import { patternTest } from "./pattern.ts";
import type { RelationName } from "./relations.ts";

/** The records that a filter is asked about. */
type Subject = { readonly [Word in RecordWord]?: Readonly<Record<string, unknown>> | undefined } & {
  readonly calls?: readonly Call[];
};
type Test = (subject: Subject) => boolean;
type Value = string | number | boolean | bigint | readonly unknown[];
type Reader = (subject: Subject) => Value | undefined;

/** Related records that a predicate can look through: those that a stream knows when a connection ends. */
export const STREAM_RELATIONS: readonly RelationName[] = ["calls"];

/**
 * The filter as a function. Give the connection alone to ask about it, and a call with its connection to ask about the call; `calls` are all of the connection's, for filters that
 * look through them. A filter that needs a call matches no connection alone: whether one of its calls matches is asked call by call. Never throws. The filter may look through
 * {@link STREAM_RELATIONS} only.
 */
export function predicate(
  filter: Filter,
): (connection: Connection, call?: Call | undefined, calls?: readonly Call[]) => boolean {
  assert(
    filter.relations.every((relation) => STREAM_RELATIONS.includes(relation)),
    "only the store knows these related records",
  );
  const test = testOf(filter.expression);
  const needsCall = filter.needs === "call";
  return (connection, call, calls = []) => (call !== undefined || !needsCall) && test({ connection, call, calls });
}

/** A filter of a record that stands alone, a span or a log record, as a function. */
export function ownPredicate(filter: Filter, word: RecordWord): (record: Readonly<Record<string, unknown>>) => boolean {
  assert(filter.relations.length === 0, "only the store knows these related records");
  const test = testOf(filter.expression);
  return (record) => test({ [word]: record });
}

function testOf(expression: Expression): Test {
  switch (expression.kind) {
    case "always":
      return () => expression.value;
    case "and": {
      const [left, right] = [testOf(expression.left), testOf(expression.right)];
      return (subject) => left(subject) && right(subject);
    }
    case "or": {
      const [left, right] = [testOf(expression.left), testOf(expression.right)];
      return (subject) => left(subject) || right(subject);
    }
    case "not": {
      const operand = testOf(expression.operand);
      return (subject) => !operand(subject);
    }
    case "compare":
      return comparisonOf(expression.operator, readerOf(expression.left), readerOf(expression.right));
    case "oneOf": {
      const read = fieldReader(expression.field);
      const values: ReadonlySet<Value> = new Set(expression.values.map(({ value }) => value));
      return (subject) => {
        const value = read(subject);
        return value !== undefined && values.has(value);
      };
    }
    case "member":
      return memberOf(expression.value, fieldReader(expression.field));
    case "text":
      return textTestOf(expression.test, expression.argument, fieldReader(expression.field));
    case "has":
      return hasOf(fieldReader(expression.field));
    case "truth": {
      const read = fieldReader(expression.field);
      return (subject) => read(subject) === true;
    }
    case "related": {
      const [test, holds] = [testOf(expression.where), HOLDS[expression.operator]];
      return ({ calls = [] }) => holds(calls.filter((call) => test({ call })).length - expression.count);
    }
    default:
      return expression satisfies never;
  }
}

/** What is absent compares with nothing: every comparison with it is false, != included. */
function comparisonOf(operator: Comparison, left: Reader, right: Reader): Test {
  const holds = HOLDS[operator];
  return (subject) => {
    const a = left(subject);
    const b = right(subject);
    if (a === undefined || b === undefined) return false;
    const order = compareValues(a, b);
    return order !== undefined && holds(order);
  };
}

function compareValues(a: Value, b: Value): number | undefined {
  if (typeof a === "string" && typeof b === "string") return compareText(a, b);
  if (typeof a === "number" && typeof b === "number")
    return Number.isNaN(a) || Number.isNaN(b) ? undefined : Math.sign(a - b) || (a === b ? 0 : undefined);
  if (typeof a === "bigint" && typeof b === "bigint") return a < b ? -1 : a > b ? 1 : 0;
  if (typeof a === "boolean" && typeof b === "boolean") return Number(a) - Number(b);
  return undefined;
}

/** Orders by code points, as UTF-8 in the store does; UTF-16 would put some rare characters elsewhere. */
function compareText(a: string, b: string): number {
  if (a === b) return 0;
  const [left, right] = [[...a], [...b]];
  for (let index = 0; index < Math.min(left.length, right.length); index += 1) {
    const order = (left[index]?.codePointAt(0) ?? 0) - (right[index]?.codePointAt(0) ?? 0);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

function memberOf({ value }: Constant, read: Reader): Test {
  return (subject) => {
    const list = read(subject);
    return Array.isArray(list) && list.includes(value);
  };
}

function textTestOf(test: TextTest, argument: string, read: Reader): Test {
  const holds = textHolds(test, argument);
  return (subject) => {
    const text = read(subject);
    return typeof text === "string" && holds(text);
  };
}

function textHolds(test: TextTest, argument: string): (text: string) => boolean {
  switch (test) {
    case "contains":
      return (text) => text.includes(argument);
    case "startsWith":
      return (text) => text.startsWith(argument);
    case "endsWith":
      return (text) => text.endsWith(argument);
    case "matches":
      return patternTest(argument);
    default:
      return test satisfies never;
  }
}

/** Empty text and an empty list count as nothing there. */
function hasOf(read: Reader): Test {
  return (subject) => {
    const value = read(subject);
    if (value === undefined) return false;
    return typeof value === "string" || Array.isArray(value) ? value.length > 0 : true;
  };
}

function readerOf(operand: Operand): Reader {
  if (operand.kind === "constant") return () => operand.value;
  const read = fieldReader(operand.field);
  return operand.kind === "field" ? read : (subject) => sizeOf(read(subject));
}

function sizeOf(value: Value | undefined): number | undefined {
  if (typeof value === "string") return [...value].length;
  return Array.isArray(value) ? value.length : undefined;
}

function fieldReader({ record, field, attribute, only, type }: FieldReference): Reader {
  return (subject) => {
    const values = subject[record];
    if (values === undefined || (only !== undefined && values[only.field] !== only.equals)) return undefined;
    if (attribute === undefined) return knownValue(values[field]);
    const text = ownText(values[field], attribute);
    return text === undefined ? undefined : typedAttribute(text, type);
  };
}

function ownText(map: unknown, key: string): string | undefined {
  if (typeof map !== "object" || map === null || !Object.hasOwn(map, key)) return undefined;
  const text: unknown = Reflect.get(map, key);
  return typeof text === "string" ? text : undefined;
}

/** Attributes are text in the record; what is no number is absent, as it is NULL in the store. */
function typedAttribute(text: string, type: FieldReference["type"]): Value | undefined {
  if (type === "int") return /^[+-]?\d+$/.test(text) ? Number(text) : undefined;
  if (type === "float") return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined;
  if (type === "bool") return text === "true" ? true : text === "false" ? false : undefined;
  return text;
}

function knownValue(value: unknown): Value | undefined {
  if (Array.isArray(value)) return value;
  return typeof value === "string" ||
    typeof value === "number" ||
    typeof value === "boolean" ||
    typeof value === "bigint"
    ? value
    : undefined;
}
