import { randomUUID } from "node:crypto";
import { type ClickHouseClient, ClickHouseError, ClickHouseLogLevel, createClient } from "@clickhouse/client";
import { WeirError } from "@weir/base";
import type { EngineAddress } from "./engine/engine.ts";
import { storageFailure } from "./failure.ts";

/** What one question may cost; the store itself enforces it. */
export interface QueryLimits {
  readonly seconds: number;
  readonly memoryBytes: number;
  /** Bytes of the answer, in memory. */
  readonly resultBytes: number;
  /** Rows that are looked at; what is found in those is the answer. Absent: all of them. */
  readonly rowsRead?: number;
}

/** A statement with its parameters. */
export interface BoundQuery {
  readonly query: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** A column as the store names it. */
export interface StoreColumn {
  readonly name: string;
  /** ClickHouse type. */
  readonly type: string;
}

/** Rows as lists of cells, with what it took to find them. */
export interface QueryResult {
  readonly columns: readonly StoreColumn[];
  readonly rows: readonly (readonly unknown[])[];
  readonly rowsRead: number;
  readonly bytesRead: number;
  readonly elapsedMs: number;
}

const SETTINGS = {
  date_time_output_format: "iso",
  output_format_json_quote_64bit_integers: 0,
  /** What a join does not find is absent, not zero. */
  join_use_nulls: 1,
  /** Selects only, though with settings. */
  readonly: "2",
} as const;
/** The store answers when it is done, so that a failure is an error and no broken answer. */
const WHOLE = { wait_end_of_query: 1 } as const;
/** Connections of their own, so that questions never wait behind inserts, nor inserts behind questions. */
const MAX_CONNECTIONS = 8;
/** Beyond the longest question, so that the store is the one to end it. */
const REQUEST_TIMEOUT_MS = 120_000;

/** Runs people's questions: within limits, and no longer than whoever asked waits for the answer. */
export class QueryRunner {
  readonly #client: ClickHouseClient;

  constructor({ url, username, password }: EngineAddress) {
    this.#client = createClient({
      url,
      username,
      password,
      clickhouse_settings: SETTINGS,
      request_timeout: REQUEST_TIMEOUT_MS,
      max_open_connections: MAX_CONNECTIONS,
      log: { level: ClickHouseLogLevel.OFF },
    });
  }

  /** The whole answer at once. When `signal` aborts, the query is killed in the store. */
  async all(query: BoundQuery, limits: QueryLimits, signal: AbortSignal): Promise<QueryResult> {
    return this.#killedOn(signal, limits, async (queryId) => {
      const result = await this.#client.query({
        ...this.#request(query, limits, queryId, signal, WHOLE),
        format: "JSONCompact",
      });
      const { meta, data, statistics } = await result.json<unknown[]>();
      return {
        columns: meta ?? [],
        rows: data,
        rowsRead: statistics?.rows_read ?? 0,
        bytesRead: statistics?.bytes_read ?? 0,
        elapsedMs: (statistics?.elapsed ?? 0) * 1e3,
      };
    });
  }

  /** Rows as the store finds them, in batches; else as {@link all}. */
  async stream(
    query: BoundQuery,
    limits: QueryLimits,
    signal: AbortSignal,
    take: (rows: readonly (readonly unknown[])[]) => Promise<void>,
  ): Promise<void> {
    await this.#killedOn(signal, limits, async (queryId) => {
      const result = await this.#client.query({
        ...this.#request(query, limits, queryId, signal, {}),
        format: "JSONCompactEachRow",
      });
      for await (const batch of result.stream<unknown[]>()) await take(batch.map((row) => row.json()));
    });
  }

  close(): Promise<void> {
    return this.#client.close();
  }

  #request({ query, params }: BoundQuery, limits: QueryLimits, queryId: string, signal: AbortSignal, more: object) {
    return {
      query,
      query_params: { ...params },
      query_id: queryId,
      abort_signal: signal,
      clickhouse_settings: {
        max_execution_time: limits.seconds,
        max_memory_usage: String(limits.memoryBytes),
        max_result_bytes: String(limits.resultBytes),
        result_overflow_mode: "throw",
        ...more,
        ...(limits.rowsRead === undefined
          ? {}
          : { max_rows_to_read: String(limits.rowsRead), read_overflow_mode: "break" as const }),
      },
    } as const;
  }

  async #killedOn<T>(signal: AbortSignal, limits: QueryLimits, work: (queryId: string) => Promise<T>): Promise<T> {
    const queryId = randomUUID();
    throwIfHungUp(signal);
    // The store goes on with a query whose asker hung up, unless it is told.
    const kill = () => {
      this.#kill(queryId).catch(() => undefined);
    };
    signal.addEventListener("abort", kill, { once: true });
    try {
      return await work(queryId);
    } catch (error) {
      throwIfHungUp(signal);
      throw limitFailure(error, limits) ?? storageFailure(error);
    } finally {
      signal.removeEventListener("abort", kill);
    }
  }

  async #kill(queryId: string): Promise<void> {
    await this.#client.command({
      query: "KILL QUERY WHERE query_id = {queryId:String} ASYNC",
      query_params: { queryId },
      clickhouse_settings: { readonly: "0" },
    });
  }
}

function throwIfHungUp({ aborted, reason }: AbortSignal): void {
  if (aborted) throw new Error("whoever asked hung up", { cause: reason });
}

/** Which limit a question reached, where it was one. */
function limitFailure(error: unknown, { seconds, memoryBytes, resultBytes }: QueryLimits): WeirError | undefined {
  if (!(error instanceof ClickHouseError)) return undefined;
  const reached = {
    TIMEOUT_EXCEEDED: `the question took longer than ${seconds} s`,
    MEMORY_LIMIT_EXCEEDED: `the question needs more than ${memoryBytes} bytes of memory`,
    TOO_MANY_ROWS_OR_BYTES: `the answer is larger than ${resultBytes} bytes`,
  }[error.type ?? ""];
  if (reached === undefined) return undefined;
  const hint = "Ask about a shorter time, one capture or a narrower filter, or group by fewer fields";
  return new WeirError("LIMIT_REACHED", reached, hint, { cause: error });
}
