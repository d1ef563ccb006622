import type { ASTNode } from "@marcbachmann/cel-js";
import { closedValueProblem } from "./closed-values.ts";
import { sortOf } from "./comparison.ts";
import type { Constant, Expression, FieldReference } from "./expression.ts";
import type { FilterEnvironment } from "./known-fields.ts";
import { constantOf, fieldOf } from "./operand.ts";
import { type FilterProblem, isProblem, problem } from "./problem.ts";

/** Checks `field in [values]` and `value in listField`. */
export function checkMembership(
  [valueNode, listNode]: readonly [ASTNode, ASTNode],
  environment: FilterEnvironment,
): Expression | FilterProblem {
  if (listNode.op === "list") return checkOneOf(valueNode, listNode.args, listNode, environment);
  const field = fieldOf(listNode, environment);
  if (isProblem(field)) return field;
  if (field.type !== "string[]" && field.type !== "int[]") {
    return problem(`${field.name} is no list; a list is written ["a", "b"]`, listNode.start);
  }
  const value = constantOf(valueNode);
  if (isProblem(value)) return value;
  if (value.type !== (field.type === "string[]" ? "string" : "number")) {
    return problem(`${field.name} holds ${field.type === "string[]" ? "texts" : "numbers"}`, valueNode.start);
  }
  return { kind: "member", value, field };
}

function checkOneOf(
  valueNode: ASTNode,
  items: readonly ASTNode[],
  listNode: ASTNode,
  environment: FilterEnvironment,
): Expression | FilterProblem {
  const field = fieldOf(valueNode, environment);
  if (isProblem(field)) return field;
  if (items.length === 0) return problem("the list is empty: nothing is in it", listNode.start);
  const values: Constant[] = [];
  for (const item of items) {
    const value = constantOf(item);
    if (isProblem(value)) return value;
    const wrong = wrongItem(field, value, item, environment);
    if (wrong !== undefined) return wrong;
    values.push(value);
  }
  return { kind: "oneOf", field, values };
}

function wrongItem(
  field: FieldReference,
  value: Constant,
  node: ASTNode,
  environment: FilterEnvironment,
): FilterProblem | undefined {
  const operand = { kind: "field", field } as const;
  if (value.type === "duration" && !field.isDuration) return problem(`${field.name} is no duration`, node.start);
  if (sortOf(operand) !== sortOf(value)) {
    return problem(`${field.name} is ${sortOf(operand)}, and this is ${sortOf(value)}`, node.start);
  }
  return closedValueProblem(operand, value, node, environment);
}
