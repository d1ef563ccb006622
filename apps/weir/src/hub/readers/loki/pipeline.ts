import { type Labels, matchesAll, parseDurationMs } from "@weir/promql";
import { RE2JS } from "re2js";
import type { LabelChange, LabelCondition, LineFilter, NumberOperator, Stage } from "./expression.ts";
import { quantityOf } from "./parse-stages.ts";

/** A line with its labels, those that a parser found included. */
export interface Line {
  readonly atNs: bigint;
  readonly text: string;
  readonly labels: Labels;
}

/** The stages as a function: the line as it comes out, undefined where it is filtered. */
export function pipeline(stages: readonly Stage[]): (line: Line) => Line | undefined {
  const steps = stages.map(stepOf);
  return (line) => {
    let now: Line | undefined = line;
    for (const step of steps) now = now && step(now);
    return now;
  };
}

function stepOf(stage: Stage): (line: Line) => Line | undefined {
  switch (stage.kind) {
    case "line": {
      const test = lineTest(stage.filter);
      return (line) => (test(line.text) ? line : undefined);
    }
    case "json":
      return (line) => withFound(line, jsonLabels(line.text));
    case "logfmt":
      return (line) => withFound(line, logfmtLabels(line.text));
    case "labels": {
      const test = conditionTest(stage.condition);
      return (line) => (test(line.labels) ? line : undefined);
    }
    case "drop": {
      const names = new Set(stage.labels);
      return (line) => ({
        ...line,
        labels: Object.fromEntries(Object.entries(line.labels).filter(([name]) => !names.has(name))),
      });
    }
    case "lineFormat":
      return (line) => ({ ...line, text: stage.template(line.text, line.labels) });
    case "labelFormat":
      return (line) => ({
        ...line,
        labels: stage.changes.reduce((labels, change) => changed(line, labels, change), line.labels),
      });
    default:
      return stage satisfies never;
  }
}

/** The labels after one change of them. */
function changed({ text }: Line, labels: Labels, change: LabelChange): Labels {
  if (change.kind === "template") return { ...labels, [change.label]: change.template(text, labels) };
  const { [change.from]: value = "", ...others } = labels;
  return { ...others, [change.label]: value };
}

function lineTest({ operator, texts }: LineFilter): (text: string) => boolean {
  const isPattern = operator === "|~" || operator === "!~";
  const patterns = isPattern ? texts.map((text) => RE2JS.compile(text)) : [];
  const has = (line: string) =>
    isPattern ? patterns.some((pattern) => pattern.matcher(line).find()) : texts.some((text) => line.includes(text));
  return operator === "|=" || operator === "|~" ? has : (line) => !has(line);
}

/** Found labels do not take the place of the stream's: they get `_extracted` behind their name. */
function withFound(line: Line, found: Labels | undefined): Line {
  if (found === undefined) return { ...line, labels: { ...line.labels, __error__: "ParserErr" } };
  const added = Object.entries(found).map(([name, value]) => [name in line.labels ? `${name}_extracted` : name, value]);
  return { ...line, labels: { ...line.labels, ...Object.fromEntries(added) } };
}

const labelName = (name: string) => name.replace(/[^a-zA-Z0-9_]/g, "_").replace(/^(?=\d)/, "_");

/** Fields of a JSON object; those of objects inside have both names joined by an underscore, lists are left out. */
function jsonLabels(text: string): Labels | undefined {
  const labels: Record<string, string> = {};
  const add = (value: unknown, name: string): void => {
    if (Array.isArray(value) || value === null) return;
    if (typeof value === "object")
      for (const [key, inner] of Object.entries(value))
        add(inner, name === "" ? labelName(key) : `${name}_${labelName(key)}`);
    else labels[name] = String(value);
  };
  try {
    const json: unknown = JSON.parse(text);
    if (typeof json !== "object" || json === null || Array.isArray(json)) return undefined;
    add(json, "");
    return labels;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** `key=value key="quoted value"`. */
function logfmtLabels(text: string): Labels {
  const pairs = text.matchAll(/([^\s="]+)=(?:"((?:[^"\\]|\\.)*)"|(\S*))/g);
  return Object.fromEntries(
    [...pairs].map(([, key = "", quoted, plain = ""]) => [labelName(key), quoted?.replace(/\\(.)/g, "$1") ?? plain]),
  );
}

const COMPARE: Readonly<Record<NumberOperator, (a: number, b: number) => boolean>> = {
  "==": (a, b) => a === b,
  "!=": (a, b) => a !== b,
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
};

function conditionTest(condition: LabelCondition): (labels: Labels) => boolean {
  switch (condition.kind) {
    case "and":
    case "or": {
      const [left, right] = [conditionTest(condition.left), conditionTest(condition.right)];
      return condition.kind === "and"
        ? (labels) => left(labels) && right(labels)
        : (labels) => left(labels) || right(labels);
    }
    case "text":
      return matchesAll([condition.matcher]);
    case "number": {
      const { label, operator, value, unit } = condition;
      return (labels) => {
        const found = measuredIn(labels[label], unit);
        return found !== undefined && COMPARE[operator](found, value);
      };
    }
    default:
      return condition satisfies never;
  }
}

/** The number that a label's text is: durations are seconds, sizes are bytes. */
export function measuredIn(text: string | undefined, unit: "none" | "duration" | "bytes"): number | undefined {
  if (text === undefined || text === "") return undefined;
  const plain = Number(text);
  if (unit === "none") return Number.isNaN(plain) ? undefined : plain;
  const value = unit === "duration" ? secondsOf(text) : quantityOf(text);
  return value === undefined || Number.isNaN(value) ? undefined : value;
}

/** Go's durations, `1.5ms`; or a plain number of seconds. */
function secondsOf(text: string): number | undefined {
  const whole = parseDurationMs(text);
  if (whole !== undefined) return whole / 1000;
  const [, amount, unit = "s"] = /^(\d*\.?\d+)(ns|us|µs|ms|s|m|h)?$/.exec(text) ?? [];
  return amount === undefined
    ? undefined
    : Number(amount) * ({ ns: 1e-9, us: 1e-6, µs: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600 }[unit] ?? 1);
}
