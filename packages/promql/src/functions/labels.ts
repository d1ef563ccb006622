import type { Expression } from "../expression.ts";
import { type Labels, NAME, signature, wholePattern, withLabel } from "../labels.ts";
import { PromqlError } from "../problem.ts";
import { type Value, vectorOf } from "../value.ts";
import { type PromqlFunction, samplesOf, textOf } from "./function.ts";

const LABEL_NAME = /^[a-zA-Z_]\w*$/;

function labelName(value: Value | undefined): string {
  const name = textOf(value);
  if (!LABEL_NAME.test(name)) throw new PromqlError("execution", `"${name}" is no name of a label`);
  return name;
}

/** `$1` and `${name}` in a replacement become what the groups of a pattern found; `$$` is a dollar. */
function expanded(template: string, group: (name: string) => string): string {
  return template.replace(/\$(?:\$|(\w+)|\{(\w+)\})/g, (whole, plain?: string, braced?: string) =>
    whole === "$$" ? "$" : group(plain ?? braced ?? ""),
  );
}

function replaced(args: readonly Value[]): Value {
  const [vector, target, template, source, pattern] = args;
  const name = labelName(target);
  const compiled = wholePattern(textOf(pattern));
  const from = textOf(source);
  return vectorOf(
    samplesOf(vector).map((sample) => {
      const found = compiled.matcher(sample.labels[from] ?? "");
      if (!found.matches()) return sample;
      const group = (word: string) => {
        const number = /^\d+$/.test(word) ? Number(word) : compiled.namedGroups()[word];
        return number === undefined || number > found.groupCount() ? "" : (found.group(number) ?? "");
      };
      return { ...sample, labels: withLabel(sample.labels, name, expanded(textOf(template), group)) };
    }),
  );
}

function joined([vector, target, separator, ...sources]: readonly Value[]): Value {
  const name = labelName(target);
  const names = sources.map(labelName);
  return vectorOf(
    samplesOf(vector).map((sample) => ({
      ...sample,
      labels: withLabel(
        sample.labels,
        name,
        names.map((source) => sample.labels[source] ?? "").join(textOf(separator)),
      ),
    })),
  );
}

/** What a selector says about the series that it looks for: labels that are compared with one value. */
function askedLabels(expression: Expression | undefined): Labels {
  if (expression?.kind === "subquery") return {};
  if (expression?.kind !== "selector") return {};
  const labels = new Map<string, string | undefined>();
  for (const { label, operator, value } of expression.matchers) {
    if (label === NAME) continue;
    labels.set(label, operator === "=" && !labels.has(label) ? value : undefined);
  }
  return Object.fromEntries([...labels].filter((entry): entry is [string, string] => (entry[1] ?? "") !== ""));
}

function absentOf(takes: "vector" | "matrix"): PromqlFunction {
  return {
    takes: [takes],
    returns: "vector",
    compute: ([value], { written }) => {
      const isThere = value?.kind === "matrix" ? value.windows.length > 0 : samplesOf(value).length > 0;
      return vectorOf(isThere ? [] : [{ labels: askedLabels(written[0]), value: 1 }]);
    },
  };
}

function sortedBy(direction: 1 | -1): PromqlFunction {
  return {
    takes: ["vector", "string"],
    optional: 1,
    repeats: true,
    returns: "vector",
    compute: ([vector, ...names]) => {
      const order = names.map(textOf);
      const collate = new Intl.Collator("en", { numeric: true }).compare;
      return vectorOf(
        [...samplesOf(vector)].sort((a, b) => {
          for (const name of order) {
            const sign = collate(a.labels[name] ?? "", b.labels[name] ?? "");
            if (sign !== 0) return direction * sign;
          }
          return direction * (signature(a.labels) < signature(b.labels) ? -1 : 1);
        }),
      );
    },
  };
}

/** Functions of labels, and of what is not there. */
export const LABEL_FUNCTIONS: Readonly<Record<string, PromqlFunction>> = {
  label_replace: { takes: ["vector", "string", "string", "string", "string"], returns: "vector", compute: replaced },
  label_join: {
    takes: ["vector", "string", "string", "string"],
    optional: 1,
    repeats: true,
    returns: "vector",
    compute: joined,
  },
  sort_by_label: sortedBy(1),
  sort_by_label_desc: sortedBy(-1),
  absent: absentOf("vector"),
  absent_over_time: absentOf("matrix"),
};
