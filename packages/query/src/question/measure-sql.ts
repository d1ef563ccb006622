import type { Measure } from "./question.ts";
import type { Source } from "./source.ts";

/** Where a measure is computed. */
export interface MeasureScope {
  /** Condition on the rows that count. */
  readonly when: string | undefined;
  /** Seconds that rates are divided by, as SQL. */
  readonly seconds: string;
}

/** A measure as an aggregate; NULL where it has nothing to be computed from. */
export function measureSql(measure: Measure, source: Source, { when, seconds }: MeasureScope): string {
  const conditions = [when, measure.where === undefined ? undefined : source.condition(measure.where)];
  const apply = (name: string, value: string, more?: string) => aggregate(name, value, [...conditions, more]);
  switch (measure.kind) {
    case "count":
      return apply("count", "");
    case "ratio":
      return `${apply("count", "", source.condition(measure.of))} / nullIf(${apply("count", "")}, 0)`;
    case "rate": {
      const amount = measure.field === undefined ? apply("count", "") : apply("sum", source.value(measure.field));
      return `${amount} / nullIf(${seconds}, 0)`;
    }
    case "sum":
    case "uniq":
      return apply(measure.kind, source.value(measure.field));
    case "min":
    case "max":
      return apply(`${measure.kind}OrNull`, source.value(measure.field));
    case "mean":
      return apply("avgOrNull", source.value(measure.field));
    case "quantile":
      return aggregate("quantileTDigestOrNull", source.value(measure.field), conditions, `(${measure.level})`);
    default:
      return measure satisfies never;
  }
}

function aggregate(name: string, value: string, conditions: readonly (string | undefined)[], parameters = ""): string {
  const given = conditions.filter((condition) => condition !== undefined);
  if (given.length === 0) return `${name}${parameters}(${value})`;
  const args = [value, given.join(" AND ")].filter((arg) => arg !== "").join(", ");
  return `${name}If${parameters}(${args})`;
}
