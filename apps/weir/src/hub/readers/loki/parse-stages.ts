import type { SyntaxNode } from "@lezer/common";
import { type Matcher, PromqlError, parseDurationMs, parseText } from "@weir/promql";
import type { LabelChange, LabelCondition, LineFilter, NumberOperator, Stage, Template } from "./expression.ts";
import { childrenOf } from "./syntax.ts";
import { readTemplate } from "./template.ts";

const MATCH_OPERATORS = ["=", "!=", "=~", "!~"] as const;
const NUMBER_OPERATORS: readonly NumberOperator[] = ["==", "!=", "<", "<=", ">", ">="];
const LINE_OPERATORS = ["|=", "!=", "|~", "!~"] as const;
const BYTES_PER_UNIT: Readonly<Record<string, number>> = {
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
};

const written = ({ from, to }: SyntaxNode, query: string) => query.slice(from, to);
const literal = (node: SyntaxNode, query: string) => parseText(written(node, query), node.from);

/** Every node of a name below one, in order. */
function below(node: SyntaxNode, name: string): SyntaxNode[] {
  return childrenOf(node).flatMap((child) =>
    child.name === name && child.getChild(name) === null ? [child] : below(child, name),
  );
}

/** What a stream's labels must be. */
export function readMatchers(selector: SyntaxNode, query: string): Matcher[] {
  return below(selector, "Matcher").map((node) => matcherOf(node, query));
}

function matcherOf(node: SyntaxNode, query: string): Matcher {
  const [label, operator, value] = childrenOf(node);
  const known = MATCH_OPERATORS.find((each) => operator !== undefined && each === written(operator, query));
  if (label === undefined || value === undefined || known === undefined)
    throw new PromqlError("syntax", 'a matcher is written label="value"', node.from);
  return { label: written(label, query), operator: known, value: literal(value, query) };
}

/** The stages behind a selector. */
export function readStages(node: SyntaxNode, query: string): Stage[] {
  const stages: Stage[] = [];
  const visit = (pipeline: SyntaxNode | null): void => {
    if (pipeline === null) return;
    for (const child of childrenOf(pipeline)) {
      if (child.name === "PipelineExpr") visit(child);
      else if (child.name === "PipelineStage") stages.push(...stagesOf(child, query));
    }
  };
  visit(node.getChild("PipelineExpr"));
  return stages;
}

function stagesOf(node: SyntaxNode, query: string): Stage[] {
  const inner = childrenOf(node).find(({ name }) => name !== "Pipe");
  switch (inner?.name) {
    case "LineFilters":
      return below(node, "LineFilter").map((filter) => ({ kind: "line", filter: lineFilter(filter, query) }));
    case "LabelParser":
      if (inner.getChild("Json") !== null) return [{ kind: "json" }];
      break;
    case "LogfmtParser":
      if (childrenOf(inner).length === 1) return [{ kind: "logfmt" }];
      break;
    case "LabelFilter":
      return [{ kind: "labels", condition: conditionOf(inner, query) }];
    case "DropLabelsExpr":
      return [{ kind: "drop", labels: below(inner, "DropLabel").map((label) => written(label, query)) }];
    case "LineFormatExpr":
      return [{ kind: "lineFormat", template: templateOf(inner, query) }];
    case "LabelFormatExpr":
      return [
        { kind: "labelFormat", changes: below(inner, "LabelFormatMatcher").map((node) => changeOf(node, query)) },
      ];
    default:
  }
  throw new PromqlError("syntax", `the stage "${written(inner ?? node, query)}" is not known here`, node.from);
}

/** The template that stands below a node. */
function templateOf(node: SyntaxNode, query: string): Template {
  const text = node.getChild("String");
  if (text === null) throw new PromqlError("syntax", "a template is missing", node.from);
  return readTemplate(literal(text, query), text.from);
}

/** `label=other`, or `label="template"`. */
function changeOf(node: SyntaxNode, query: string): LabelChange {
  const [label, from] = node.getChildren("Identifier").map((name) => written(name, query));
  if (label === undefined) throw new PromqlError("syntax", "a label is missing", node.from);
  if (from !== undefined) return { kind: "rename", label, from };
  return { kind: "template", label, template: templateOf(node, query) };
}

function lineFilter(node: SyntaxNode, query: string): LineFilter {
  const filter = node.getChild("Filter");
  const operator = LINE_OPERATORS.find((each) => filter !== null && each === written(filter, query));
  if (operator === undefined) throw new PromqlError("syntax", "this filter of lines is not known here", node.from);
  const texts: string[] = [];
  node.cursor().iterate((child) => {
    if (child.name === "String") texts.push(literal(child.node, query));
  });
  return { operator, texts };
}

function conditionOf(node: SyntaxNode, query: string): LabelCondition {
  const sides = node.getChildren("LabelFilter");
  const [left, right] = sides;
  if (left !== undefined && right !== undefined) {
    const kind = node.getChild("Or") === null ? "and" : "or";
    return { kind, left: conditionOf(left, query), right: conditionOf(right, query) };
  }
  if (left !== undefined) return conditionOf(left, query);
  const matcher = node.getChild("Matcher");
  if (matcher !== null) return { kind: "text", matcher: matcherOf(matcher, query) };
  const number = node.getChild("NumberFilter") ?? node.getChild("UnitFilter")?.firstChild ?? null;
  if (number === null) throw new PromqlError("syntax", "this condition is not known here", node.from);
  return numberCondition(number, query);
}

function numberCondition(node: SyntaxNode, query: string): LabelCondition {
  const [labelNode, operatorNode, valueNode] = childrenOf(node);
  const operator = operatorNode === undefined ? undefined : written(operatorNode, query).replace(/^=$/, "==");
  const known = NUMBER_OPERATORS.find((each) => each === operator);
  const text = valueNode === undefined ? "" : written(valueNode, query);
  const value = node.name === "DurationFilter" ? (parseDurationMs(text) ?? Number.NaN) / 1000 : quantityOf(text);
  if (labelNode === undefined || known === undefined || Number.isNaN(value))
    throw new PromqlError("syntax", `"${written(node, query)}" is no comparison`, node.from);
  const unit = node.name === "DurationFilter" ? "duration" : node.name === "BytesFilter" ? "bytes" : "none";
  return { kind: "number", label: written(labelNode, query), operator: known, value, unit };
}

/** A number, or a size in bytes. */
export function quantityOf(text: string): number {
  const [, amount, unit = ""] = /^(-?\d*\.?\d+(?:e[+-]?\d+)?)\s*([kmg]?i?b)?$/i.exec(text.trim()) ?? [];
  if (amount === undefined) return Number.NaN;
  return Number(amount) * (unit === "" ? 1 : (BYTES_PER_UNIT[unit.toLowerCase()] ?? Number.NaN));
}
