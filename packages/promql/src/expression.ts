/** What an expression's value is: one number, one text, a sample per series, or the samples of a window per series. */
export type ValueType = "scalar" | "string" | "vector" | "matrix";

export type MatchOperator = "=" | "!=" | "=~" | "!~";

/** A condition on one label; an absent label is empty. */
export interface Matcher {
  readonly label: string;
  readonly operator: MatchOperator;
  readonly value: string;
}

/** A fixed time at which something is looked up, whatever the time of the evaluation: Unix milliseconds, or an end of the whole range. */
export type FixedTime = { readonly ms: number } | "start" | "end";

/** How the time of an evaluation becomes the time that is looked up. */
export interface TimeShift {
  readonly offsetMs: number;
  readonly at?: FixedTime;
}

export const AGGREGATIONS = [
  "sum",
  "avg",
  "min",
  "max",
  "count",
  "group",
  "stddev",
  "stdvar",
  "topk",
  "bottomk",
  "quantile",
  "count_values",
] as const;
export type Aggregation = (typeof AGGREGATIONS)[number];

export const ARITHMETIC = ["+", "-", "*", "/", "%", "^", "atan2"] as const;
export const COMPARISONS = ["==", "!=", "<", "<=", ">", ">="] as const;
export const SETS = ["and", "or", "unless"] as const;
export type Arithmetic = (typeof ARITHMETIC)[number];
export type Comparison = (typeof COMPARISONS)[number];
export type SetOperator = (typeof SETS)[number];
export type BinaryOperator = Arithmetic | Comparison | SetOperator;

/** Which series of the two sides belong together. */
export interface Matching {
  /** True: by these labels; false: by all others. */
  readonly on: boolean;
  readonly labels: readonly string[];
  /** The side of which several series may belong to one of the other. */
  readonly many: "none" | "left" | "right";
  /** Labels that the one side adds. */
  readonly include: readonly string[];
}

/** A query as a tree: names are known, types fit. */
export type Expression =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "string"; readonly value: string }
  | ({ readonly kind: "selector"; readonly matchers: readonly Matcher[]; readonly rangeMs?: number } & TimeShift)
  | ({
      readonly kind: "subquery";
      readonly inner: Expression;
      readonly rangeMs: number;
      /** Undefined where the query leaves it to the default. */
      readonly stepMs: number | undefined;
    } & TimeShift)
  | { readonly kind: "call"; readonly name: string; readonly args: readonly Expression[] }
  | {
      readonly kind: "aggregate";
      readonly operation: Aggregation;
      readonly parameter: Expression | undefined;
      readonly inner: Expression;
      readonly by: { readonly without: boolean; readonly labels: readonly string[] };
    }
  | {
      readonly kind: "binary";
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
      readonly isBool: boolean;
      readonly matching: Matching;
    }
  | { readonly kind: "negative"; readonly inner: Expression };

export type Selector = Extract<Expression, { kind: "selector" }>;
export type Subquery = Extract<Expression, { kind: "subquery" }>;
