import { type ClickHouseClient, ClickHouseLogLevel, type ClickHouseSettings, createClient } from "@clickhouse/client";
import type { StoreAddress } from "./address.ts";

/** Beyond the longest question, so that the store is the one to end it. */
const REQUEST_TIMEOUT_MS = 120_000;
const MAX_CONNECTIONS = 8;
/** Nobody took the request: it can be made to another server. */
const NOT_CONNECTED: ReadonlySet<unknown> = new Set([
  "ECONNREFUSED",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EAI_AGAIN",
]);

/** What spreads over the shards of a cluster: a batch is acknowledged when all shards have their part, and a subquery asks all of them. */
const CLUSTER_SETTINGS: ClickHouseSettings = { distributed_foreground_insert: 1, distributed_product_mode: "global" };

/** HTTP clients of one server, or of several that answer for each other. */
export class Servers {
  readonly #clients: readonly ClickHouseClient[];
  #current = 0;

  constructor(
    { urls, username, password, database, cluster, authorities }: StoreAddress,
    settings: ClickHouseSettings,
  ) {
    this.#clients = urls.map((url) =>
      createClient({
        url,
        username,
        password,
        ...(database === undefined ? {} : { database }),
        ...(authorities === undefined ? {} : { tls: { ca_cert: Buffer.from(authorities) } }),
        clickhouse_settings: { ...settings, ...(cluster === undefined ? {} : CLUSTER_SETTINGS) },
        request_timeout: REQUEST_TIMEOUT_MS,
        max_open_connections: MAX_CONNECTIONS,
        log: { level: ClickHouseLogLevel.OFF },
      }),
    );
  }

  /** Does something with the server that answered last; where it takes no connection, with the next one. */
  async use<T>(work: (client: ClickHouseClient) => Promise<T>): Promise<T> {
    for (let tried = 1; ; tried += 1) {
      const index = this.#current;
      try {
        return await work(this.#clients[index] as ClickHouseClient);
      } catch (error) {
        if (tried >= this.#clients.length || !NOT_CONNECTED.has((error as NodeJS.ErrnoException).code)) throw error;
        if (this.#current === index) this.#current = (index + 1) % this.#clients.length;
      }
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.close()));
  }
}
