// The grammar is Prometheus' own for editors; it reads more than is meant, so types and meaning are checked here.
import type { SyntaxNode } from "@lezer/common";
import { parser } from "@prometheus-io/lezer-promql";
import { checkAggregate, checkBinary, checkCall, isSelector, valueTypeOf } from "./check.ts";
import { AGGREGATIONS, type BinaryOperator, type Expression, type FixedTime, type Matching } from "./expression.ts";
import { PROMQL_LIMITS } from "./limits.ts";
import { parseDurationMs, parseNumber, parseText } from "./literals.ts";
import { readMatchers } from "./parse-matchers.ts";
import { PromqlError } from "./problem.ts";
import { childrenOf, syntaxError, textOf } from "./syntax.ts";

/** Reads a query. Throws {@link PromqlError} with a position for what is none. */
export function parsePromql(query: string): Expression {
  if (query.length > PROMQL_LIMITS.characters)
    throw new PromqlError("syntax", `the query is longer than ${PROMQL_LIMITS.characters} characters`);
  if (query.trim() === "") throw new PromqlError("syntax", "the query is empty", 0);
  const tree = parser.parse(query);
  tree.iterate({
    enter: ({ type, from }) => {
      if (type.isError) throw syntaxError(query, from);
    },
  });
  const root = tree.topNode.firstChild;
  if (root === null) throw new PromqlError("syntax", "the query is empty", 0);
  return new Reader(query).read(root, 0);
}

const EXPRESSIONS: ReadonlySet<string> = new Set([
  "AggregateExpr",
  "AnchoredExpr",
  "BinaryExpr",
  "FunctionCall",
  "MatrixSelector",
  "NumberDurationLiteral",
  "OffsetExpr",
  "ParenExpr",
  "SmoothedExpr",
  "StepInvariantExpr",
  "StringLiteral",
  "SubqueryExpr",
  "UnaryExpr",
  "VectorSelector",
]);

class Reader {
  readonly #query: string;

  constructor(query: string) {
    this.#query = query;
  }

  read(node: SyntaxNode, depth: number): Expression {
    if (depth > PROMQL_LIMITS.depth) throw new PromqlError("syntax", "the query is nested too deep", node.from);
    const inner = () => this.#inner(node, depth);
    switch (node.name) {
      case "NumberDurationLiteral":
        return { kind: "number", value: this.#number(node) };
      case "StringLiteral":
        return { kind: "string", value: parseText(this.#text(node), node.from) };
      case "ParenExpr":
        return inner();
      case "UnaryExpr":
        return this.#unary(node, inner());
      case "VectorSelector":
        return { kind: "selector", matchers: readMatchers(node, this.#query), offsetMs: 0 };
      case "MatrixSelector":
        return this.#matrix(node, inner());
      case "SubqueryExpr":
        return this.#subquery(node, inner());
      case "OffsetExpr":
        return this.#offset(node, inner());
      case "StepInvariantExpr":
        return this.#at(node, inner());
      case "BinaryExpr":
        return this.#binary(node, depth);
      case "AggregateExpr":
        return this.#aggregate(node, depth);
      case "FunctionCall": {
        const name = this.#text(node.firstChild ?? node);
        return checkCall(name, this.#arguments(node, depth), node.from);
      }
      default:
        throw new PromqlError("syntax", `${node.name} is not known here`, node.from);
    }
  }

  #text(node: SyntaxNode): string {
    return textOf(node, this.#query);
  }

  #expressions(node: SyntaxNode): SyntaxNode[] {
    return childrenOf(node).filter(({ name }) => EXPRESSIONS.has(name));
  }

  #inner(node: SyntaxNode, depth: number): Expression {
    const [first] = this.#expressions(node);
    if (first === undefined) throw syntaxError(this.#query, node.from);
    return this.read(first, depth + 1);
  }

  #arguments(node: SyntaxNode, depth: number): Expression[] {
    const body = node.getChild("FunctionCallBody");
    return body === null ? [] : this.#expressions(body).map((argument) => this.read(argument, depth + 1));
  }

  #number(node: SyntaxNode): number {
    const value = parseNumber(this.#text(node));
    if (value === undefined) throw new PromqlError("syntax", `${this.#text(node)} is no number`, node.from);
    return value;
  }

  /** Milliseconds of a duration, or of a number of seconds. */
  #durationMs(node: SyntaxNode | undefined, sign = ""): number {
    const text = node === undefined ? "" : this.#text(node).trim();
    const negative = (sign === "" ? text.startsWith("-") : sign === "-") ? -1 : 1;
    const bare = text.replace(/^[+-]\s*/, "");
    const seconds = parseNumber(bare);
    const ms = parseDurationMs(bare) ?? (seconds === undefined ? undefined : Math.round(seconds * 1000));
    if (ms === undefined || !Number.isFinite(ms))
      throw new PromqlError("syntax", `"${text}" is no duration such as 5m or 1h30m`, node?.from);
    return negative * ms;
  }

  #unary(node: SyntaxNode, inner: Expression): Expression {
    const type = valueTypeOf(inner);
    if (type !== "scalar" && type !== "vector")
      throw new PromqlError(
        "syntax",
        `a sign stands before numbers and instant vectors, not before a ${type}`,
        node.from,
      );
    return this.#text(node).startsWith("-") ? { kind: "negative", inner } : inner;
  }

  #matrix(node: SyntaxNode, inner: Expression): Expression {
    if (inner.kind !== "selector" || inner.rangeMs !== undefined || inner.offsetMs !== 0 || inner.at !== undefined)
      throw new PromqlError(
        "syntax",
        "a range in brackets stands right behind a selector; elsewhere it needs a colon: [5m:]",
        node.from,
      );
    const rangeMs = this.#durationMs(childrenOf(node).find(({ name }) => name === "DurationExpr"));
    if (rangeMs <= 0) throw new PromqlError("syntax", "a range is longer than nothing", node.from);
    return { ...inner, rangeMs };
  }

  #subquery(node: SyntaxNode, inner: Expression): Expression {
    if (valueTypeOf(inner) !== "vector" && valueTypeOf(inner) !== "scalar")
      throw new PromqlError("syntax", "a subquery is over an instant vector", node.from);
    const [range, step] = childrenOf(node).filter(({ name }) => name === "DurationExpr");
    const rangeMs = this.#durationMs(range);
    const stepMs = step === undefined ? undefined : this.#durationMs(step);
    if (rangeMs <= 0 || (stepMs !== undefined && stepMs <= 0))
      throw new PromqlError("syntax", "a range and its step are longer than nothing", node.from);
    return { kind: "subquery", inner, rangeMs, stepMs, offsetMs: 0 };
  }

  #offset(node: SyntaxNode, inner: Expression): Expression {
    if (!isSelector(inner)) throw new PromqlError("syntax", "offset stands behind a selector or a subquery", node.from);
    return { ...inner, offsetMs: this.#durationMs(node.lastChild ?? undefined) };
  }

  #at(node: SyntaxNode, inner: Expression): Expression {
    if (!isSelector(inner)) throw new PromqlError("syntax", "@ stands behind a selector or a subquery", node.from);
    const end = node.getChild("AtModifierPreprocessors");
    const literal = childrenOf(node).findLast(({ name }) => name === "NumberDurationLiteral");
    const at: FixedTime =
      end !== null
        ? this.#text(end).startsWith("start")
          ? "start"
          : "end"
        : { ms: Math.round(this.#number(literal ?? node) * 1000) };
    return { ...inner, at };
  }

  #binary(node: SyntaxNode, depth: number): Expression {
    const [leftNode, rightNode] = this.#expressions(node);
    if (leftNode === undefined || rightNode === undefined) throw syntaxError(this.#query, node.from);
    const operatorNode = leftNode.nextSibling ?? node;
    const left = this.read(leftNode, depth + 1);
    const right = this.read(rightNode, depth + 1);
    if (node.getChild("FillModifier") !== null)
      throw new PromqlError("syntax", "fill is not known here", node.getChild("FillModifier")?.from);
    const operator = this.#text(operatorNode).toLowerCase() as BinaryOperator;
    const clause = node.getChild("MatchingModifierClause");
    return checkBinary(
      { operator, left, right, isBool: node.getChild("BoolModifier") !== null },
      clause === null ? undefined : this.#matching(clause),
      operatorNode.from,
    );
  }

  #matching(clause: SyntaxNode): Matching {
    const group = clause.getChild("GroupLeft") ?? clause.getChild("GroupRight");
    const [labels = [], include = []] = clause.getChildren("GroupingLabels").map((node) => this.#labels(node));
    return {
      on: clause.getChild("On") !== null,
      labels,
      many: group === null ? "none" : group.name === "GroupLeft" ? "left" : "right",
      include,
    };
  }

  #labels(node: SyntaxNode): string[] {
    return childrenOf(node).flatMap((child) => {
      if (child.name === "LabelName") return [this.#text(child)];
      return child.name === "QuotedLabelName" ? [parseText(this.#text(child), child.from)] : [];
    });
  }

  #aggregate(node: SyntaxNode, depth: number): Expression {
    const word = this.#text(node.getChild("AggregateOp") ?? node).toLowerCase();
    const operation = AGGREGATIONS.find((known) => known === word);
    if (operation === undefined) throw new PromqlError("syntax", `${word} is not known here`, node.from);
    const modifier = node.getChild("AggregateModifier");
    const labels = modifier?.getChild("GroupingLabels") ?? null;
    const by = {
      without: modifier !== null && modifier.getChild("Without") !== null,
      labels: labels === null ? [] : this.#labels(labels),
    };
    return checkAggregate(operation, this.#arguments(node, depth), by, node.from);
  }
}
