import { ClickHouseError } from "@clickhouse/client";
import { WeirError } from "@weir/base";
import type { StoreAddress } from "./address.ts";
import { type QueryLimits, QueryRunner, type StoreColumn } from "./query-runner.ts";

/** What a statement of somebody's own may cost. Narrower than the database user's limits, which hold whatever the statement says. */
export interface SqlLimits extends QueryLimits {
  /** Rows of the answer at most. */
  readonly rows: number;
}

/** Rows of a statement, as far as the limits let them through. */
export interface SqlResult {
  readonly columns: readonly StoreColumn[];
  readonly rows: readonly (readonly unknown[])[];
  /** True where there were more rows, or more bytes, than an answer may have. */
  readonly truncated: boolean;
}

/**
 * Runs SQL that people write, as a database user who may read records and nothing else. The statement may try what it wants: that user has no right to files, addresses,
 * programs or changes, and what it does not end itself is ended here.
 */
export class SqlRunner {
  readonly #runner: QueryRunner;

  /** `owner` ends what the reader began: the reader has no right even to that. */
  constructor(reader: StoreAddress, owner: StoreAddress) {
    this.#runner = new QueryRunner(reader, owner);
  }

  async run(query: string, limits: SqlLimits, signal: AbortSignal): Promise<SqlResult> {
    const enough = new AbortController();
    const gathered = new Gathered(limits, () => enough.abort());
    try {
      const either = AbortSignal.any([signal, enough.signal]);
      // One row more tells that there are more.
      const most = { ...limits, resultRows: limits.rows + 1 };
      await this.#runner.stream({ query, params: {} }, most, either, (rows, columns) => gathered.take(rows, columns));
    } catch (error) {
      if (!enough.signal.aborted || signal.aborted) throw theirFailure(error);
    }
    return { columns: gathered.columns, rows: gathered.rows, truncated: enough.signal.aborted };
  }

  close(): Promise<void> {
    return this.#runner.close();
  }
}

/** Rows of an answer, until it is as large as it may be. */
class Gathered {
  columns: readonly StoreColumn[] = [];
  readonly rows: (readonly unknown[])[] = [];
  readonly #limits: SqlLimits;
  readonly #full: () => void;
  #bytes = 0;

  constructor(limits: SqlLimits, full: () => void) {
    this.#limits = limits;
    this.#full = full;
  }

  async take(rows: readonly (readonly unknown[])[], columns: readonly StoreColumn[]): Promise<void> {
    this.columns = columns;
    for (const row of rows) {
      this.#bytes += JSON.stringify(row).length;
      if (this.rows.length >= this.#limits.rows || this.#bytes > this.#limits.resultBytes) {
        this.#full();
        return;
      }
      this.rows.push(row);
    }
  }
}

/** What the database refuses is said in its words: the statement is theirs. */
function theirFailure(error: unknown): unknown {
  if (!(error instanceof ClickHouseError)) return error;
  const isForbidden = error.type === "ACCESS_DENIED" || error.type === "READONLY";
  const hint = isForbidden
    ? "SQL reads the tables of records and nothing else; docs/reference/fields.md names their columns"
    : "It is ClickHouse's SQL; SHOW TABLES and DESCRIBE TABLE say what there is";
  return new WeirError("USAGE", error.message.split("\n")[0] ?? "the database refused it", hint, { cause: error });
}
