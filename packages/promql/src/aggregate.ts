import type { Aggregation, Expression } from "./expression.ts";
import { type Labels, NAME, onlyLabels, signature, withLabel, withoutLabels } from "./labels.ts";
import { formatValue } from "./literals.ts";
import { PromqlError } from "./problem.ts";
import { byValue, quantileOf } from "./quantile.ts";
import { type Sample, type Value, type Vector, vectorOf } from "./value.ts";

type Aggregate = Extract<Expression, { kind: "aggregate" }>;

/** A group of series, and its samples at the moment that is looked at. */
interface Group {
  readonly labels: Labels;
  samples: Sample[];
}

/** The groups of one aggregation: a series' labels are looked at once per query. */
class Groups {
  readonly #expression: Aggregate;
  readonly #byLabels = new Map<Labels, Group>();
  readonly #byKey = new Map<string, Group>();

  constructor(expression: Aggregate) {
    this.#expression = expression;
  }

  /** Groups that have samples among these, with them. */
  of(samples: readonly Sample[]): Group[] {
    const groups: Group[] = [];
    for (const sample of samples) {
      const group = this.#byLabels.get(sample.labels) ?? this.#add(sample.labels);
      if (group.samples.length === 0) groups.push(group);
      group.samples.push(sample);
    }
    return groups;
  }

  #add(of: Labels): Group {
    const { without, labels: names } = this.#expression.by;
    const labels = without ? withoutLabels(of, new Set([...names, NAME])) : onlyLabels(of, new Set(names));
    const key = signature(labels);
    const group = this.#byKey.get(key) ?? { labels, samples: [] };
    this.#byKey.set(key, group);
    this.#byLabels.set(of, group);
    return group;
  }
}

const GROUPS = new WeakMap<Aggregate, Groups>();

function groupsOf(expression: Aggregate): Groups {
  const groups = GROUPS.get(expression) ?? new Groups(expression);
  GROUPS.set(expression, groups);
  return groups;
}

/** The samples of a vector, group by group. */
export function aggregate(expression: Aggregate, { samples }: Vector, parameter: Value | undefined): Vector {
  const results: Sample[] = [];
  for (const group of groupsOf(expression).of(samples)) {
    results.push(...resultsOf(expression.operation, group, parameter));
    group.samples = [];
  }
  return vectorOf(results);
}

function resultsOf(operation: Aggregation, { labels, samples }: Group, parameter: Value | undefined): Sample[] {
  const values = samples.map(({ value }) => value);
  const number = parameter?.kind === "scalar" ? parameter.value : Number.NaN;
  const one = (value: number): Sample[] => [{ labels, value }];
  switch (operation) {
    case "sum":
      return one(sum(values));
    case "avg":
      return one(sum(values) / values.length);
    case "min":
      return one(extreme(values, (a, b) => a < b));
    case "max":
      return one(extreme(values, (a, b) => a > b));
    case "count":
      return one(values.length);
    case "group":
      return one(1);
    case "stddev":
      return one(Math.sqrt(variance(values)));
    case "stdvar":
      return one(variance(values));
    case "quantile":
      return one(quantileOf(number, values));
    case "topk":
      return first(samples, number, (a, b) => byValue(b, a));
    case "bottomk":
      return first(samples, number, byValue);
    case "count_values":
      return countValues(labels, values, parameter);
    default:
      return operation satisfies never;
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function extreme(values: readonly number[], beats: (a: number, b: number) => boolean): number {
  return values.reduce((best, value) => (Number.isNaN(best) || beats(value, best) ? value : best), Number.NaN);
}

function variance(values: readonly number[]): number {
  const mean = sum(values) / values.length;
  return sum(values.map((value) => (value - mean) ** 2)) / values.length;
}

/** The first samples by an order; what is no number comes last in every order. */
function first(samples: readonly Sample[], count: number, order: (a: number, b: number) => number): Sample[] {
  if (!(count >= 1)) return [];
  const sorted = [...samples].sort((a, b) => {
    const [noA, noB] = [Number.isNaN(a.value), Number.isNaN(b.value)];
    return noA || noB ? Number(noA) - Number(noB) : order(a.value, b.value);
  });
  return sorted.slice(0, Math.trunc(count));
}

function countValues(labels: Labels, values: readonly number[], parameter: Value | undefined): Sample[] {
  const name = parameter?.kind === "string" ? parameter.value : "";
  if (!/^[a-zA-Z_]\w*$/.test(name)) throw new PromqlError("execution", `"${name}" is no name of a label`);
  const counts = new Map<string, number>();
  for (const value of values) counts.set(formatValue(value), (counts.get(formatValue(value)) ?? 0) + 1);
  return [...counts].map(([text, value]) => ({ labels: withLabel(labels, name, text), value }));
}
