import type { Answer, AnswerColumn } from "@weir/http-contract";

/** One line over time. */
export interface Series {
  readonly name: string;
  /** One value per time; null where there is none. */
  readonly values: readonly (number | null)[];
  /** True where it is of the earlier period. */
  readonly isBefore: boolean;
}

/** Lines over time, all with the same times. */
export interface Lines {
  /** Beginnings of the buckets, as Unix milliseconds. */
  readonly times: readonly number[];
  readonly series: readonly Series[];
  readonly measure: AnswerColumn;
}

const NS_PER_MS = 1e6;

/** An answer over time as lines of its first measure, one per group. Buckets without records are zero where they are counted, else nothing. */
export function linesOf(answer: Answer): Lines | undefined {
  const { columns, rows, bucketNs, range } = answer;
  const measure = columns.find(({ role }) => role === "measure");
  if (bucketNs === undefined || range === undefined || measure === undefined) return undefined;
  const times = bucketTimes(range, bucketNs / NS_PER_MS);
  const indexes = new Map(times.map((time, index) => [time, index]));
  const empty = /^(count|rate|sum)\(/.test(measure.name) ? 0 : null;
  const byName = new Map<string, (number | null)[]>();
  const put = (name: string, time: number, value: unknown) => {
    const values = byName.get(name) ?? times.map(() => empty);
    byName.set(name, values);
    const index = indexes.get(time);
    if (index !== undefined) values[index] = typeof value === "number" ? value : empty;
  };
  const before = columns.findIndex(({ role, of }) => role === "before" && of === measure.name);
  for (const row of rows) {
    const time = Date.parse(String(row[0]));
    const name = groupName(columns, row);
    put(name, time, row[columns.indexOf(measure)]);
    if (before >= 0) put(name + BEFORE, time, row[before]);
  }
  const series = [...byName].map(([name, values]) => ({ name, values, isBefore: name.endsWith(BEFORE) }));
  return { times, series, measure };
}

/** What marks a line of the earlier period. */
const BEFORE = ", before";

function bucketTimes({ from, to }: { readonly from: string; readonly to: string }, widthMs: number): number[] {
  const first = Math.floor(Date.parse(from) / widthMs) * widthMs;
  const last = Date.parse(to);
  const times: number[] = [];
  for (let time = first; time < last || times.length === 0; time += widthMs) times.push(time);
  return times;
}

/** A group's values in one line; the measure's name where nothing is grouped. */
export function groupName(columns: readonly AnswerColumn[], row: readonly unknown[]): string {
  if (columns.some(({ role }, index) => role === "others" && row[index] === true)) return "others";
  const values = columns.flatMap(({ role }, index) => (role === "group" ? [groupText(row[index])] : []));
  return values.length === 0 ? "all" : values.join(" · ");
}

/** A group's value for people. */
export function groupText(value: unknown): string {
  if (value === null || value === undefined) return "none";
  return value === "" ? "empty" : String(value);
}
