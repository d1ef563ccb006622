import { Readable } from "node:stream";
import { ClickHouseError, type ClickHouseSettings } from "@clickhouse/client";
import { WeirError } from "@weir/base";
import type { StoreAddress } from "./address.ts";
import { storageFailure } from "./failure.ts";
import { rowReader } from "./json-cells.ts";
import { Servers } from "./servers.ts";

/** What the schema needs of a server: statements and questions. */
export interface SqlSession {
  /** Runs a statement that answers nothing. */
  command(statement: string, params?: Readonly<Record<string, unknown>>): Promise<void>;
  /** Integers come as numbers where these can hold them, else as their decimal digits. */
  rows<Row = Record<string, unknown>>(query: string, params: Readonly<Record<string, unknown>>): Promise<Row[]>;
}

/** One batch for one table: cells in the order of its columns. */
export interface RowBatch {
  readonly table: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
  /** Name of the batch: the same token again adds nothing. */
  readonly token: string;
}

/** One batch that is encoded: blocks of the Native format with these columns, one behind the other. */
export interface BlockBatch extends Omit<RowBatch, "rows"> {
  readonly blocks: readonly Uint8Array[];
}

const SETTINGS = {
  date_time_input_format: "best_effort",
  date_time_output_format: "iso",
  output_format_json_quote_64bit_integers: 1,
} as const;

/** A ClickHouse server or cluster, spoken to over HTTP. Every failure is a WeirError that says what to do. */
export class Session implements SqlSession {
  readonly #servers: Servers;

  constructor(address: StoreAddress) {
    this.#servers = new Servers(address, SETTINGS);
  }

  async command(statement: string, params: Readonly<Record<string, unknown>> = {}): Promise<void> {
    await guarded(() =>
      this.#servers.use((client) => client.command({ query: statement, query_params: { ...params } })),
    );
  }

  async rows<Row = Record<string, unknown>>(query: string, params: Readonly<Record<string, unknown>>): Promise<Row[]> {
    return guarded(() =>
      this.#servers.use(async (client) => {
        const result = await client.query({ query, query_params: { ...params }, format: "JSONCompact" });
        const { meta = [], data } = await result.json<unknown[]>();
        const read = rowReader(meta.map(({ type }) => type));
        const names = meta.map(({ name }) => name);
        return data.map((cells) => Object.fromEntries(read(cells).map((cell, index) => [names[index], cell])) as Row);
      }),
    );
  }

  /** Inserts one batch; returns when it is on disk. */
  async insert({ table, columns, rows, token }: RowBatch): Promise<void> {
    await guarded(() =>
      this.#servers.use((client) =>
        client.insert({
          table,
          // By name: a store that got columns later has them in another order.
          columns: [...columns] as [string, ...string[]],
          values: rows,
          format: "JSONCompactEachRow",
          clickhouse_settings: insertSettings(token),
        }),
      ),
    );
  }

  /** Inserts one batch of blocks; returns when it is on disk. */
  async insertBlocks({ table, columns, blocks, token }: BlockBatch): Promise<void> {
    const query = `INSERT INTO ${table} (${columns.join(", ")}) FORMAT Native`;
    await guarded(() => this.#send(query, blocks, insertSettings(token)));
  }

  /** Inserts one batch that comes as a block of the Native format; returns when it is on disk. Columns that the table does not have are left out. */
  async insertBlock(table: string, block: Uint8Array, token: string): Promise<void> {
    const settings = { ...insertSettings(token), input_format_skip_unknown_fields: 1 } as const;
    await guarded(() => this.#send(`INSERT INTO ${table} FORMAT Native`, [block], settings)).catch((error: unknown) => {
      throw blockFailure(error);
    });
  }

  /** Sends a statement with its bytes. */
  async #send(query: string, chunks: readonly Uint8Array[], settings: ClickHouseSettings): Promise<void> {
    const { stream } = await this.#servers.use((client) =>
      client.exec({ query, values: Readable.from(chunks, { objectMode: false }), clickhouse_settings: settings }),
    );
    // There is nothing in the answer but its end.
    stream.destroy();
  }

  async isAnswering(): Promise<boolean> {
    return this.#servers
      .use(async (client) => {
        const answer = await client.ping();
        if (!answer.success) throw answer.error;
        return true;
      })
      .catch(() => false);
  }

  close(): Promise<void> {
    return this.#servers.close();
  }
}

/** Errors of ClickHouse's that say that a block is none, or of other columns (src/Common/ErrorCodes.cpp). */
const BROKEN_BLOCK: ReadonlySet<string> = new Set([
  "ATTEMPT_TO_READ_AFTER_EOF",
  "CANNOT_CONVERT_TYPE",
  "CANNOT_READ_ALL_DATA",
  "INCORRECT_DATA",
  "ILLEGAL_TYPE_OF_ARGUMENT",
  "TOO_LARGE_ARRAY_SIZE",
  "TOO_LARGE_STRING_SIZE",
  "TYPE_MISMATCH",
  "UNKNOWN_TYPE",
]);

/** A block that cannot be read is its sender's fault: sent again it will not be better. */
function blockFailure(error: unknown): unknown {
  if (!(error instanceof ClickHouseError) || !BROKEN_BLOCK.has(error.type ?? "")) return error;
  return new WeirError("USAGE", `the batch cannot be read: ${error.message}`, "Send one block of the Native format", {
    cause: error,
  });
}

function insertSettings(token: string): ClickHouseSettings {
  return {
    insert_deduplicate: 1,
    insert_deduplication_token: token,
    // A crash between a table and its rollup: the batch that is sent again adds to the rollup alone.
    deduplicate_blocks_in_dependent_materialized_views: 1,
    // Senders may have any clock: rows of many days must not cost their batch.
    throw_on_max_partitions_per_insert_block: 0,
  };
}

async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw storageFailure(error);
  }
}
