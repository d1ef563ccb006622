import type { ASTNode } from "@marcbachmann/cel-js";
import { conditionOf } from "../check.ts";
import type { Expression, FieldReference } from "../expression.ts";
import type { FilterEnvironment } from "../known-fields.ts";
import { nearest } from "../nearest.ts";
import { fieldOf } from "../operand.ts";
import { parseCel } from "../parse.ts";
import { printExpression } from "../print.ts";
import { type FilterProblem, isProblem, problem } from "../problem.ts";
import type { Measure } from "./question.ts";

/** The measures as people write them; each takes a condition as last argument that narrows what counts. */
export const MEASURE_FORMS = [
  { form: "count()", meaning: "How many there are" },
  { form: "rate()", meaning: "How many per second" },
  { form: "rate(NUMBER)", meaning: "The sum per second" },
  { form: "ratio(CONDITION)", meaning: 'Which share matches: ratio(call.status != "ok")' },
  { form: "sum(NUMBER)", meaning: "Sum" },
  { form: "min(VALUE)", meaning: "Smallest" },
  { form: "max(VALUE)", meaning: "Largest" },
  { form: "mean(NUMBER)", meaning: "Arithmetic mean" },
  { form: "quantile(NUMBER, LEVEL)", meaning: "Quantile by level, 0 to 1" },
  { form: "p50(NUMBER)", meaning: "Median; also p75, p90, p95, p99, p999" },
  { form: "uniq(VALUE)", meaning: "Different values" },
] as const;

const PERCENTILES: Readonly<Record<string, number>> = {
  p10: 0.1,
  p25: 0.25,
  p50: 0.5,
  p75: 0.75,
  p90: 0.9,
  p95: 0.95,
  p99: 0.99,
  p999: 0.999,
};
const NAMES = ["count", "rate", "ratio", "sum", "min", "max", "mean", "quantile", "uniq", ...Object.keys(PERCENTILES)];

/** Reads a measure and checks it against the fields that exist. Positions are those in its own text. */
export function checkMeasure(text: string, environment: FilterEnvironment): Measure | FilterProblem {
  const ast = parseCel(text);
  if (isProblem(ast)) return ast;
  if (ast.op !== "call") {
    return problem("a measure is written as a function: count(), p95(call.durationNs)", ast.start, "count()");
  }
  const [name, args] = ast.args;
  if (!NAMES.includes(name)) return problem(`there is no measure ${name}`, ast.start, suggestMeasure(name));
  return new MeasureReader(name, args, ast, environment).read();
}

function suggestMeasure(name: string): string | undefined {
  const other = { avg: "mean", average: "mean", distinct: "uniq", median: "p50", percentile: "quantile" }[name];
  return other ?? nearest(name, NAMES);
}

/** Takes the arguments of one measure off its list, front first. */
class MeasureReader {
  readonly #name: string;
  readonly #args: ASTNode[];
  readonly #node: ASTNode;
  readonly #environment: FilterEnvironment;

  constructor(name: string, args: readonly ASTNode[], node: ASTNode, environment: FilterEnvironment) {
    this.#name = name;
    this.#args = [...args];
    this.#node = node;
    this.#environment = environment;
  }

  read(): Measure | FilterProblem {
    const core = this.#core();
    if (isProblem(core)) return core;
    const [condition, ...more] = this.#args;
    if (more[0] !== undefined) return problem(`${this.#name} takes no further argument`, more[0].start);
    if (condition === undefined) return { ...core, text: printMeasure(core) };
    const where = conditionOf(condition, this.#environment);
    if (isProblem(where)) return where;
    return { ...core, where, text: printMeasure(core, where) };
  }

  #core(): MeasureCore | FilterProblem {
    switch (this.#name) {
      case "count":
        return { kind: "count" };
      case "ratio": {
        const of = this.#condition();
        return isProblem(of) ? of : { kind: "ratio", of };
      }
      case "rate": {
        if (this.#args.length === 0 || !isName(this.#args[0])) return { kind: "rate" };
        const field = this.#field(true);
        return isProblem(field) ? field : { kind: "rate", field };
      }
      case "sum":
      case "mean": {
        const field = this.#field(true);
        return isProblem(field) ? field : { kind: this.#name, field };
      }
      case "min":
      case "max":
      case "uniq": {
        const field = this.#field(false);
        return isProblem(field) ? field : { kind: this.#name, field };
      }
      default:
        return this.#quantile();
    }
  }

  #quantile(): MeasureCore | FilterProblem {
    const field = this.#field(true);
    if (isProblem(field)) return field;
    const known = PERCENTILES[this.#name];
    if (known !== undefined) return { kind: "quantile", field, level: known };
    const node = this.#args.shift();
    const level = node?.op === "value" && typeof node.args === "number" ? node.args : undefined;
    if (level === undefined || level <= 0 || level >= 1)
      return problem(
        "the level of a quantile is a number between 0.0 and 1.0",
        node?.start ?? this.#node.end - 1,
        "0.95",
      );
    return { kind: "quantile", field, level };
  }

  #condition(): Expression | FilterProblem {
    const node = this.#args.shift();
    if (node === undefined)
      return problem(`${this.#name} needs a condition: ratio(call.status != "ok")`, this.#node.end - 1);
    return conditionOf(node, this.#environment);
  }

  #field(isNumber: boolean): FieldReference | FilterProblem {
    const node = this.#args.shift();
    if (node === undefined) return problem(`${this.#name} needs a field`, this.#node.end - 1);
    const field = fieldOf(node, this.#environment);
    if (isProblem(field)) return field;
    if (field.type === "string[]" || field.type === "int[]")
      return problem(`${field.name} is a list: there is no ${this.#name} of it`, node.start);
    if (isNumber && field.type !== "int" && field.type !== "float")
      return problem(`${this.#name} is of numbers, and ${field.name} is ${field.type}`, node.start);
    return field;
  }
}

type WithoutText<M> = M extends Measure ? Omit<M, "text" | "where"> : never;
type MeasureCore = WithoutText<Measure>;

function isName(node: ASTNode | undefined): boolean {
  return node?.op === "id" || node?.op === "." || node?.op === "[]";
}

/** A measure in one form, whatever way it was written. */
function printMeasure(core: MeasureCore, where?: Expression): string {
  const args: string[] = [];
  if (core.kind === "ratio") args.push(printExpression(core.of));
  else if (core.kind !== "count" && core.field !== undefined) args.push(core.field.name);
  if (where !== undefined) args.push(printExpression(where));
  if (core.kind !== "quantile") return `${core.kind}(${args.join(", ")})`;
  const short = Object.keys(PERCENTILES).find((name) => PERCENTILES[name] === core.level);
  if (short !== undefined) return `${short}(${args.join(", ")})`;
  return `quantile(${[args[0], core.level, ...args.slice(1)].join(", ")})`;
}
