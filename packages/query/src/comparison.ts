import type { ASTNode } from "@marcbachmann/cel-js";
import { closedValueProblem } from "./closed-values.ts";
import { parseDurationNs } from "./duration.ts";
import type { Comparison, Expression, Operand, ValueType } from "./expression.ts";
import type { FilterEnvironment } from "./known-fields.ts";
import { operandOf } from "./operand.ts";
import { type FilterProblem, isProblem, problem } from "./problem.ts";
import { sameNameOfType } from "./suggest-name.ts";

/** What can be compared with what. */
type Sort = "text" | "number" | "yes or no" | "time" | "list";

/** Checks that two values can be compared. */
export function checkComparison(
  operator: Comparison,
  [leftNode, rightNode]: readonly [ASTNode, ASTNode],
  environment: FilterEnvironment,
): Expression | FilterProblem {
  const left = operandOf(leftNode, environment);
  if (isProblem(left)) return left;
  const right = operandOf(rightNode, environment);
  if (isProblem(right)) return right;
  const wrong =
    wrongFields(left, right, leftNode) ??
    wrongSorts(left, right, rightNode, environment) ??
    wrongSorts(right, left, leftNode, environment) ??
    wrongOperator(operator, left, leftNode) ??
    closedValueProblem(left, right, rightNode, environment) ??
    closedValueProblem(right, left, leftNode, environment);
  return wrong ?? { kind: "compare", operator, left, right };
}

export function sortOf(operand: Operand): Sort {
  if (operand.kind === "size") return "number";
  return SORTS[operand.kind === "constant" ? operand.type : operand.field.type];
}

const SORTS: Readonly<Record<ValueType | "number" | "duration", Sort>> = {
  string: "text",
  int: "number",
  float: "number",
  number: "number",
  duration: "number",
  bool: "yes or no",
  time: "time",
  "string[]": "list",
  "int[]": "list",
};

function wrongFields(left: Operand, right: Operand, node: ASTNode): FilterProblem | undefined {
  if (left.kind === "constant" && right.kind === "constant") return problem("this names no field", node.start);
  if (left.kind === "constant" || right.kind === "constant" || left.field.record === right.field.record)
    return undefined;
  return problem("a field of a call and one of its connection cannot be compared with each other", node.start);
}

/** Judges the second operand by the first: only fields know what fits them. */
function wrongSorts(
  by: Operand,
  other: Operand,
  otherNode: ASTNode,
  environment: FilterEnvironment,
): FilterProblem | undefined {
  if (by.kind === "constant") return undefined;
  const { field } = by;
  const [wanted, found] = [sortOf(by), sortOf(other)];
  if (wanted === "list")
    return problem(`${field.name} is a list: use "value" in ${field.name}, or size(${field.name})`, otherNode.start);
  if (other.kind === "constant" && other.type === "duration" && !(by.kind === "field" && field.isDuration)) {
    return problem(`${field.name} is no duration`, otherNode.start);
  }
  if (wanted === found) return undefined;
  return problem(
    `${nameOf(by)} is ${wanted}, and this is ${found}`,
    otherNode.start,
    sortSuggestion(by, other, environment),
  );
}

function sortSuggestion(by: Operand, other: Operand, environment: FilterEnvironment): string | undefined {
  if (by.kind !== "field" || other.kind !== "constant") return undefined;
  const { field } = by;
  if (other.type === "string") {
    if (field.isDuration && parseDurationNs(other.value) !== undefined)
      return `duration(${JSON.stringify(other.value)})`;
    if (field.type === "time") return `timestamp(${JSON.stringify(other.value)})`;
    if (field.type !== "bool" && /^-?\d+$/.test(other.value)) return other.value;
  }
  const wanted: readonly ValueType[] =
    other.type === "number" ? ["int", "float"] : other.type === "string" ? ["string"] : [];
  const otherField = sameNameOfType(environment, field, wanted);
  return (
    otherField ?? (other.type === "number" && field.type === "string" ? JSON.stringify(String(other.value)) : undefined)
  );
}

function wrongOperator(operator: Comparison, left: Operand, node: ASTNode): FilterProblem | undefined {
  if (sortOf(left) !== "yes or no" || operator === "==" || operator === "!=") return undefined;
  return problem(`yes or no cannot be compared with ${operator}`, node.start);
}

function nameOf(operand: Operand): string {
  if (operand.kind === "constant") return String(operand.value);
  return operand.kind === "size" ? `size(${operand.field.name})` : operand.field.name;
}
