// Grafana's own grammar for its LogQL editor. Of the language, what Explore asks for; the rest is refused, never ignored.
import { parser } from "@grafana/lezer-logql";
import type { SyntaxNode } from "@lezer/common";
import { type Expression, PromqlError, parseDurationMs } from "@weir/promql";
import type { LogQuery, LogRange, LogSelector } from "./expression.ts";
import { readMatchers, readStages } from "./parse-stages.ts";
import { childrenOf, find } from "./syntax.ts";

const MAX_CHARACTERS = 8_192;
/** The label by which a number's selector finds its range again. */
export const RANGE_LABEL = "__range__";

/** Reads a query. Throws {@link PromqlError} for what is none, or not known here. */
export function parseLogql(query: string): LogQuery {
  if (query.length > MAX_CHARACTERS)
    throw new PromqlError("syntax", `the query is longer than ${MAX_CHARACTERS} characters`);
  const tree = parser.parse(query);
  tree.iterate({
    enter: ({ type, from }) => {
      if (type.isError) throw new PromqlError("syntax", `"${query.slice(from, from + 20)}" is not expected here`, from);
    },
  });
  const log = find(tree.topNode, "Expr", "LogExpr");
  const reader = new Reader(query);
  if (log !== undefined) return { kind: "lines", selector: reader.selector(log) };
  const metric = find(tree.topNode, "Expr", "MetricExpr");
  if (metric === undefined) throw new PromqlError("syntax", "the query is empty", 0);
  const expression = reader.number(metric);
  return { kind: "numbers", expression, ranges: reader.ranges };
}

const AGGREGATIONS = ["sum", "avg", "min", "max", "count", "stddev", "stdvar", "topk", "bottomk"] as const;
const OVER_TIME = [
  "sum_over_time",
  "avg_over_time",
  "min_over_time",
  "max_over_time",
  "stddev_over_time",
  "stdvar_over_time",
  "first_over_time",
  "last_over_time",
] as const;
const OPERATORS = ["+", "-", "*", "/", "%", "^", "==", "!=", "<", "<=", ">", ">="] as const;

class Reader {
  readonly ranges: LogRange[] = [];
  readonly #query: string;

  constructor(query: string) {
    this.#query = query;
  }

  selector(node: SyntaxNode): LogSelector {
    const selector = node.getChild("Selector");
    if (selector === null) throw this.#unknown(node);
    return { matchers: readMatchers(selector, this.#query), stages: readStages(node, this.#query) };
  }

  number(node: SyntaxNode): Expression {
    const inner = childrenOf(node).find(({ name }) => /Expr$/.test(name));
    switch (inner?.name) {
      case "MetricExpr":
      case "Expr":
        return this.number(inner);
      case "RangeAggregationExpr":
        return this.#range(inner);
      case "VectorAggregationExpr":
        return this.#aggregation(inner);
      case "BinOpExpr":
        return this.#binary(inner);
      case "LiteralExpr":
        return { kind: "number", value: Number(this.#text(inner).replace(/\s/g, "")) };
      case "VectorExpr":
        return { kind: "call", name: "vector", args: [{ kind: "number", value: this.#numberIn(inner) ?? Number.NaN }] };
      default:
        throw this.#unknown(inner ?? node);
    }
  }

  #text({ from, to }: SyntaxNode): string {
    return this.#query.slice(from, to);
  }

  #numberIn(node: SyntaxNode): number | undefined {
    const number = node.getChild("Number");
    return number === null ? undefined : Number(this.#text(number));
  }

  #unknown(node: SyntaxNode): PromqlError {
    return new PromqlError("syntax", `"${this.#text(node).slice(0, 40)}" is not known here`, node.from);
  }

  #grouping(node: SyntaxNode): LogRange["by"] | undefined {
    const grouping = node.getChild("Grouping");
    if (grouping === null) return undefined;
    const labels: string[] = [];
    grouping.cursor().iterate((child) => {
      if (child.name === "Identifier") labels.push(this.#query.slice(child.from, child.to));
    });
    return { without: grouping.getChild("Without") !== null, labels };
  }

  #aggregation(node: SyntaxNode): Expression {
    const word = this.#text(node.getChild("VectorOp") ?? node);
    const operation = AGGREGATIONS.find((known) => known === word);
    const inner = node.getChild("MetricExpr");
    if (operation === undefined || inner === null) throw this.#unknown(node);
    const number = this.#numberIn(node);
    return {
      kind: "aggregate",
      operation,
      parameter: number === undefined ? undefined : { kind: "number", value: number },
      inner: this.number(inner),
      by: this.#grouping(node) ?? { without: false, labels: [] },
    };
  }

  #binary(node: SyntaxNode): Expression {
    const [leftNode, rightNode] = node.getChildren("Expr");
    const operatorNode = leftNode?.nextSibling;
    if (leftNode === undefined || rightNode === undefined || !operatorNode) throw this.#unknown(node);
    // The grammar knows no precedence: what it may put together wrongly is refused.
    for (const side of [leftNode, rightNode])
      if (find(side, "MetricExpr", "BinOpExpr") !== undefined && !this.#text(side).startsWith("("))
        throw new PromqlError("syntax", "several operators need parentheses", side.from);
    const operator = OPERATORS.find((known) => known === this.#text(operatorNode));
    const modifier = node.getChild("BinOpModifier");
    const words = modifier === null ? "" : this.#text(modifier).trim();
    if (operator === undefined || (words !== "" && words !== "bool")) throw this.#unknown(node);
    const matching = { on: false, labels: [], many: "none", include: [] } as const;
    return {
      kind: "binary",
      operator,
      left: this.number(leftNode),
      right: this.number(rightNode),
      isBool: words === "bool",
      matching,
    };
  }

  #range(node: SyntaxNode): Expression {
    const operation = this.#text(node.getChild("RangeOp") ?? node);
    const log = node.getChild("LogRangeExpr");
    if (log === null) throw this.#unknown(node);
    const range = this.#logRange(log, operation, this.#grouping(node));
    const matcher = { label: RANGE_LABEL, operator: "=", value: String(this.ranges.push(range) - 1) } as const;
    const selector: Expression = {
      kind: "selector",
      matchers: [matcher],
      rangeMs: range.rangeMs,
      offsetMs: range.offsetMs,
    };
    const over = (name: string, ...args: Expression[]): Expression => ({
      kind: "call",
      name,
      args: [...args, selector],
    });
    const isCounted = range.unwrap === undefined;
    if (/^(count_over_time|bytes_over_time)$/.test(operation) && isCounted) return over("sum_over_time");
    if (operation === "rate" || (operation === "bytes_rate" && isCounted))
      return {
        kind: "binary",
        operator: "/",
        left: over("sum_over_time"),
        right: { kind: "number", value: range.rangeMs / 1000 },
        isBool: false,
        matching: { on: false, labels: [], many: "none", include: [] },
      };
    if (operation === "absent_over_time") return over("absent_over_time");
    const level = this.#numberIn(node);
    if (operation === "quantile_over_time" && level !== undefined)
      return over("quantile_over_time", { kind: "number", value: level });
    const known = OVER_TIME.find((name) => name === operation);
    if (known === undefined || isCounted) throw this.#unknown(node);
    return over(known);
  }

  #logRange(node: SyntaxNode, operation: string, by: LogRange["by"]): LogRange {
    const duration = (of: SyntaxNode | null): number => {
      const text = of === null ? undefined : of.getChild("Duration");
      return text === undefined || text === null ? 0 : (parseDurationMs(this.#text(text)) ?? 0);
    };
    const rangeMs = duration(node.getChild("Range"));
    if (rangeMs <= 0) throw new PromqlError("syntax", "a range such as [5m] is missing", node.from);
    const unwrap = node.getChild("UnwrapExpr");
    const label = unwrap?.getChild("Identifier");
    const inner = unwrap?.getChild("UnwrapExpr");
    if (inner !== null && inner !== undefined)
      throw new PromqlError("syntax", "a filter behind unwrap is not known here", inner.to);
    const conversion = unwrap?.getChild("ConvOp");
    const unit = conversion ? (this.#text(conversion).startsWith("duration") ? "duration" : "bytes") : "none";
    return {
      ...this.selector(node),
      rangeMs,
      offsetMs: duration(node.getChild("OffsetExpr")),
      counts: operation.startsWith("bytes") ? "bytes" : "lines",
      ...(label ? { unwrap: { label: this.#text(label), unit } } : {}),
      ...(by === undefined ? {} : { by }),
    };
  }
}
