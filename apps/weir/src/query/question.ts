import { WeirError } from "@weir/base";
import type { RecordWord } from "@weir/model";
import type { Question } from "@weir/query";

/** What `weir query` is told. */
export interface QueryOptions extends Period {
  readonly record: RecordWord;
  readonly capture?: string;
  readonly groupBy: readonly string[];
  readonly measure: readonly string[];
  readonly fields: readonly string[];
  readonly bucket?: string;
  readonly order?: string;
  readonly limit?: number;
  readonly others?: boolean;
  readonly compare?: string;
  readonly hub: string;
  readonly format: "table" | "json" | "csv" | "parquet" | "arrow";
  readonly output?: string;
}

/** The question that the options ask. `nowMs`: what `--last` counts back from, as Unix milliseconds. */
export function questionOf(filter: string | undefined, options: QueryOptions, nowMs: number): Question {
  const { record, capture, bucket, order, limit, others, compare, groupBy, measure, fields } = options;
  const all: Question = {
    record,
    filter,
    capture,
    ...periodOf(options, nowMs),
    groupBy: groupBy.length === 0 ? undefined : groupBy,
    measures: measure.length === 0 ? undefined : measure,
    fields: fields.length === 0 ? undefined : fields,
    bucket,
    order,
    limit,
    others,
    compare,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as unknown as Question;
}

const MS_PER_UNIT: Readonly<Record<string, number>> = { s: 1e3, m: 60e3, h: 3_600e3, d: 86_400e3 };

/** A period as options name it. */
export interface Period {
  readonly from?: string;
  readonly to?: string;
  readonly last?: string;
}

/** The period that options name. `nowMs`: what `--last` counts back from. */
export function periodOf({ from, to, last }: Period, nowMs: number): Pick<Question, "from" | "to"> {
  if (last === undefined) return { from, to };
  if (from !== undefined || to !== undefined)
    throw new WeirError("USAGE", "--last and --from or --to say two things", "Leave one of them out");
  const [, amount, unit = ""] = /^(\d+)([smhd])$/.exec(last) ?? [];
  if (amount === undefined)
    throw new WeirError("USAGE", `"${last}" is no time to look back`, "Give it as 90s, 15m, 24h or 7d");
  const fromMs = nowMs - Number(amount) * (MS_PER_UNIT[unit] ?? 1);
  return { from: new Date(fromMs).toISOString(), to: new Date(nowMs).toISOString() };
}
