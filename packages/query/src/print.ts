import { formatUnixNs } from "@weir/base";
import { printDuration } from "./duration.ts";
import type { Constant, Expression, Operand } from "./expression.ts";

/** A filter as text, in one form whatever way it was written. Checking the text gives the same expression. */
export function printExpression(expression: Expression): string {
  switch (expression.kind) {
    case "always":
      return String(expression.value);
    case "and":
      return `${printIn(expression.left, ["or"])} && ${printIn(expression.right, ["or", "and"])}`;
    case "or":
      return `${printIn(expression.left, [])} || ${printIn(expression.right, ["or"])}`;
    case "not":
      return `!${printIn(expression.operand, ["or", "and", "compare", "oneOf", "member", "related"])}`;
    case "compare":
      return `${printOperand(expression.left)} ${expression.operator} ${printOperand(expression.right)}`;
    case "oneOf":
      return `${expression.field.name} in [${expression.values.map(printConstant).join(", ")}]`;
    case "member":
      return `${printConstant(expression.value)} in ${expression.field.name}`;
    case "text":
      return `${expression.field.name}.${expression.test}(${JSON.stringify(expression.argument)})`;
    case "has":
      return `has(${expression.field.name})`;
    case "truth":
      return expression.field.name;
    case "related":
      return printRelated(expression);
    default:
      return expression satisfies never;
  }
}

function printRelated({ relation, where, operator, count }: Extract<Expression, { kind: "related" }>): string {
  const macro = (name: string, condition: Expression) =>
    `${relation.name}.${name}(${relation.variable}, ${printExpression(condition)})`;
  if (operator === ">" && count === 0) return macro("exists", where);
  if (operator === "==" && count === 1) return macro("exists_one", where);
  return `size(${macro("filter", where)}) ${operator} ${printNumber(count)}`;
}

function printIn(expression: Expression, inParentheses: readonly Expression["kind"][]): string {
  const text = printExpression(expression);
  return inParentheses.includes(expression.kind) ? `(${text})` : text;
}

function printOperand(operand: Operand): string {
  if (operand.kind === "constant") return printConstant(operand);
  return operand.kind === "size" ? `size(${operand.field.name})` : operand.field.name;
}

function printConstant(constant: Constant): string {
  switch (constant.type) {
    case "string":
      return JSON.stringify(constant.value);
    case "number":
      return printNumber(constant.value);
    case "bool":
      return String(constant.value);
    case "duration":
      return `duration("${printDuration(constant.value)}")`;
    case "time":
      return `timestamp("${formatUnixNs(constant.value)}")`;
    default:
      return constant satisfies never;
  }
}

/** Whole numbers beyond 2^53 exist only as doubles and must stay such. */
function printNumber(value: number): string {
  const text = String(value);
  return Number.isInteger(value) && !Number.isSafeInteger(value) && /^-?\d+$/.test(text) ? `${text}.0` : text;
}
