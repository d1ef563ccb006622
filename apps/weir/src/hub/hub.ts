import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { type ServerType, serve } from "@hono/node-server";
import { serveStatic } from "@hono/node-server/serve-static";
import type { AnalysisConfig } from "@weir/analysis";
import { WeirError } from "@weir/base";
import { ROUTES, type Route, type RouteName } from "@weir/http-contract";
import { DiskGuard, type Engine, QueryRunner, Store, type StoreAddress, startEngine } from "@weir/storage";
import { Hono } from "hono";
import { Agents } from "./agents/agents.ts";
import { CaptureFolder } from "./capture-folder.ts";
import { createHandlers } from "./handlers.ts";
import { Imports } from "./imports.ts";
import { openApiDocument } from "./openapi.ts";
import { answerOf } from "./problems.ts";
import { type ReceiverOptions, type Receivers, startReceivers } from "./receivers/receivers.ts";
import { watchFolder } from "./watch-folder.ts";

export interface HubOptions {
  readonly dataDir: string;
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly watchDir?: string | undefined;
  /** A ClickHouse server of one's own instead of the embedded one. */
  readonly clickhouse?: StoreAddress | undefined;
  readonly names: ReadonlyMap<string, string>;
  /** Thresholds of findings and verdicts. */
  readonly config: AnalysisConfig;
  readonly receivers: ReceiverOptions;
  readonly entries: HubEntries;
  /** Tokens of which an agent must have one; none: any agent is taken. */
  readonly agentTokens?: readonly string[];
  readonly log: (line: string) => void;
}

/** Files that the hub starts or serves. */
export interface HubEntries {
  readonly engineChild: string;
  readonly importWorker: URL;
  readonly consoleDir: string;
  /** Arguments for Node before the engine's script, e.g. a loader in tests. */
  readonly nodeArguments?: readonly string[];
}

/** A running hub. */
export interface Hub {
  readonly url: string;
  readonly folder: CaptureFolder;
  readonly imports: Imports;
  readonly receivers: Receivers;
  stop(): Promise<void>;
}

/** For uploads and answers under way when the hub is told to stop. */
const DRAIN_LIMIT_MS = 5_000;

/** Starts the store, the HTTP server and the import queue; returns when the hub answers. */
export async function startHub(options: HubOptions): Promise<Hub> {
  const { log, entries } = options;
  const dataDir = resolve(options.dataDir);
  await mkdir(dataDir, { recursive: true }).catch((cause: Error) => {
    throw new WeirError(
      "CONFIG_INVALID",
      `the data folder ${dataDir} cannot be made: ${cause.message}`,
      "Name another one with --data",
      { cause },
    );
  });
  const engine =
    options.clickhouse === undefined
      ? await startEngine({
          dataDir,
          childEntry: entries.engineChild,
          ...(entries.nodeArguments === undefined ? {} : { nodeArguments: entries.nodeArguments }),
          onChange: (state) =>
            log(state === "down" ? "the store went down, starting it again" : "the store is up again"),
        })
      : undefined;
  try {
    return await startOn(engine, dataDir, options);
  } catch (error) {
    // A child that is left behind would keep the program, and the data folder.
    await engine?.stop();
    throw error;
  }
}

/** Everything of a hub that comes after its engine. */
async function startOn(engine: Engine | undefined, dataDir: string, options: HubOptions): Promise<Hub> {
  const { log, entries } = options;
  const address = engine ?? (options.clickhouse as StoreAddress);
  const disk = new DiskGuard(dataDir);
  const store = new Store(address, engine === undefined ? undefined : disk);
  const runner = new QueryRunner(address);
  await store.open();
  const folder = new CaptureFolder(join(dataDir, "captures"), disk);
  await folder.open();
  const { names, config } = options;
  const imports = new Imports({ folder, store, workerEntry: entries.importWorker, names, config, log });
  await imports.resume();
  const receivers = await startReceivers(store, options.receivers, log);
  const agents = new Agents(store, options.agentTokens ?? []);
  const parts = { store, runner, engine, disk, folder, imports, config, receivers, agents };
  const app = createApp(createHandlers(parts), entries.consoleDir, log);
  const { server, port } = await listen(app, options.host, options.port).catch(async (error: unknown) => {
    await receivers.close();
    throw error;
  });
  const stopWatching = options.watchDir === undefined ? undefined : watchFolder(options.watchDir, folder, imports, log);
  const shownHost = options.host === "0.0.0.0" || options.host === "::" ? "127.0.0.1" : options.host;
  return {
    url: `http://${shownHost}:${port}`,
    folder,
    imports,
    receivers,
    async stop() {
      stopWatching?.();
      await closeServer(server);
      await Promise.all([imports.stop(), receivers.close()]);
      await runner.close();
      await store.close();
      await engine?.stop();
    },
  };
}

function createApp(handlers: ReturnType<typeof createHandlers>, consoleDir: string, log: (line: string) => void): Hono {
  const app = new Hono();
  for (const [name, route] of Object.entries(ROUTES) as [RouteName, Route][]) {
    app.on(route.method.toUpperCase(), route.path.replace(/\{(\w+)\}/g, ":$1"), handlers[name]);
  }
  app.get("/api/openapi.json", (context) => context.json(openApiDocument()));
  app.all("/api/*", () => {
    throw new WeirError("NOT_FOUND", "there is no such path in the API", "GET /api/openapi.json lists all");
  });
  serveConsole(app, consoleDir);
  app.onError((error, context) => {
    const { status, problem } = answerOf(error);
    if (status === 500) log(`${context.req.method} ${context.req.path}: ${error.stack ?? error.message}`);
    return context.json(problem, status);
  });
  return app;
}

/** The console's files; every other path is a page of it. */
function serveConsole(app: Hono, consoleDir: string): void {
  if (!existsSync(join(consoleDir, "index.html"))) {
    app.get("*", (context) => context.text("The console is not built. Run: npm run build", 404));
    return;
  }
  app.use("*", serveStatic({ root: relative(process.cwd(), consoleDir) }));
  app.get("*", async (context) => context.html(await readFile(join(consoleDir, "index.html"), "utf8")));
}

function listen(app: Hono, hostname: string, port: number): Promise<{ server: ServerType; port: number }> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: app.fetch, hostname, port }, (info) => resolve({ server, port: info.port }));
    server.once("error", (error: NodeJS.ErrnoException) => {
      reject(
        error.code === "EADDRINUSE"
          ? new WeirError(
              "PORT_IN_USE",
              `port ${port} is taken on ${hostname}`,
              "Another hub may be running; take another port with --port",
              { cause: error },
            )
          : error,
      );
    });
  });
}

/** Takes no more requests, and lets those under way come to their end for a while. */
function closeServer(server: ServerType): Promise<void> {
  return new Promise((resolve) => {
    const closeAll = () => "closeAllConnections" in server && server.closeAllConnections();
    const timer = setTimeout(closeAll, DRAIN_LIMIT_MS);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    if ("closeIdleConnections" in server) server.closeIdleConnections();
  });
}
