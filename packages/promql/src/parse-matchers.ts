import type { SyntaxNode } from "@lezer/common";
import type { Matcher, MatchOperator } from "./expression.ts";
import { labelTest, NAME } from "./labels.ts";
import { parseText } from "./literals.ts";
import { PromqlError } from "./problem.ts";
import { childrenOf, textOf } from "./syntax.ts";

const OPERATORS: readonly MatchOperator[] = ["=", "!=", "=~", "!~"];

/** What a selector asks of labels: `name{label="value"}`. */
export function readMatchers(node: SyntaxNode, query: string): Matcher[] {
  const name = node.getChild("Identifier");
  const list = node.getChild("LabelMatchers");
  const matchers: Matcher[] = name === null ? [] : [{ label: NAME, operator: "=", value: textOf(name, query) }];
  for (const child of list === null ? [] : childrenOf(list)) {
    const matcher = matcherOf(child, query);
    if (matcher !== undefined) matchers.push(matcher);
  }
  if (matchers.every((matcher) => labelTest(matcher)({})))
    throw new PromqlError("syntax", "a selector needs a matcher that does not match the empty text", node.from);
  return matchers;
}

function matcherOf(node: SyntaxNode, query: string): Matcher | undefined {
  const quoted = (of: SyntaxNode) => parseText(textOf(of, query), of.from);
  if (node.name === "QuotedLabelName") return { label: NAME, operator: "=", value: quoted(node) };
  if (node.name !== "UnquotedLabelMatcher" && node.name !== "QuotedLabelMatcher") return undefined;
  const [label, operator, value] = childrenOf(node);
  const written = operator === undefined ? undefined : textOf(operator, query);
  const known = OPERATORS.find((each) => each === written);
  if (label === undefined || value === undefined || known === undefined)
    throw new PromqlError("syntax", 'a matcher is written label="value"', node.from);
  const name = label.name === "LabelName" ? textOf(label, query) : quoted(label);
  return { label: name, operator: known, value: quoted(value) };
}
