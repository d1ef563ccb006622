import type { Expression } from "./expression.ts";
import type { Labels } from "./labels.ts";

/** One series at one moment. */
export interface Sample {
  readonly labels: Labels;
  readonly value: number;
  /** When it was measured, where that is not the moment of the evaluation. Unix milliseconds. */
  readonly measuredMs?: number;
}

/** Samples of one series in a window: those from `begin` to before `end` of the arrays. */
export interface Window {
  readonly labels: Labels;
  readonly times: ArrayLike<number>;
  readonly values: ArrayLike<number>;
  readonly begin: number;
  readonly end: number;
  /** The labels without the metric's name, once somebody wanted them. */
  unnamed?: Labels;
}

/** Windows that lie between two moments: after the first, up to the second. Unix milliseconds. */
export interface Matrix {
  readonly kind: "matrix";
  readonly windows: readonly Window[];
  readonly fromMs: number;
  readonly toMs: number;
}

export interface Vector {
  readonly kind: "vector";
  readonly samples: readonly Sample[];
}

export type Value =
  | { readonly kind: "scalar"; readonly value: number }
  | { readonly kind: "string"; readonly value: string }
  | Vector
  | Matrix;

/** What a function knows beside its arguments: when it is, and what its arguments were written as. */
export interface Moment {
  readonly atMs: number;
  readonly written: readonly Expression[];
}

export function vectorOf(samples: readonly Sample[]): Vector {
  return { kind: "vector", samples };
}
