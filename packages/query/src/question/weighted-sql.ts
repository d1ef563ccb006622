import { aggregate, type MeasureScope } from "./aggregate.ts";
import type { Measure } from "./question.ts";
import type { Source } from "./source.ts";
import type { Weighing } from "./weight.ts";

/** Half the width of an interval that holds 95 of 100, in standard deviations. */
const STANDARD_DEVIATIONS = 1.96;
/** Quantiles are of whole numbers of records: weights are rounded to this part. */
const WEIGHT_PARTS = 16;

/** Whether a measure of sampled records has an error bar: the least, the most and how many different ones there are among those left out nobody knows. */
export function hasErrorBar({ kind }: Measure): boolean {
  return kind !== "min" && kind !== "max" && kind !== "uniq";
}

/** A measure of records that each stand for several (Horvitz and Thompson's estimator), as {@link measureSql}. */
export function weightedSql(measure: Measure, source: Source, weighing: Weighing, scope: MeasureScope): string {
  const parts = partsOf(measure, source, weighing, scope);
  switch (measure.kind) {
    case "count":
      return `toUInt64(round(${parts.records()}))`;
    case "ratio":
    case "mean":
      return parts.mean();
    case "rate":
      return `${parts.amount()} / nullIf(${scope.seconds}, 0)`;
    case "sum":
      return measure.field.type === "int" ? `toInt64(round(${parts.amount()}))` : parts.amount();
    case "quantile":
      return parts.quantile(measure.level);
    case "uniq":
      return parts.plain("uniq");
    case "min":
    case "max":
      return parts.plain(`${measure.kind}OrNull`);
    default:
      return measure satisfies never;
  }
}

/**
 * Half the width of the 95 % interval of {@link weightedSql}. Records of a trace are left out together, so that what varies are sums over traces: of a trace that is kept with probability 1/w, with the sum s, the estimate's
 * variance is w (w − 1) s².
 */
export function errorSql(measure: Measure, source: Source, weighing: Weighing, scope: MeasureScope): string {
  const parts = partsOf(measure, source, weighing, scope);
  const { amounts, counts, both } = parts.spreads();
  const wide = (variance: string) => `${STANDARD_DEVIATIONS} * sqrt(greatest(0, ${variance}))`;
  switch (measure.kind) {
    case "count":
      return wide(counts);
    case "sum":
      return wide(amounts);
    case "rate":
      return `${wide(measure.field === undefined ? counts : amounts)} / nullIf(${scope.seconds}, 0)`;
    case "ratio":
    case "mean": {
      const mean = parts.mean();
      const spread = `${amounts} - 2 * ${mean} * ${both} + pow(${mean}, 2) * ${counts}`;
      return `${wide(spread)} / nullIf(${parts.records()}, 0)`;
    }
    case "quantile": {
      // The share below the quantile is what varies; how far the quantile moves with it, its neighbours tell (Woodruff 1952).
      const { level } = measure;
      const near = Math.min(level, 1 - level) / 2;
      const slope = `(${parts.quantile(level + near)} - ${parts.quantile(level - near)}) / ${2 * near}`;
      return `${wide(`${level * (1 - level)} * ${counts}`)} / nullIf(${parts.records()}, 0) * ${slope}`;
    }
    default:
      return "NULL";
  }
}

/** The aggregates that both are made of. */
function partsOf(measure: Measure, source: Source, { weight, cluster }: Weighing, { when }: MeasureScope) {
  const conditions = [when, measure.where === undefined ? undefined : source.condition(measure.where)];
  const field = "field" in measure ? measure.field : undefined;
  const value =
    measure.kind === "ratio"
      ? `toFloat64(${source.condition(measure.of)})`
      : field === undefined
        ? "1."
        : source.value(field);
  const isThere = field === undefined ? undefined : `isNotNull(${value})`;
  const number = field === undefined ? value : `toFloat64(assumeNotNull(${value}))`;
  const apply = (name: string, args: string, parameters = "", more: readonly (string | undefined)[] = []) =>
    aggregate(name, args, [...conditions, isThere, ...more], parameters);
  const deviation = `sqrt(${weight} * (${weight} - 1))`;
  return {
    records: () => apply("sum", weight),
    amount: () => apply("sum", `${weight} * ${number}`),
    mean: () => `(${apply("sum", `${weight} * ${number}`)} / nullIf(${apply("sum", weight)}, 0))`,
    plain: (name: string) => apply(name, value),
    quantile: (level: number) =>
      apply("quantileTDigestWeightedOrNull", `${number}, toUInt64(round(${weight} * ${WEIGHT_PARTS}))`, `(${level})`),
    spreads() {
      const sums = apply("sumMap", `[${cluster}], [${deviation} * ${number}], [${deviation}]`, "", [`${weight} > 1`]);
      const [amounts, counts] = [`tupleElement(${sums}, 2)`, `tupleElement(${sums}, 3)`];
      return {
        amounts: `arraySum(x -> x * x, ${amounts})`,
        counts: `arraySum(x -> x * x, ${counts})`,
        both: `arraySum((x, y) -> x * y, ${amounts}, ${counts})`,
      };
    },
  };
}
