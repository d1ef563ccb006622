import type { UnixNs } from "@weir/base";
import type { RecordWord } from "@weir/model";
import type { Expression, FieldReference, Filter } from "../expression.ts";

/** A question as it is asked. Names and conditions are CEL, as in filters. */
export interface Question {
  readonly record: RecordWord;
  readonly filter?: string | undefined;
  /** One capture; all where absent. */
  readonly capture?: string | undefined;
  /** RFC 3339, this moment included; the first record where absent. */
  readonly from?: string | undefined;
  /** RFC 3339, this moment left out; behind the last record where absent. */
  readonly to?: string | undefined;
  readonly groupBy?: readonly string[] | undefined;
  /** Width of the buckets of time as CEL writes durations, `10s`, or `auto`. */
  readonly bucket?: string | undefined;
  /** `count()`, `p95(call.durationNs)`, `ratio(call.status != "ok")`: see {@link MEASURE_FORMS}. Default: `count()`. */
  readonly measures?: readonly string[] | undefined;
  /** Rows as they are, with these fields, instead of groups and measures. */
  readonly fields?: readonly string[] | undefined;
  /** A column of the answer; with `-` before it, largest first. Default: by time, else largest first measure first. */
  readonly order?: string | undefined;
  /** Groups, series or rows at most. */
  readonly limit?: number | undefined;
  /** True: what the limit leaves out is added up as one more group. */
  readonly others?: boolean | undefined;
  /** How much earlier the period is that this one is compared with, or `previous`: the one that ends where this one begins. */
  readonly compare?: string | undefined;
}

/** What is computed over records. `where` narrows which of them count. */
export type Measure = { readonly text: string; readonly where?: Expression } & (
  | { readonly kind: "count" }
  | { readonly kind: "rate"; readonly field?: FieldReference }
  | { readonly kind: "ratio"; readonly of: Expression }
  | { readonly kind: "sum" | "min" | "max" | "mean" | "uniq"; readonly field: FieldReference }
  | { readonly kind: "quantile"; readonly field: FieldReference; readonly level: number }
);

/** A question that was checked: every name is known, every type fits. */
export interface CheckedQuestion {
  readonly record: RecordWord;
  readonly filter?: Filter;
  readonly capture?: string;
  readonly fromNs?: UnixNs;
  readonly toNs?: UnixNs;
  readonly groups: readonly FieldReference[];
  /** Width in nanoseconds. */
  readonly bucketNs?: number | "auto";
  readonly measures: readonly Measure[];
  /** Where there are some, rows are listed and nothing is computed. */
  readonly fields: readonly FieldReference[];
  readonly order?: { readonly column: string; readonly descending: boolean };
  readonly limit: number;
  readonly others: boolean;
  readonly compareNs?: bigint;
  /** True where some of its records stand for several: numbers are estimates, with error bars. Only the store tells. */
  readonly isSampled?: boolean;
}

/** What the answer's columns hold. */
export interface Column {
  /** As it was asked for: `server.service`, `p95(call.durationNs)`; `time` for buckets. */
  readonly name: string;
  readonly role: "time" | "group" | "others" | "measure" | "before" | "error" | "field";
  readonly type: FieldReference["type"];
  readonly unit?: string;
  /** Of `before`: the measure that it is the earlier value of. Of `error`: the column that it is half the width of the 95 % interval of. */
  readonly of?: string;
  /** True where the value is an estimate: quantiles by t-digest, distinct values beyond some ten thousand. */
  readonly estimated?: boolean;
}

/** From the first moment to the one behind the last. */
export interface TimeRange {
  readonly fromNs: UnixNs;
  readonly toNs: UnixNs;
}
