import type { ASTNode } from "@marcbachmann/cel-js";
import type { Comparison, Expression } from "./expression.ts";
import type { FilterEnvironment, RelatedNames } from "./known-fields.ts";
import { nearest } from "./nearest.ts";
import { constantOf } from "./operand.ts";
import { type FilterProblem, isProblem, problem } from "./problem.ts";

type MacroCall = Extract<ASTNode, { op: "rcall" }>;
type ConditionReader = (node: ASTNode, environment: FilterEnvironment) => Expression | FilterProblem;

const MACROS: ReadonlySet<string> = new Set(["exists", "all", "exists_one"]);

/** True for `calls.exists(c, …)` and its like. */
export function isMacro(node: MacroCall): boolean {
  return MACROS.has(node.args[0]);
}

/** Checks a macro over related records. `read` reads the condition, in which only one of them is known. */
export function checkMacro(
  node: MacroCall,
  environment: FilterEnvironment,
  read: ConditionReader,
): Expression | FilterProblem {
  const inner = innerOf(node, environment, read);
  if (isProblem(inner)) return inner;
  switch (node.args[0]) {
    case "exists":
      return { kind: "related", ...inner, operator: ">", count: 0 };
    case "exists_one":
      return { kind: "related", ...inner, operator: "==", count: 1 };
    default:
      return { kind: "related", ...inner, where: negated(inner.where), operator: "==", count: 0 };
  }
}

/** A comparison as one of how many related records match: `size(calls.filter(c, …)) > 3`; undefined where it is another one. */
export function checkRelatedCount(
  operator: Comparison,
  [left, right]: readonly [ASTNode, ASTNode],
  environment: FilterEnvironment,
  read: ConditionReader,
): Expression | FilterProblem | undefined {
  const [ofLeft, ofRight] = [filterIn(left), filterIn(right)];
  const macro = ofLeft ?? ofRight;
  if (macro === undefined) return undefined;
  const inner = innerOf(macro, environment, read);
  if (isProblem(inner)) return inner;
  const numberNode = ofLeft === undefined ? left : right;
  const number = constantOf(numberNode);
  if (isProblem(number)) return number;
  if (number.type !== "number") return problem("how many there are is compared with a number", numberNode.start);
  return {
    kind: "related",
    ...inner,
    operator: ofLeft === undefined ? MIRRORED[operator] : operator,
    count: number.value,
  };
}

const MIRRORED: Readonly<Record<Comparison, Comparison>> = {
  "==": "==",
  "!=": "!=",
  "<": ">",
  "<=": ">=",
  ">": "<",
  ">=": "<=",
};

/** The `calls.filter(…)` of `size(calls.filter(…))` or `calls.filter(…).size()`. */
function filterIn(node: ASTNode): MacroCall | undefined {
  const sized =
    node.op === "call" && node.args[0] === "size"
      ? node.args[1][0]
      : node.op === "rcall" && node.args[0] === "size"
        ? node.args[1]
        : undefined;
  return sized?.op === "rcall" && sized.args[0] === "filter" ? sized : undefined;
}

type Inner = Pick<Extract<Expression, { kind: "related" }>, "relation" | "where">;

function innerOf(node: MacroCall, environment: FilterEnvironment, read: ConditionReader): Inner | FilterProblem {
  const [macro, receiver, [variable, condition, ...more]] = node.args;
  const related = relatedNames(receiver, environment);
  if (isProblem(related)) return related;
  const { relation, names } = related;
  if (variable?.op !== "id" || condition === undefined || more.length > 0) {
    const form = `${relation.name}.${macro}(${relation.variable}, ${relation.variable}.… == …)`;
    return problem(`${macro} takes a name for one of the ${relation.name}, and a condition`, node.start, form);
  }
  const where = read(condition, { ...names, variable: { written: variable.args, own: relation.variable } });
  return isProblem(where) ? where : { relation, where };
}

function relatedNames(node: ASTNode, { related }: FilterEnvironment): RelatedNames | FilterProblem {
  const name = node.op === "id" ? node.args : undefined;
  const known = name === undefined ? undefined : related.get(name);
  if (known !== undefined) return known;
  const names = [...related.keys()];
  if (names.length === 0) return problem("there is nothing to look through here", node.start);
  const meant = name === undefined ? undefined : nearest(name, names);
  return problem(`only ${names.join(", ")} can be looked through`, node.start, meant);
}

function negated(expression: Expression): Expression {
  return expression.kind === "not" ? expression.operand : { kind: "not", operand: expression };
}
