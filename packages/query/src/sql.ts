import { snakeCase } from "@weir/model";
import type { Constant, Expression, FieldReference, Filter, Operand, TextTest } from "./expression.ts";
import { needsOf } from "./expression.ts";

export type FilterTable = "connections" | "calls";

/** A condition for a WHERE clause with its parameters, to be bound as ClickHouse query parameters. */
export interface WhereSql {
  readonly where: string;
  readonly params: Readonly<Record<string, unknown>>;
}

export interface WhereSqlOptions {
  /** Names of the tables as the query may name them. Default: the records' own. */
  readonly tables?: Readonly<Record<FilterTable, string>>;
  /** A condition that is added inside of every subquery, so that it reads no more than the query around it: `capture_id = {captureId:String}`. */
  readonly scope?: string;
}

/**
 * The filter as a condition on one of the two tables, equal to {@link predicate} on the same records: always true or false, never NULL.
 * Where it names fields of the other table, these stand in a subquery on connection_id.
 */
export function whereSql(filter: Filter, table: FilterTable, options: WhereSqlOptions = {}): WhereSql {
  const writer = new SqlWriter(options);
  const where = table === "calls" ? writer.onCalls(filter.expression) : writer.onConnections(filter.expression);
  return { where, params: writer.params };
}

const OWN_TABLES: Readonly<Record<FilterTable, string>> = { connections: "connections", calls: "calls" };

/** Fields that a call shares with its connection by construction: no look at the other table is needed. */
const SHARED = new Set([
  "captureId",
  "connectionId",
  "transport",
  "streamNumber",
  "clientAddress",
  "clientPort",
  "serverAddress",
  "serverPort",
]);

class SqlWriter {
  readonly params: Record<string, unknown> = {};
  readonly #tables: Readonly<Record<FilterTable, string>>;
  readonly #scope: string;

  constructor({ tables = OWN_TABLES, scope }: WhereSqlOptions) {
    this.#tables = tables;
    this.#scope = scope === undefined ? "" : `(${scope}) AND `;
  }

  /** A condition on rows of calls: what is about connections alone is asked of theirs, as one piece. */
  onCalls(expression: Expression): string {
    if (needsOf(expression) === "connection") {
      return isShared(expression)
        ? this.#condition(expression)
        : this.#inOther("connections", this.#condition(expression));
    }
    switch (expression.kind) {
      case "and":
        return `(${this.onCalls(expression.left)} AND ${this.onCalls(expression.right)})`;
      case "or":
        return `(${this.onCalls(expression.left)} OR ${this.onCalls(expression.right)})`;
      case "not":
        return `NOT ${this.onCalls(expression.operand)}`;
      default:
        return this.#condition(expression);
    }
  }

  /** A condition on rows of connections: that it matches, or has a call that does. */
  onConnections(expression: Expression): string {
    if (needsOf(expression) === "connection") return this.#condition(expression);
    if (expression.kind === "and") {
      const { left, right } = expression;
      // A part about the connection alone holds for all of its calls or for none: it can stand outside.
      if (needsOf(left) === "connection") return `(${this.#condition(left)} AND ${this.onConnections(right)})`;
      if (needsOf(right) === "connection") return `(${this.onConnections(left)} AND ${this.#condition(right)})`;
    }
    return this.#inOther("calls", this.onCalls(expression));
  }

  #inOther(table: FilterTable, where: string): string {
    return `connection_id IN (SELECT connection_id FROM ${this.#tables[table]} WHERE ${this.#scope}${where})`;
  }

  #condition(expression: Expression): string {
    switch (expression.kind) {
      case "always":
        return expression.value ? "1" : "0";
      case "and":
        return `(${this.#condition(expression.left)} AND ${this.#condition(expression.right)})`;
      case "or":
        return `(${this.#condition(expression.left)} OR ${this.#condition(expression.right)})`;
      case "not":
        return `NOT ${this.#condition(expression.operand)}`;
      case "compare": {
        const [left, right] = [this.#operand(expression.left), this.#operand(expression.right)];
        const operator = expression.operator === "==" ? "=" : expression.operator;
        return this.#present(fieldsIn(expression), `${left} ${operator} ${right}`);
      }
      case "oneOf":
        return this.#present(
          [expression.field],
          `${this.#value(expression.field)} IN (${expression.values.map((value) => this.#constant(value)).join(", ")})`,
        );
      case "member":
        return this.#present(
          [expression.field],
          `has(${this.#value(expression.field)}, ${this.#constant(expression.value)})`,
        );
      case "text":
        return this.#present(
          [expression.field],
          this.#textTest(expression.test, this.#value(expression.field), expression.argument),
        );
      case "has":
        return this.#present([expression.field], this.#has(expression.field));
      case "truth":
        return this.#present([expression.field], this.#value(expression.field));
      default:
        return expression satisfies never;
    }
  }

  /** Makes a test on values that may be absent true or false. */
  #present(fields: readonly FieldReference[], test: string): string {
    const conditions = fields.flatMap((field) => this.#presence(field));
    const decided = fields.some(isNullable) ? `ifNull(${test}, 0)` : test;
    return `(${[...new Set(conditions), decided].join(" AND ")})`;
  }

  #presence({ only, attribute, type }: FieldReference): string[] {
    const conditions: string[] = [];
    if (only !== undefined) conditions.push(`${only.field} = ${this.#bind("String", only.equals)}`);
    if (attribute !== undefined && type === "string")
      conditions.push(`mapContains(attributes, ${this.#bind("String", attribute)})`);
    return conditions;
  }

  #operand(operand: Operand): string {
    if (operand.kind === "constant") return this.#constant(operand);
    const value = this.#value(operand.field);
    if (operand.kind === "field") return value;
    return operand.field.type === "string" ? `lengthUTF8(${value})` : `length(${value})`;
  }

  #value({ field, attribute, type }: FieldReference): string {
    if (attribute === undefined) return snakeCase(field);
    const text = `attributes[${this.#bind("String", attribute)}]`;
    if (type === "int") return `toInt64OrNull(${text})`;
    if (type === "float") return `toFloat64OrNull(${text})`;
    if (type === "bool") return `multiIf(${text} = 'true', true, ${text} = 'false', false, NULL)`;
    return text;
  }

  #has(field: FieldReference): string {
    const value = this.#value(field);
    if (field.type === "string" || field.type === "string[]" || field.type === "int[]") return `notEmpty(${value})`;
    return isNullable(field) ? `isNotNull(${value})` : "1";
  }

  #textTest(test: TextTest, value: string, argument: string): string {
    const bound = this.#bind("String", argument);
    switch (test) {
      case "contains":
        return `position(${value}, ${bound}) > 0`;
      case "startsWith":
        return `startsWith(${value}, ${bound})`;
      case "endsWith":
        return `endsWith(${value}, ${bound})`;
      case "matches":
        return `match(${value}, ${bound})`;
      default:
        return test satisfies never;
    }
  }

  #constant(constant: Constant): string {
    switch (constant.type) {
      case "string":
        return this.#bind("String", constant.value);
      case "bool":
        return constant.value ? "true" : "false";
      case "number":
      case "duration":
        return this.#bind(Number.isSafeInteger(constant.value) ? "Int64" : "Float64", constant.value);
      case "time":
        return `fromUnixTimestamp64Nano(${this.#bind("Int64", constant.value.toString())})`;
      default:
        return constant satisfies never;
    }
  }

  #bind(type: string, value: unknown): string {
    for (const [name, bound] of Object.entries(this.params))
      if (bound === value && name.startsWith(`filter${type}`)) return `{${name}:${type}}`;
    const name = `filter${type}${Object.keys(this.params).length}`;
    this.params[name] = value;
    return `{${name}:${type}}`;
  }
}

/** True where the value can be NULL in SQL: optional columns, and attributes that are read as numbers. */
function isNullable({ optional, attribute, type }: FieldReference): boolean {
  return attribute === undefined ? optional : type !== "string";
}

function fieldsIn({ left, right }: Extract<Expression, { kind: "compare" }>): FieldReference[] {
  return [left, right].flatMap((side) => (side.kind === "constant" ? [] : [side.field]));
}

function isShared(expression: Expression): boolean {
  switch (expression.kind) {
    case "and":
    case "or":
      return isShared(expression.left) && isShared(expression.right);
    case "not":
      return isShared(expression.operand);
    case "always":
      return true;
    case "compare":
      return fieldsIn(expression).every(({ field }) => SHARED.has(field));
    default:
      return SHARED.has(expression.field.field);
  }
}
