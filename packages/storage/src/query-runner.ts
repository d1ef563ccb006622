import { randomUUID } from "node:crypto";
import type { Readable } from "node:stream";
import { type ClickHouseClient, ClickHouseError } from "@clickhouse/client";
import { WeirError } from "@weir/base";
import type { StoreAddress } from "./address.ts";
import { storageFailure } from "./failure.ts";
import { rowReader } from "./json-cells.ts";
import { Servers } from "./servers.ts";

/** What one question may cost; the store itself enforces it. */
export interface QueryLimits {
  readonly seconds: number;
  readonly memoryBytes: number;
  /** Bytes of the answer, in memory. */
  readonly resultBytes: number;
  /** Rows that are looked at; what is found in those is the answer. Absent: all of them. */
  readonly rowsRead?: number;
  /** Rows of the answer; further ones are not computed where that can be avoided. Absent: as many as the statement gives. */
  readonly resultRows?: number;
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

/** Forms of files that the store writes. */
export type FileFormat = "Parquet" | "ArrowStream" | "CSVWithNames";

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
  output_format_json_quote_64bit_integers: 1,
  /** What a join does not find is absent, not zero. */
  join_use_nulls: 1,
  /** Selects only, though with settings. */
  readonly: "2",
} as const;
/** The store answers when it is done, so that a failure is an error and no broken answer. */
const WHOLE = { wait_end_of_query: 1 } as const;

/** Runs people's questions: within limits, and no longer than whoever asked waits for the answer. */
export class QueryRunner {
  /** Connections of their own, so that questions never wait behind inserts, nor inserts behind questions. */
  readonly #servers: Servers;
  readonly #owner: Servers | undefined;

  /** `owner`: as whom queries are killed, where their own user may not. */
  constructor(address: StoreAddress, owner?: StoreAddress) {
    this.#servers = new Servers(address, SETTINGS);
    this.#owner = owner === undefined ? undefined : new Servers(owner, SETTINGS);
  }

  /** The whole answer at once. When `signal` aborts, the query is killed in the store. */
  async all(query: BoundQuery, limits: QueryLimits, signal: AbortSignal): Promise<QueryResult> {
    return this.#killedOn(signal, limits, async (client, queryId) => {
      const result = await client.query({
        ...this.#request(query, limits, queryId, signal, WHOLE),
        format: "JSONCompact",
      });
      const { meta = [], data, statistics } = await result.json<unknown[]>();
      return {
        columns: meta,
        rows: data.map(rowReader(meta.map(({ type }) => type))),
        rowsRead: statistics?.rows_read ?? 0,
        bytesRead: statistics?.bytes_read ?? 0,
        elapsedMs: (statistics?.elapsed ?? 0) * 1e3,
      };
    });
  }

  /** Rows as the store finds them, in batches, the first of which may be empty; else as {@link all}. */
  async stream(
    query: BoundQuery,
    limits: QueryLimits,
    signal: AbortSignal,
    take: (rows: readonly (readonly unknown[])[], columns: readonly StoreColumn[]) => Promise<void>,
  ): Promise<void> {
    await this.#killedOn(signal, limits, async (client, queryId) => {
      const result = await client.query({
        ...this.#request(query, limits, queryId, signal, {}),
        format: "JSONCompactEachRowWithNamesAndTypes",
      });
      // The first row has the names, the second one the types.
      const head: string[][] = [];
      for await (const batch of result.stream<unknown[]>()) {
        const rows = batch.map((row) => row.json<unknown[]>());
        while (head.length < 2 && rows.length > 0) head.push((rows.shift() ?? []) as string[]);
        const [names = [], types] = head;
        if (types === undefined) continue;
        const columns = types.map((type, index) => ({ name: names[index] ?? "", type }));
        await take(rows.map(rowReader(types)), columns);
      }
    });
  }

  /** The answer as a file that the store writes: whole before its first byte comes, so that a failure is an error and no broken file. `rows`: how many there are. */
  async file(
    { query, params }: BoundQuery,
    format: FileFormat,
    limits: QueryLimits,
    signal: AbortSignal,
  ): Promise<{ readonly bytes: Readable; readonly rows: number | undefined }> {
    return this.#killedOn(signal, limits, async (client, queryId) => {
      const statement = { query: `${query} FORMAT ${format}`, params };
      const { stream, summary } = await client.exec(this.#request(statement, limits, queryId, signal, WHOLE));
      return { bytes: stream, rows: summary === undefined ? undefined : Number(summary.result_rows) };
    });
  }

  /** The whole answer as blocks of the engine's own form: for numbers by the hundred thousand, which JSON would cost most of the time. */
  async blocks(query: BoundQuery, limits: QueryLimits, signal: AbortSignal): Promise<Uint8Array> {
    // Else the store keeps what waits for the end of the query on its disk.
    const inMemory = { ...WHOLE, http_response_buffer_size: String(limits.resultBytes) };
    return this.#killedOn(signal, limits, async (client, queryId) => {
      const statement = { query: `${query.query} FORMAT Native`, params: query.params };
      const { stream } = await client.exec(this.#request(statement, limits, queryId, signal, inMemory));
      const chunks: Uint8Array[] = [];
      for await (const chunk of stream) chunks.push(chunk as Uint8Array);
      return Buffer.concat(chunks);
    });
  }

  async close(): Promise<void> {
    await this.#servers.close();
    await this.#owner?.close();
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
        ...(limits.resultRows === undefined ? {} : { limit: String(limits.resultRows) }),
        ...(limits.rowsRead === undefined
          ? {}
          : { max_rows_to_read: String(limits.rowsRead), read_overflow_mode: "break" as const }),
      },
    } as const;
  }

  async #killedOn<T>(
    signal: AbortSignal,
    limits: QueryLimits,
    work: (client: ClickHouseClient, queryId: string) => Promise<T>,
  ): Promise<T> {
    const queryId = randomUUID();
    throwIfHungUp(signal);
    // The store goes on with a query whose asker hung up, unless it is told.
    let asked: ClickHouseClient | undefined;
    const kill = () => {
      const killed = this.#owner?.use((client) => killQuery(client, queryId)) ?? (asked && killQuery(asked, queryId));
      killed?.catch(() => undefined);
    };
    signal.addEventListener("abort", kill, { once: true });
    try {
      return await this.#servers.use((client) => {
        asked = client;
        return work(client, queryId);
      });
    } catch (error) {
      throwIfHungUp(signal);
      throw limitFailure(error, limits) ?? storageFailure(error);
    } finally {
      signal.removeEventListener("abort", kill);
    }
  }
}

async function killQuery(client: ClickHouseClient, queryId: string): Promise<void> {
  await client.command({
    query: "KILL QUERY WHERE query_id = {queryId:String} ASYNC",
    query_params: { queryId },
    clickhouse_settings: { readonly: "0" },
  });
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
