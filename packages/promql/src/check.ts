import {
  type Aggregation,
  ARITHMETIC,
  COMPARISONS,
  type Expression,
  type Matching,
  SETS,
  type Selector,
  type Subquery,
  type ValueType,
} from "./expression.ts";
import { FUNCTIONS } from "./functions/index.ts";
import { PromqlError } from "./problem.ts";

/** True for what an offset and a fixed time can stand behind. */
export function isSelector(expression: Expression): expression is Selector | Subquery {
  return expression.kind === "selector" || expression.kind === "subquery";
}

/** What an expression's value is. */
export function valueTypeOf(expression: Expression): ValueType {
  switch (expression.kind) {
    case "number":
      return "scalar";
    case "string":
      return "string";
    case "selector":
      return expression.rangeMs === undefined ? "vector" : "matrix";
    case "subquery":
      return "matrix";
    case "call":
      return FUNCTIONS[expression.name]?.returns ?? "vector";
    case "aggregate":
      return "vector";
    case "binary":
      return valueTypeOf(expression.left) === "scalar" && valueTypeOf(expression.right) === "scalar"
        ? "scalar"
        : "vector";
    case "negative":
      return valueTypeOf(expression.inner);
    default:
      return expression satisfies never;
  }
}

const WORDS: Readonly<Record<ValueType, string>> = {
  scalar: "a number",
  string: "a text",
  vector: "an instant vector",
  matrix: "a range vector",
};

function expectType(expression: Expression, wanted: ValueType, what: string, position: number): void {
  const found = valueTypeOf(expression);
  if (found !== wanted)
    throw new PromqlError("syntax", `${what} takes ${WORDS[wanted]}, and this is ${WORDS[found]}`, position);
}

/** A call of a function that exists, with arguments that fit. */
export function checkCall(name: string, args: readonly Expression[], position: number): Expression {
  const known = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
  if (known === undefined) throw new PromqlError("syntax", `the function ${name} is not known here`, position);
  const { takes, optional = 0, repeats = false } = known;
  if (args.length < takes.length - optional || (!repeats && args.length > takes.length))
    throw new PromqlError("syntax", `${name} takes ${takes.length} arguments, and here are ${args.length}`, position);
  for (const [index, argument] of args.entries())
    expectType(argument, takes[Math.min(index, takes.length - 1)] ?? "vector", name, position);
  return { kind: "call", name, args };
}

const PARAMETERS: Readonly<Partial<Record<Aggregation, ValueType>>> = {
  topk: "scalar",
  bottomk: "scalar",
  quantile: "scalar",
  count_values: "string",
};

/** An aggregation with its parameter, where it takes one. */
export function checkAggregate(
  operation: Aggregation,
  args: readonly Expression[],
  by: Extract<Expression, { kind: "aggregate" }>["by"],
  position: number,
): Expression {
  const parameterType = PARAMETERS[operation];
  const wanted = parameterType === undefined ? 1 : 2;
  const inner = args[wanted - 1];
  if (args.length !== wanted || inner === undefined)
    throw new PromqlError("syntax", `${operation} takes ${wanted} arguments, and here are ${args.length}`, position);
  expectType(inner, "vector", operation, position);
  const parameter = wanted === 2 ? args[0] : undefined;
  if (parameter !== undefined && parameterType !== undefined) expectType(parameter, parameterType, operation, position);
  return { kind: "aggregate", operation, parameter, inner, by };
}

const isOneOf = (words: readonly string[], word: string) => words.includes(word);

/** Two sides that an operator can join. */
export function checkBinary(
  sides: Pick<Extract<Expression, { kind: "binary" }>, "operator" | "left" | "right" | "isBool">,
  clause: Matching | undefined,
  position: number,
): Expression {
  const { operator, left, right, isBool } = sides;
  const isSet = isOneOf(SETS, operator);
  const isComparison = isOneOf(COMPARISONS, operator);
  if (!isSet && !isComparison && !isOneOf(ARITHMETIC, operator))
    throw new PromqlError("syntax", `the operator ${operator} is not known here`, position);
  const types = [valueTypeOf(left), valueTypeOf(right)];
  if (types.some((type) => type === "string" || type === "matrix"))
    throw new PromqlError("syntax", `${operator} stands between numbers and instant vectors`, position);
  if (isBool && !isComparison) throw new PromqlError("syntax", "bool stands behind a comparison", position);
  const scalars = types.filter((type) => type === "scalar").length;
  if (isComparison && scalars === 2 && !isBool)
    throw new PromqlError("syntax", "a comparison of numbers needs bool behind it", position);
  if (isSet && scalars > 0) throw new PromqlError("syntax", `${operator} stands between instant vectors`, position);
  if (clause !== undefined && scalars > 0)
    throw new PromqlError("syntax", "labels are matched between instant vectors", position);
  if (clause !== undefined && clause.many !== "none" && isSet)
    throw new PromqlError("syntax", `${operator} groups no labels`, position);
  const matching = clause ?? { on: false, labels: [], many: "none", include: [] };
  return { kind: "binary", ...sides, matching };
}
