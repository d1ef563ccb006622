import type { Expression, Labels, Matcher } from "@weir/promql";

/** A condition on the text of a line. */
export interface LineFilter {
  readonly operator: "|=" | "!=" | "|~" | "!~";
  /** One of them is enough; of what must not be there, none may be. */
  readonly texts: readonly string[];
}

export type NumberOperator = "==" | "!=" | "<" | "<=" | ">" | ">=";

/** A condition on labels, those that a parser found included. */
export type LabelCondition =
  | { readonly kind: "and" | "or"; readonly left: LabelCondition; readonly right: LabelCondition }
  | { readonly kind: "text"; readonly matcher: Matcher }
  /** Numbers; durations are seconds and sizes are bytes. */
  | {
      readonly kind: "number";
      readonly label: string;
      readonly operator: NumberOperator;
      readonly value: number;
      readonly unit: "none" | "duration" | "bytes";
    };

/** What happens to each line, in order. */
export type Stage =
  | { readonly kind: "line"; readonly filter: LineFilter }
  | { readonly kind: "json" }
  | { readonly kind: "logfmt" }
  | { readonly kind: "labels"; readonly condition: LabelCondition }
  | { readonly kind: "drop"; readonly labels: readonly string[] }
  | { readonly kind: "lineFormat"; readonly template: Template }
  | { readonly kind: "labelFormat"; readonly changes: readonly LabelChange[] };

/** Text made of a line and its labels. */
export type Template = (line: string, labels: Labels) => string;

/** A label that gets another one's value, which is gone then, or that of a template. */
export type LabelChange =
  | { readonly kind: "rename"; readonly label: string; readonly from: string }
  | { readonly kind: "template"; readonly label: string; readonly template: Template };

/** Lines of streams that come through all stages. */
export interface LogSelector {
  readonly matchers: readonly Matcher[];
  readonly stages: readonly Stage[];
}

/** What is made of the lines of a window, before they are measured. */
export interface LogRange extends LogSelector {
  /** A label whose value is the number that counts. */
  readonly unwrap?: { readonly label: string; readonly unit: "none" | "duration" | "bytes" };
  /** What a line counts for: one, or as many bytes as it has. */
  readonly counts: "lines" | "bytes";
  /** Labels by which lines are put together before they are measured; undefined: by all. */
  readonly by?: { readonly without: boolean; readonly labels: readonly string[] };
  readonly rangeMs: number;
  readonly offsetMs: number;
}

/** What a query asks: lines, or numbers over time, in PromQL's terms over {@link LogRange}s. */
export type LogQuery =
  | { readonly kind: "lines"; readonly selector: LogSelector }
  | { readonly kind: "numbers"; readonly expression: Expression; readonly ranges: readonly LogRange[] };
