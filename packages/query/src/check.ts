import type { ASTNode } from "@marcbachmann/cel-js";
import { checkComparison } from "./comparison.ts";
import {
  type Expression,
  type FieldReference,
  type Filter,
  needsOf,
  relationsOf,
  type TextTest,
} from "./expression.ts";
import type { FilterEnvironment } from "./known-fields.ts";
import { FILTER_LIMITS } from "./limits.ts";
import { checkMembership } from "./membership.ts";
import { fieldOf, operandOf, unsupported } from "./operand.ts";
import { parseCel } from "./parse.ts";
import { patternProblem } from "./pattern.ts";
import { type FilterProblem, isProblem, problem } from "./problem.ts";
import { checkMacro, checkRelatedCount, isMacro } from "./related.ts";
import { sameNameOfType } from "./suggest-name.ts";

export type FilterCheck = { readonly kind: "ok"; readonly filter: Filter } | FilterProblem;

/**
 * Reads a filter and checks it against the fields that exist: an unknown name, a value that a field never has or types that do not fit
 * are problems with a position, never an empty result.
 */
export function checkFilter(text: string, environment: FilterEnvironment): FilterCheck {
  const ast = parseCel(text);
  if (isProblem(ast)) return ast;
  const expression = conditionOf(ast, environment);
  if (isProblem(expression)) return expression;
  return {
    kind: "ok",
    filter: {
      text,
      expression,
      needs: needsOf(expression),
      relations: relationsOf(expression).map(({ name }) => name),
    },
  };
}

/** A node as a condition. */
export function conditionOf(node: ASTNode, environment: FilterEnvironment): Expression | FilterProblem {
  switch (node.op) {
    case "&&":
      return both("and", node.args, environment);
    case "||":
      return both("or", node.args, environment);
    case "!_": {
      const operand = conditionOf(node.args, environment);
      return isProblem(operand) ? operand : { kind: "not", operand };
    }
    case "==":
    case "!=":
    case "<":
    case "<=":
    case ">":
    case ">=":
      return (
        checkRelatedCount(node.op, node.args, environment, conditionOf) ??
        checkComparison(node.op, node.args, environment)
      );
    case "in":
      return checkMembership(node.args, environment);
    case "call":
      return hasOf(node, environment);
    case "rcall":
      if (isMacro(node)) return checkMacro(node, environment, conditionOf);
      return textTestOf(node, environment);
    case "value":
      return typeof node.args === "boolean" ? { kind: "always", value: node.args } : notACondition(node);
    case "id":
    case ".":
    case "[]":
      return truthOf(node, environment);
    default:
      return unsupported(node);
  }
}

function both(
  kind: "and" | "or",
  [leftNode, rightNode]: readonly [ASTNode, ASTNode],
  environment: FilterEnvironment,
): Expression | FilterProblem {
  const left = conditionOf(leftNode, environment);
  if (isProblem(left)) return left;
  const right = conditionOf(rightNode, environment);
  return isProblem(right) ? right : { kind, left, right };
}

function hasOf(node: Extract<ASTNode, { op: "call" }>, environment: FilterEnvironment): Expression | FilterProblem {
  const [name, [argument, ...more]] = node.args;
  if (name !== "has" || argument === undefined || more.length > 0) {
    const operand = operandOf(node, environment);
    return isProblem(operand) ? operand : notACondition(node);
  }
  const field = fieldOf(argument, environment);
  return isProblem(field) ? field : { kind: "has", field };
}

const TEXT_TESTS: ReadonlySet<string> = new Set<TextTest>(["contains", "startsWith", "endsWith", "matches"]);

function isTextTest(name: string): name is TextTest {
  return TEXT_TESTS.has(name);
}

function textTestOf(
  node: Extract<ASTNode, { op: "rcall" }>,
  environment: FilterEnvironment,
): Expression | FilterProblem {
  const [test, receiver, [argument, ...more]] = node.args;
  if (test === "size") return notACondition(node);
  if (!isTextTest(test)) return unsupported(node);
  const field = fieldOf(receiver, environment);
  if (isProblem(field)) return field;
  if (field.type !== "string") return notText(field, test, receiver, environment);
  if (argument?.op !== "value" || typeof argument.args !== "string" || more.length > 0) {
    return problem(`${test} takes one text in quotes`, argument?.start ?? node.end - 1);
  }
  if (test === "matches") {
    if (argument.args.length > FILTER_LIMITS.patternCharacters) {
      return problem(`the pattern is longer than ${FILTER_LIMITS.patternCharacters} characters`, argument.start);
    }
    const reason = patternProblem(argument.args);
    if (reason !== undefined) return problem(`the pattern is wrong: ${reason}`, argument.start);
  }
  return { kind: "text", test, field, argument: argument.args };
}

function notText(field: FieldReference, test: TextTest, node: ASTNode, environment: FilterEnvironment): FilterProblem {
  if (field.type === "string[]" && test === "contains") {
    return problem(`${field.name} is a list: write "value" in ${field.name}`, node.start, `"…" in ${field.name}`);
  }
  const other = sameNameOfType(environment, field, ["string"]);
  return problem(`${test} is for text, and ${field.name} is ${field.type}`, node.start, other);
}

function truthOf(node: ASTNode, environment: FilterEnvironment): Expression | FilterProblem {
  const field = fieldOf(node, environment);
  if (isProblem(field)) return field;
  if (field.type === "bool") return { kind: "truth", field };
  return problem(
    `${field.name} is ${field.type}, which is no condition by itself: compare it with something`,
    node.start,
  );
}

function notACondition(node: ASTNode): FilterProblem {
  return problem("this is a value, and a filter needs a condition: compare it with something", node.start);
}
