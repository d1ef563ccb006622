// RE2 for JavaScript, with groups: Prometheus' patterns, in linear time whatever the pattern.
import { RE2JS } from "re2js";
import type { Matcher } from "./expression.ts";
import { PromqlError } from "./problem.ts";

/** Names and values of a series; an absent label is empty. `__name__` is the metric's name. */
export type Labels = Readonly<Record<string, string>>;

export const NAME = "__name__";

/** The same labels are the same text, in whatever order they stand. */
export function signature(labels: Labels): string {
  return Object.keys(labels)
    .sort()
    .map((name) => `${name}\u0000${labels[name]}`)
    .join("\u0001");
}

/** What is left of labels when these are kept, or left out. */
export function onlyLabels(labels: Labels, names: ReadonlySet<string>): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => names.has(name)));
}

export function withoutLabels(labels: Labels, names: ReadonlySet<string>): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => !names.has(name)));
}

const NAME_ONLY: ReadonlySet<string> = new Set([NAME]);
const withoutNames = new WeakMap<Labels, Labels>();

/** Labels of what was computed: it is no longer what the metric's name says. */
export function withoutName(labels: Labels): Labels {
  if (!(NAME in labels)) return labels;
  const known = withoutNames.get(labels);
  if (known !== undefined) return known;
  const rest = withoutLabels(labels, NAME_ONLY);
  withoutNames.set(labels, rest);
  return rest;
}

/** Labels with one of them changed; an empty value takes it away. */
export function withLabel(labels: Labels, name: string, value: string): Labels {
  const { [name]: _, ...rest } = labels;
  return value === "" ? rest : { ...rest, [name]: value };
}

/** A pattern as Prometheus means it: RE2, for the whole text, `.` is any character. */
export function wholePattern(pattern: string): RE2JS {
  try {
    return RE2JS.compile(`^(?:${pattern})$`, RE2JS.DOTALL);
  } catch (error) {
    throw new PromqlError("syntax", `"${pattern}" is no pattern: ${(error as Error).message}`);
  }
}

/** A matcher as a test of labels. */
export function labelTest({ label, operator, value }: Matcher): (labels: Labels) => boolean {
  const read = (labels: Labels) => labels[label] ?? "";
  switch (operator) {
    case "=":
      return (labels) => read(labels) === value;
    case "!=":
      return (labels) => read(labels) !== value;
    case "=~":
    case "!~": {
      const pattern = wholePattern(value);
      return (labels) => pattern.matches(read(labels)) === (operator === "=~");
    }
    default:
      return operator satisfies never;
  }
}

/** Matchers as one test: all of them hold. */
export function matchesAll(matchers: readonly Matcher[]): (labels: Labels) => boolean {
  const tests = matchers.map(labelTest);
  return (labels) => tests.every((test) => test(labels));
}
