import { aggregate } from "./aggregate.ts";
import { joinSides } from "./binary.ts";
import type { Expression, Selector, Subquery } from "./expression.ts";
import { FUNCTIONS } from "./functions/index.ts";
import { type Labels, signature, withoutName } from "./labels.ts";
import { LOOKBACK_MS, PROMQL_LIMITS } from "./limits.ts";
import { PromqlError } from "./problem.ts";
import { momentsOf, type Span, shifted } from "./selectors.ts";
import { countFrom, type Series, shownAt } from "./series.ts";
import { type Matrix, type Sample, type Value, type Vector, vectorOf, type Window } from "./value.ts";

/** The samples that the selectors of a query need. */
export type LoadedSamples = ReadonlyMap<Selector, readonly Series[]>;

/** A series with the window in which a selector looked at it last: the next moment's is near, and takes its place. */
interface Looked extends Window {
  readonly series: Series;
  begin: number;
  end: number;
}

/** Evaluates a query at one moment after the other. */
export class Evaluation {
  readonly #samples: ReadonlyMap<Selector, readonly Looked[]>;
  readonly #whole: Span;
  /** What subqueries were worth at moments that the next window has too. */
  readonly #known = new Map<Subquery, Map<number, Value>>();
  #work = 0;

  constructor(samples: LoadedSamples, whole: Span) {
    this.#samples = new Map(
      [...samples].map(([selector, all]) => [selector, all.map((series) => ({ series, ...series, begin: 0, end: 0 }))]),
    );
    this.#whole = whole;
  }

  /** The value at a moment, Unix milliseconds. */
  at(expression: Expression, atMs: number): Value {
    switch (expression.kind) {
      case "number":
        return { kind: "scalar", value: expression.value };
      case "string":
        return { kind: "string", value: expression.value };
      case "selector":
        return expression.rangeMs === undefined
          ? this.#instant(expression, atMs)
          : this.#range(expression, expression.rangeMs, atMs);
      case "subquery":
        return this.#subquery(expression, atMs);
      case "call":
        return this.#call(expression, atMs);
      case "aggregate": {
        const inner = this.at(expression.inner, atMs);
        const parameter = expression.parameter === undefined ? undefined : this.at(expression.parameter, atMs);
        return this.#counted(aggregate(expression, inner.kind === "vector" ? inner : vectorOf([]), parameter));
      }
      case "binary":
        return this.#counted(joinSides(expression, this.at(expression.left, atMs), this.at(expression.right, atMs)));
      case "negative":
        return negated(this.at(expression.inner, atMs));
      default:
        return expression satisfies never;
    }
  }

  #spend(samples: number): void {
    this.#work += samples;
    if (this.#work > PROMQL_LIMITS.work)
      throw new PromqlError(
        "limit",
        `the query looks at more than ${PROMQL_LIMITS.work} samples: ask about less time, or with a wider step`,
      );
  }

  #counted(value: Value): Value {
    if (value.kind === "vector") this.#spend(value.samples.length);
    return value;
  }

  #instant(selector: Selector, atMs: number): Vector {
    const time = shifted(selector, atMs, this.#whole);
    const samples: Sample[] = [];
    for (const looked of this.#samples.get(selector) ?? []) {
      const { labels, times, values } = looked;
      looked.end = countFrom(looked.end, times, time);
      const index = shownAt(looked.series, looked.end, time, LOOKBACK_MS);
      if (index >= 0) samples.push({ labels, value: values[index] ?? Number.NaN, measuredMs: times[index] ?? time });
    }
    this.#spend(samples.length);
    return vectorOf(samples);
  }

  #range(selector: Selector, rangeMs: number, atMs: number): Matrix {
    const toMs = shifted(selector, atMs, this.#whole);
    const fromMs = toMs - rangeMs;
    const windows: Window[] = [];
    for (const looked of this.#samples.get(selector) ?? []) {
      looked.begin = countFrom(looked.begin, looked.times, fromMs);
      looked.end = countFrom(looked.end, looked.times, toMs);
      if (looked.begin === looked.end) continue;
      this.#spend(looked.end - looked.begin);
      windows.push(looked);
    }
    return { kind: "matrix", windows, fromMs, toMs };
  }

  #subquery(subquery: Subquery, atMs: number): Matrix {
    const toMs = shifted(subquery, atMs, this.#whole);
    const fromMs = toMs - subquery.rangeMs;
    const known = this.#known.get(subquery) ?? new Map<number, Value>();
    this.#known.set(subquery, known);
    // Whoever goes forward in time needs the moments before the window no more.
    for (const moment of known.keys()) if (moment <= fromMs) known.delete(moment);
    const series = new Map<string, { labels: Labels; times: number[]; values: number[] }>();
    for (const moment of momentsOf(subquery.stepMs, fromMs, toMs)) {
      const value = known.get(moment) ?? this.at(subquery.inner, moment);
      known.set(moment, value);
      for (const sample of samplesIn(value)) {
        const key = signature(sample.labels);
        const one = series.get(key) ?? { labels: sample.labels, times: [], values: [] };
        one.times.push(moment);
        one.values.push(sample.value);
        series.set(key, one);
        this.#spend(1);
      }
    }
    const windows = [...series.values()].map((one): Window => ({ ...one, begin: 0, end: one.times.length }));
    return { kind: "matrix", windows, fromMs, toMs };
  }

  #call({ name, args }: Extract<Expression, { kind: "call" }>, atMs: number): Value {
    const known = FUNCTIONS[name];
    if (known === undefined) throw new PromqlError("execution", `the function ${name} is not known here`);
    const values = args.map((argument) => this.at(argument, atMs));
    return this.#counted(known.compute(values, { atMs, written: args }));
  }
}

function negated(value: Value): Value {
  if (value.kind === "scalar") return { kind: "scalar", value: -value.value };
  return vectorOf(samplesIn(value).map(({ labels, value: of }) => ({ labels: withoutName(labels), value: -of })));
}

function samplesIn(value: Value): Vector["samples"] {
  if (value.kind === "vector") return value.samples;
  return value.kind === "scalar" ? [{ labels: {}, value: value.value }] : [];
}
