import type { ValueType } from "../expression.ts";
import { withoutName } from "../labels.ts";
import { type Matrix, type Moment, type Sample, type Value, vectorOf, type Window } from "../value.ts";

/** A function of PromQL. Its arguments have the types that it takes: that was checked when the query was read. */
export interface PromqlFunction {
  readonly takes: readonly ValueType[];
  /** How many of the last ones may be left out. */
  readonly optional?: number;
  /** True where the last one may come again. */
  readonly repeats?: boolean;
  readonly returns: ValueType;
  readonly compute: (args: readonly Value[], moment: Moment) => Value;
}

/** The argument as samples; none where it was left out. */
export function samplesOf(value: Value | undefined): readonly Sample[] {
  return value?.kind === "vector" ? value.samples : [];
}

export function numberOf(value: Value | undefined, fallback = Number.NaN): number {
  return value?.kind === "scalar" ? value.value : fallback;
}

export function textOf(value: Value | undefined): string {
  return value?.kind === "string" ? value.value : "";
}

/** A function of each value by itself, with numbers behind it. */
export function ofEach(
  compute: (value: number, ...numbers: number[]) => number,
  numbers: readonly "scalar"[] = [],
  optional = 0,
): PromqlFunction {
  return {
    takes: ["vector", ...numbers],
    optional,
    returns: "vector",
    compute: ([vector, ...rest]) => {
      const given = rest.map((value) => numberOf(value));
      return vectorOf(
        samplesOf(vector).map(({ labels, value }) => ({
          labels: withoutName(labels),
          value: compute(value, ...given),
        })),
      );
    },
  };
}

/** What one window gives; undefined where it gives nothing. */
export type WindowFunction = (window: Window, matrix: Matrix, number: number, moment: Moment) => number | undefined;

/** A function of each window by itself, with a number before or behind it. */
export function ofWindows(
  compute: WindowFunction,
  number: "none" | "before" | "behind" = "none",
  keepsName = false,
): PromqlFunction {
  const takes: ValueType[] =
    number === "none" ? ["matrix"] : number === "before" ? ["scalar", "matrix"] : ["matrix", "scalar"];
  return {
    takes,
    returns: "vector",
    compute: (args, moment) => {
      const matrix = args.find((value) => value.kind === "matrix");
      const given = numberOf(args.find((value) => value.kind === "scalar"));
      if (matrix === undefined) return vectorOf([]);
      const samples: Sample[] = [];
      for (const window of matrix.windows) {
        const value = compute(window, matrix, given, moment);
        if (value === undefined) continue;
        if (!keepsName) window.unnamed ??= withoutName(window.labels);
        samples.push({ labels: window.unnamed ?? window.labels, value });
      }
      return vectorOf(samples);
    },
  };
}
