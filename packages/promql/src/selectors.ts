import type { Expression, Selector, TimeShift } from "./expression.ts";
import { DEFAULT_STEP_MS, LOOKBACK_MS } from "./limits.ts";

/** From the first to the last moment of an evaluation, Unix milliseconds. */
export interface Span {
  readonly startMs: number;
  readonly endMs: number;
}

/** A selector of a query, and of which time it needs samples. */
export interface NeededSamples extends Span {
  readonly selector: Selector;
}

/** The moment that is looked up for a moment of the evaluation. */
export function shifted({ offsetMs, at }: TimeShift, atMs: number, whole: Span): number {
  const fixed = at === undefined ? atMs : at === "start" ? whole.startMs : at === "end" ? whole.endMs : at.ms;
  return fixed - offsetMs;
}

/** All selectors of a query with the time that each needs, when it is evaluated over a span. */
export function samplesNeeded(expression: Expression, whole: Span, span: Span = whole): NeededSamples[] {
  switch (expression.kind) {
    case "number":
    case "string":
      return [];
    case "selector": {
      const { startMs, endMs } = shiftedSpan(expression, span, whole);
      return [{ selector: expression, startMs: startMs - (expression.rangeMs ?? LOOKBACK_MS), endMs }];
    }
    case "subquery": {
      const { startMs, endMs } = shiftedSpan(expression, span, whole);
      return samplesNeeded(expression.inner, whole, { startMs: startMs - expression.rangeMs, endMs });
    }
    case "call":
      return expression.args.flatMap((argument) => samplesNeeded(argument, whole, span));
    case "aggregate":
      return [expression.inner, ...(expression.parameter === undefined ? [] : [expression.parameter])].flatMap((part) =>
        samplesNeeded(part, whole, span),
      );
    case "binary":
      return [expression.left, expression.right].flatMap((side) => samplesNeeded(side, whole, span));
    case "negative":
      return samplesNeeded(expression.inner, whole, span);
    default:
      return expression satisfies never;
  }
}

function shiftedSpan(shift: TimeShift, { startMs, endMs }: Span, whole: Span): Span {
  return { startMs: shifted(shift, startMs, whole), endMs: shifted(shift, endMs, whole) };
}

/** The moments of a subquery in a window: multiples of its step, after the first moment and up to the last. */
export function momentsOf(stepMs: number | undefined, fromMs: number, toMs: number): number[] {
  const step = stepMs ?? DEFAULT_STEP_MS;
  const first = (Math.floor(fromMs / step) + 1) * step;
  return Array.from({ length: Math.max(0, Math.floor((toMs - first) / step) + 1) }, (_, index) => first + index * step);
}
