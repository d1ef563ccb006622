import { Bindings } from "../bindings.ts";
import type { Expression, FieldReference } from "../expression.ts";
import { conditionSql, SHARED_FIELDS } from "../sql.ts";
import { knownValueSql } from "../sql-value.ts";
import type { CheckedQuestion, TimeRange } from "./question.ts";
import { QUERY_RECORDS } from "./records.ts";
import type { Weighing } from "./weight.ts";

/** What a statement reads: the record's table, the connections of calls where their values are asked for, conditions and values. */
export class Source {
  readonly bindings = new Bindings();
  readonly timeColumn: string;
  readonly #question: CheckedQuestion;
  readonly #scope: string | undefined;

  constructor(question: CheckedQuestion) {
    this.#question = question;
    this.timeColumn = QUERY_RECORDS[question.record].timeColumn;
    this.#scope =
      question.capture === undefined ? undefined : `capture_id = ${this.bindings.bind("String", question.capture)}`;
  }

  /** How much rows count, where some stand for several. */
  get weighing(): Weighing | undefined {
    return this.#question.isSampled === true ? QUERY_RECORDS[this.#question.record].weighing : undefined;
  }

  /** The table, with the values of calls' connections beside them where some are asked for. */
  from(): string {
    const { definition, rows = definition.table } = QUERY_RECORDS[this.#question.record];
    const columns = [
      ...new Set(
        fieldsRead(this.#question)
          .filter((field) => this.#isJoined(field))
          .map(({ column }) => column),
      ),
    ];
    if (columns.length === 0) return rows;
    const list = columns.map((column) => `${column} AS joined_${column}`).join(", ");
    const scope = this.#scope === undefined ? "" : ` WHERE ${this.#scope}`;
    return `${definition.table} LEFT ANY JOIN (SELECT connection_id AS joined_connection_id, ${list} FROM connections${scope}) AS of_connection ON connection_id = joined_connection_id`;
  }

  /** The rows that the question is about, in these periods; everything where there are none. */
  where(periods: readonly TimeRange[]): string {
    const { filter } = this.#question;
    const times = periods.map((period) => this.during(period));
    const parts = [
      this.#scope,
      times.length === 0 ? undefined : `(${times.join(" OR ")})`,
      filter === undefined ? undefined : this.condition(filter.expression),
    ].filter((part) => part !== undefined);
    return parts.length === 0 ? "1" : parts.join(" AND ");
  }

  /** That a row lies in a period. Keys of the table that are functions of the time are named too: else they would not be used. */
  during({ fromNs, toNs }: TimeRange): string {
    const [from, to] = [this.bindings.bindTime(fromNs), this.bindings.bindTime(toNs)];
    const own = [`${this.timeColumn} >= ${from}`, `${this.timeColumn} < ${to}`];
    const areKnown = fromNs >= 0n && toNs <= LAST_OF_KEYS_NS;
    const keys = (areKnown ? QUERY_RECORDS[this.#question.record].timeKeys : []).flatMap(({ key, of }) => [
      `${key} >= ${of}(${from})`,
      `${key} <= ${of}(${to})`,
    ]);
    return `(${[...own, ...keys].join(" AND ")})`;
  }

  condition(expression: Expression): string {
    const { table } = QUERY_RECORDS[this.#question.record].definition;
    return conditionSql(expression, table, {
      bindings: this.bindings,
      ...(this.#scope === undefined ? {} : { scope: this.#scope }),
    });
  }

  /** A field's value, NULL where it is absent. */
  value(field: FieldReference): string {
    return knownValueSql(field, this.bindings, this.#isJoined(field) ? `joined_${field.column}` : undefined);
  }

  #isJoined({ record, field }: FieldReference): boolean {
    return this.#question.record === "call" && record === "connection" && !OWN_OF_CALLS.has(field);
  }
}

/** The last moment that DateTime knows, in 2106. */
const LAST_OF_KEYS_NS = 0xffff_ffffn * 1_000_000_000n;

/** Fields of a connection that its calls' rows have too. Names are those that the call has: they may have been learned while the connection was open. */
const OWN_OF_CALLS: ReadonlySet<string> = new Set([...SHARED_FIELDS, "clientService", "serverService"]);

/** Fields whose values, not only conditions on them, a question asks for. */
function fieldsRead({ groups, fields, measures }: CheckedQuestion): FieldReference[] {
  const measured = measures.flatMap((measure) =>
    "field" in measure && measure.field !== undefined ? [measure.field] : [],
  );
  return [...groups, ...fields, ...measured];
}
