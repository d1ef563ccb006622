import { fileURLToPath } from "node:url";
import { type Engine, Store, startEngine } from "@weir/storage";
import type { Body } from "./ingest/bodies.ts";
import type { Work } from "./ingest/send.ts";

const childEntry = fileURLToPath(new URL("../../apps/weir/dist/engine-child.js", import.meta.url));
const IDLE_CHECK_MS = 1000;

/** The embedded engine of a hub's data folder, without the hub: for what no user does, as filling fifty million rows. */
export interface BareEngine {
  readonly pid: number;
  /** Runs a statement; nothing is parsed. */
  run(statement: string, body?: Uint8Array<ArrayBuffer>): Promise<string>;
  /** What a statement gives, as it comes. */
  bytes(statement: string): Promise<Uint8Array<ArrayBuffer>>;
  /** How blocks of the Native format are inserted into a table. */
  inserting(table: string, bodies: readonly Body[]): Work;
  /** Waits until the engine has merged what was inserted: merging would stand in the way of what is measured. */
  settle(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts the engine on a data folder and brings the schema up to date. */
export async function startBareEngine(dataDir: string): Promise<BareEngine> {
  const engine: Engine = await startEngine({ dataDir, childEntry });
  const store = new Store(engine);
  await store.open();
  const run = async (statement: string, body?: Uint8Array<ArrayBuffer>) => (await send(engine, statement, body)).text();
  return {
    pid: engine.pid ?? 0,
    run,
    async bytes(statement) {
      return new Uint8Array(await (await send(engine, statement)).arrayBuffer());
    },
    inserting(table, bodies) {
      const url = urlOf(engine, `INSERT INTO ${table} FORMAT Native`).href;
      return { url: () => url, headers: authorizationOf(engine), bodies };
    },
    async settle() {
      while ((await run("SELECT count() FROM system.merges")).trim() !== "0")
        await new Promise((resolve) => setTimeout(resolve, IDLE_CHECK_MS));
    },
    async stop() {
      await store.close();
      await engine.stop();
    },
  };
}

async function send(engine: Engine, statement: string, body?: Uint8Array<ArrayBuffer>): Promise<Response> {
  const headers = authorizationOf(engine);
  const response = await fetch(urlOf(engine, statement), { method: "POST", headers, body: body ?? null });
  if (response.ok) return response;
  throw new Error(`the engine refused ${statement.slice(0, 80)} …: ${await response.text()}`);
}

function urlOf({ urls, database }: Engine, statement: string): URL {
  const url = new URL(urls[0] ?? "");
  url.searchParams.set("query", statement);
  if (database !== undefined) url.searchParams.set("database", database);
  return url;
}

function authorizationOf({ username, password }: Engine): Record<string, string> {
  return { authorization: `Basic ${btoa(`${username}:${password}`)}` };
}
