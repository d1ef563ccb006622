import { NS_PER_S } from "@weir/base";
import type { FieldReference } from "../expression.ts";
import { isKnownNullable } from "../sql-value.ts";
import type { MeasureScope } from "./aggregate.ts";
import { autoBucketNs } from "./buckets.ts";
import { answerColumns } from "./columns.ts";
import { measureSql } from "./measure-sql.ts";
import type { CheckedQuestion, Measure, TimeRange } from "./question.ts";
import { Source } from "./source.ts";
import type { Weighing } from "./weight.ts";
import { errorSql, hasErrorBar } from "./weighted-sql.ts";

/** A statement with its parameters, to be bound as ClickHouse query parameters. */
export interface Statement {
  readonly query: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** The width of a question's buckets over a period; undefined where it asks for none. */
export function bucketWidthNs({ bucketNs }: CheckedQuestion, range: TimeRange): number | undefined {
  return bucketNs === "auto" ? autoBucketNs(range) : bucketNs;
}

/** The period that a question names itself; undefined where an end is open. */
export function askedRange({ fromNs, toNs }: CheckedQuestion): TimeRange | undefined {
  return fromNs === undefined || toNs === undefined ? undefined : { fromNs, toNs };
}

/**
 * The question as a statement whose columns are those of {@link answerColumns}, in order. `range` is the period that it covers: rates are divided by its length and
 * buckets begin in it. One row more than `rows` tells that there are more.
 */
export function questionSql(question: CheckedQuestion, range: TimeRange, rows: number): Statement {
  const writer = new QuestionWriter(question, range);
  const query = question.fields.length > 0 ? writer.listing(rows) : writer.aggregation(rows);
  return { query, params: writer.params };
}

class QuestionWriter {
  readonly #question: CheckedQuestion;
  readonly #range: TimeRange;
  readonly #source: Source;
  readonly #widthNs: number | undefined;

  constructor(question: CheckedQuestion, range: TimeRange) {
    this.#question = question;
    this.#range = range;
    this.#source = new Source(question);
    this.#widthNs = bucketWidthNs(question, range);
  }

  get params(): Readonly<Record<string, unknown>> {
    return this.#source.bindings.params;
  }

  listing(rows: number): string {
    const { fields } = this.#question;
    const list = fields.map((field, index) => `${this.#source.value(field)} AS c${index}`).join(", ");
    const order = this.#asked() ?? this.#source.timeColumn;
    const limit = Math.min(rows, this.#question.limit) + 1;
    return `SELECT ${list} FROM ${this.#source.from()} WHERE ${this.#where()} ORDER BY ${order} LIMIT ${limit}`;
  }

  aggregation(rows: number): string {
    const { groups, others, measures, compareNs } = this.#question;
    const isCut = groups.length > 0 && (others || this.#widthNs !== undefined);
    const isTop = isCut ? `${keyOf(groups, this.#source)} IN (${this.#topGroups()})` : "1";
    const keys = [
      ...(this.#widthNs === undefined ? [] : [`fromUnixTimestamp64Nano(${this.#bucket()}, 'UTC')`]),
      ...groups.map((field) => {
        const value = this.#source.value(field);
        return others ? `if(${isTop}, ${value}, NULL)` : value;
      }),
      ...(others ? [groups.length === 0 ? "false" : `toBool(NOT (${isTop}))`] : []),
    ];
    const now = this.#scope(compareNs === undefined ? undefined : this.#source.during(this.#range));
    const scopes = compareNs === undefined ? [now] : [now, this.#scope(this.#source.during(this.#earlier()))];
    const { weighing } = this.#source;
    const barred = weighing === undefined ? [] : measures.filter(hasErrorBar);
    const values = [
      ...scopes.flatMap((scope) => measures.map((measure) => measureSql(measure, this.#source, scope))),
      ...scopes.flatMap((scope) =>
        barred.map((measure) => errorSql(measure, this.#source, weighing as Weighing, scope)),
      ),
    ];
    const list = [...keys, ...values].map((value, index) => `${value} AS c${index}`).join(", ");
    const where = isCut && !others ? `${this.#where()} AND ${isTop}` : this.#where();
    const grouping = keys.length === 0 ? "" : ` GROUP BY ${keys.map((_, index) => `c${index}`).join(", ")}`;
    const limit = isCut || groups.length === 0 ? rows : Math.min(rows, this.#question.limit);
    return `SELECT ${list} FROM ${this.#source.from()} WHERE ${where}${grouping} ORDER BY ${this.#order(keys.length)} LIMIT ${limit + 1}`;
  }

  /** The groups that get rows of their own: the first ones by the order, over the whole period. */
  #topGroups(): string {
    const { groups, measures, limit, order } = this.#question;
    const ordered = measures.find(({ text }) => text === order?.column) ?? (measures[0] as Measure);
    const value = measureSql(ordered, this.#source, { when: undefined, seconds: this.#periodSeconds() });
    const direction = order?.column === ordered.text && !order.descending ? "ASC" : "DESC";
    const where = this.#source.where(this.#isBounded() ? [this.#range] : []);
    const key = keyOf(groups, this.#source);
    return `SELECT ${key} FROM ${this.#source.from()} WHERE ${where} GROUP BY ${key} ORDER BY ${value} ${direction} NULLS LAST, ${key} LIMIT ${limit}`;
  }

  #where(): string {
    if (!this.#isBounded()) return this.#source.where([]);
    const { compareNs } = this.#question;
    return this.#source.where(compareNs === undefined ? [this.#range] : [this.#range, this.#earlier()]);
  }

  /** Without a bound of its own the question is about all rows, and the range is where these lie. */
  #isBounded(): boolean {
    return this.#question.fromNs !== undefined || this.#question.toNs !== undefined;
  }

  #earlier(): TimeRange {
    const shift = this.#question.compareNs ?? 0n;
    return { fromNs: this.#range.fromNs - shift, toNs: this.#range.toNs - shift };
  }

  /** Where a row's bucket begins, in nanoseconds; rows of the earlier period go into the buckets of this one. */
  #bucket(): string {
    const { bindings, timeColumn } = this.#source;
    const width = bindings.bind("Int64", this.#widthNs ?? 1);
    const shift = this.#question.compareNs;
    const shifted =
      shift === undefined
        ? ""
        : ` + if(${this.#source.during(this.#range)}, 0, ${bindings.bind("Int64", shift.toString())})`;
    return `intDiv(toUnixTimestamp64Nano(${timeColumn})${shifted}, ${width}) * ${width}`;
  }

  #scope(when: string | undefined): MeasureScope {
    return { when, seconds: this.#widthNs === undefined ? this.#periodSeconds() : this.#bucketSeconds() };
  }

  #periodSeconds(): string {
    return this.#source.bindings.bind("Float64", Number(this.#range.toNs - this.#range.fromNs) / NS_PER_S);
  }

  /** The first and the last bucket may lie only partly in the period. */
  #bucketSeconds(): string {
    const { bindings } = this.#source;
    const [from, to] = [this.#range.fromNs, this.#range.toNs].map((ns) => bindings.bind("Int64", ns.toString()));
    const begin = `toUnixTimestamp64Nano(c0)`;
    return `((least(${begin} + ${bindings.bind("Int64", this.#widthNs ?? 1)}, ${to}) - greatest(${begin}, ${from})) / 1e9)`;
  }

  #order(keys: number): string {
    const plain = Array.from({ length: keys }, (_, index) => `c${index}`);
    const asked = this.#asked();
    if (asked !== undefined) return [asked, ...plain].join(", ");
    if (this.#widthNs !== undefined) return plain.join(", ");
    return [...(this.#question.others ? [`c${keys - 1}`] : []), `c${keys} DESC NULLS LAST`, ...plain].join(", ");
  }

  /** The order that was asked for. */
  #asked(): string | undefined {
    const { order } = this.#question;
    if (order === undefined) return undefined;
    const index = answerColumns(this.#question).findIndex(({ name }) => name === order.column);
    return `c${index} ${order.descending ? "DESC" : "ASC"} NULLS LAST`;
  }
}

/** What tells groups apart, never NULL: a set holds no NULL. */
function keyOf(groups: readonly FieldReference[], source: Source): string {
  const parts = groups.flatMap((field) => {
    const value = source.value(field);
    return isKnownNullable(field) ? [`isNull(${value})`, `ifNull(toString(${value}), '')`] : [value];
  });
  return `tuple(${parts.join(", ")})`;
}
