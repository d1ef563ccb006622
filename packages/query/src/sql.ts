import { Bindings } from "./bindings.ts";
import type { Constant, Expression, FieldReference, Filter, Operand, TextTest } from "./expression.ts";
import { needsOf } from "./expression.ts";
import { HOLDS } from "./order.ts";
import { type FilterTable, TABLES_OF_CAPTURES } from "./relations.ts";
import { isNullable, presenceSql, valueSql } from "./sql-value.ts";

/** A condition for a WHERE clause with its parameters, to be bound as ClickHouse query parameters. */
export interface WhereSql {
  readonly where: string;
  readonly params: Readonly<Record<string, unknown>>;
}

export interface WhereSqlOptions {
  /** Names of the tables as the query may name them. Default: the records' own. */
  readonly tables?: Partial<Readonly<Record<FilterTable, string>>>;
  /** A condition that is added inside of every subquery, so that it reads no more than the query around it: `capture_id = {captureId:String}`. */
  readonly scope?: string;
  /** Where the statement's other parameters are bound. Default: bindings of its own. */
  readonly bindings?: Bindings;
}

/**
 * The filter as a condition on one of the two tables, equal to {@link predicate} on the same records: always true or false, never NULL.
 * Where it names fields of the other table, these stand in a subquery on connection_id.
 */
export function whereSql(filter: Filter, table: FilterTable, options: WhereSqlOptions = {}): WhereSql {
  const bindings = options.bindings ?? new Bindings();
  return { where: conditionSql(filter.expression, table, { ...options, bindings }), params: bindings.params };
}

/** The condition of {@link whereSql} alone. */
export function conditionSql(
  expression: Expression,
  table: FilterTable,
  options: WhereSqlOptions & { readonly bindings: Bindings },
): string {
  const writer = new SqlWriter(options, options.bindings);
  switch (table) {
    case "calls":
      return writer.onCalls(expression);
    case "connections":
      return writer.onConnections(expression);
    default:
      return writer.onOwn(expression);
  }
}

/** Fields that a call shares with its connection by construction: no look at the other table is needed. */
export const SHARED_FIELDS: ReadonlySet<string> = new Set([
  "captureId",
  "connectionId",
  "transport",
  "streamNumber",
  "clientAddress",
  "clientPort",
  "serverAddress",
  "serverPort",
]);

/** Columns by which related records are found and which calls share with their connection. */
const SHARED_KEYS: ReadonlySet<string> = new Set(["connection_id"]);

class SqlWriter {
  readonly #bindings: Bindings;
  readonly #tables: Partial<Readonly<Record<FilterTable, string>>>;
  readonly #scope: string;

  constructor({ tables = {}, scope }: WhereSqlOptions, bindings: Bindings) {
    this.#bindings = bindings;
    this.#tables = tables;
    this.#scope = scope === undefined ? "" : `(${scope}) AND `;
  }

  /** A condition on rows of a record that has no other beside it. */
  onOwn(expression: Expression): string {
    return this.#condition(expression);
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
    return `connection_id IN (SELECT connection_id FROM ${this.#rows(table)}${where})`;
  }

  /** A table and the beginning of the condition on its rows. */
  #rows(table: FilterTable): string {
    return `${this.#tables[table] ?? table} WHERE ${TABLES_OF_CAPTURES.has(table) ? this.#scope : ""}`;
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
        // has() does not find "" in an array of LowCardinality.
        return this.#present(
          [expression.field],
          `arrayExists(each -> each = ${this.#constant(expression.value)}, ${this.#value(expression.field)})`,
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
      case "related":
        return this.#related(expression);
      default:
        return expression satisfies never;
    }
  }

  /** So many related records match, as a semi-join: by those that have so many, or where none is as good, by those that have another number. */
  #related({ relation, where, operator, count }: Extract<Expression, { kind: "related" }>): string {
    const { key, theirKey, table } = relation;
    const holdsForNone = HOLDS[operator](-count);
    const matching = `SELECT ${theirKey} AS related_key FROM ${this.#rows(table)}${this.#condition(where)}`;
    const isPlain = count === 0 && (operator === ">" || operator === "==" || operator === "!=");
    const isIn = `${key} ${holdsForNone ? "NOT IN" : "IN"}`;
    if (isPlain) return `${isIn} (${matching})`;
    const bound = this.#constant({ kind: "constant", type: "number", value: count });
    const so = `count() ${operator === "==" ? "=" : operator} ${bound}`;
    return `${isIn} (${matching} GROUP BY related_key HAVING ${holdsForNone ? `NOT (${so})` : so})`;
  }

  /** Makes a test on values that may be absent true or false. */
  #present(fields: readonly FieldReference[], test: string): string {
    const conditions = fields.flatMap((field) => presenceSql(field, this.#bindings));
    const decided = fields.some(isNullable) ? `ifNull(${test}, 0)` : test;
    return `(${[...new Set(conditions), decided].join(" AND ")})`;
  }

  #operand(operand: Operand): string {
    if (operand.kind === "constant") return this.#constant(operand);
    const value = this.#value(operand.field);
    if (operand.kind === "field") return value;
    return operand.field.type === "string" ? `lengthUTF8(${value})` : `length(${value})`;
  }

  #value(field: FieldReference): string {
    return valueSql(field, this.#bindings);
  }

  #has(field: FieldReference): string {
    const value = this.#value(field);
    if (field.type === "string" || field.type === "string[]" || field.type === "int[]") return `notEmpty(${value})`;
    return isNullable(field) ? `isNotNull(${value})` : "1";
  }

  #textTest(test: TextTest, value: string, argument: string): string {
    const bound = this.#bindings.bind("String", argument);
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
        return this.#bindings.bind("String", constant.value);
      case "bool":
        return constant.value ? "true" : "false";
      case "number":
      case "duration":
        return this.#bindings.bind(Number.isSafeInteger(constant.value) ? "Int64" : "Float64", constant.value);
      case "time":
        return this.#bindings.bindTime(constant.value);
      default:
        return constant satisfies never;
    }
  }
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
      return fieldsIn(expression).every(({ field }) => SHARED_FIELDS.has(field));
    case "related":
      return SHARED_KEYS.has(expression.relation.key);
    default:
      return SHARED_FIELDS.has(expression.field.field);
  }
}
