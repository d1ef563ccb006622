import { aggregate, type MeasureScope } from "./aggregate.ts";
import type { Measure } from "./question.ts";
import type { Source } from "./source.ts";
import { weightedSql } from "./weighted-sql.ts";

/** A measure as an aggregate; NULL where it has nothing to be computed from. */
export function measureSql(measure: Measure, source: Source, scope: MeasureScope): string {
  const { when, seconds } = scope;
  if (source.weighing !== undefined) return weightedSql(measure, source, source.weighing, scope);
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
