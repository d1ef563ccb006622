import { mkdir } from "node:fs/promises";
import { hostname } from "node:os";
import { join, resolve } from "node:path";
import type { AnalysisConfig } from "@weir/analysis";
import { WeirError } from "@weir/base";
import { OneVantage } from "@weir/send";
import { DiskGuard, type Engine, QueryRunner, SqlRunner, Store, type StoreAddress, startEngine } from "@weir/storage";
import { Exports } from "../export/exports.ts";
import type { ExportTargets } from "../export/options.ts";
import { Agents } from "./agents/agents.ts";
import { AgentControl, type ConfigFile } from "./agents/control/agent-control.ts";
import { ruleWords } from "./agents/control/handlers.ts";
import { Waits } from "./agents/waits.ts";
import { createApp } from "./app.ts";
import { CaptureFolder } from "./capture-folder.ts";
import { HubCluster } from "./cluster/hub-cluster.ts";
import type { Access } from "./doors/access-file.ts";
import { AuditLog } from "./doors/audit-log.ts";
import { checkDoor } from "./doors/door-check.ts";
import { Doors } from "./doors/doors.ts";
import { expositionRoutes } from "./exposition/routes.ts";
import { createHandlers } from "./handlers.ts";
import { Imports } from "./imports.ts";
import { checkCertificate, closeServer, listen, type TlsFiles } from "./listen.ts";
import { PacketFiles } from "./packets/packet-files.ts";
import { readerRoutes } from "./readers/readers.ts";
import { checkOpenReceivers } from "./receivers/place.ts";
import { type ReceiverOptions, type Receivers, startReceivers } from "./receivers/receivers.ts";
import { RecordExports } from "./record-exports.ts";
import { SentBatches } from "./sent-batches.ts";
import { JoinWatch } from "./traces/join-watch.ts";
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
  /** Follows a Kubernetes cluster for the captures that it reads, and for its agents: `in-cluster`, or a kubeconfig. */
  readonly kubernetes?: string | undefined;
  /** Thresholds of findings and verdicts. */
  readonly config: AnalysisConfig;
  readonly receivers: ReceiverOptions;
  /** What agents shall do, where that stands in a file. */
  readonly agentConfig?: ConfigFile | undefined;
  /** What is sent to others, and where. */
  readonly exports: ExportTargets;
  /** Who may do what; absent where everybody who reaches the hub may do everything. */
  readonly access?: Access | undefined;
  readonly tls?: TlsFiles | undefined;
  /** Certificates (PEM) of who signs those of callers; absent where none are asked for. */
  readonly clientAuthorities?: string | undefined;
  /** True where the hub may be reached by others without TLS or without authentication. */
  readonly insecure?: boolean | undefined;
  readonly entries: HubEntries;
  readonly log: (line: string) => void;
}

/** Files that the hub starts or serves. */
export interface HubEntries {
  readonly engineChild: string;
  readonly importWorker: URL;
  readonly readingWorker: URL;
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

/** Starts the store, the HTTP server and the import queue; returns when the hub answers. */
export async function startHub(options: HubOptions): Promise<Hub> {
  const { log, entries, access, host } = options;
  const hasTls = options.tls !== undefined;
  const guard = { hasTls, hasAccess: access !== undefined, insecure: options.insecure === true };
  checkDoor({ what: "the hub", host, ...guard });
  checkDoor({ what: "receivers", host: options.receivers.places.host, ...guard });
  checkOpenReceivers(options.receivers.places);
  if (options.tls !== undefined) checkCertificate({ ...options.tls, ca: options.clientAuthorities });
  checkAuthorities(options);
  const doors = await Doors.make({ access, host, hasTls });
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
    return await startOn(engine, dataDir, doors, options);
  } catch (error) {
    // A child that is left behind would keep the program, and the data folder.
    await engine?.stop();
    throw error;
  }
}

/** Certificates of callers need TLS, somebody who signed them, and whose they are. */
function checkAuthorities({ tls, clientAuthorities, access }: HubOptions): void {
  const hasCertificates = (access?.certificates.length ?? 0) > 0;
  if (clientAuthorities === undefined && !hasCertificates) return;
  if (tls !== undefined && clientAuthorities !== undefined && hasCertificates) return;
  throw new WeirError(
    "USAGE",
    "certificates of callers need TLS, their authorities, and lines in the access file",
    'Give --tls-cert, --tls-key and --client-ca, and "certificates" in the file of --access (docs/access.md)',
  );
}

/** Everything of a hub that comes after its engine. */
async function startOn(engine: Engine | undefined, dataDir: string, doors: Doors, options: HubOptions): Promise<Hub> {
  const { log, entries } = options;
  const address = engine ?? (options.clickhouse as StoreAddress);
  const disk = new DiskGuard(dataDir);
  const store = new Store(address, engine === undefined ? undefined : disk);
  const runner = new QueryRunner(address);
  const sql =
    engine === undefined ? undefined : new SqlRunner({ ...engine, ...engine.reader, urls: engine.urls }, engine);
  await store.open();
  const folder = new CaptureFolder(join(dataDir, "captures"), disk);
  await folder.open();
  const { names, config } = options;
  const exports = await Exports.open(options.exports, hostname(), log, new OneVantage());
  const recordExports = new RecordExports(exports, new SentBatches(join(dataDir, "sent-batches")), log);
  const workerEntry = entries.importWorker;
  const cluster = options.kubernetes === undefined ? undefined : await HubCluster.follow(options.kubernetes, log);
  const namer = cluster?.namer;
  const imports = new Imports({ folder, store, exports: recordExports, namer, workerEntry, names, config, log });
  await imports.resume();
  const receivers = await startReceivers({
    store,
    options: options.receivers,
    door: doors,
    workerEntry: entries.readingWorker,
    samplingDir: join(dataDir, "waiting-spans"),
    log,
  });
  const joins = new JoinWatch(store, recordExports, config, log);
  const audit = new AuditLog(store);
  const agents = openAgents(store, audit, recordExports, join(dataDir, "agent-control"), options);
  const packets = new PacketFiles(folder, agents, join(dataDir, "fetched"));
  const parts = {
    store,
    runner,
    sql,
    engine,
    disk,
    folder,
    imports,
    config,
    receivers,
    exports,
    agents,
    cluster,
    packets,
    doors,
    audit,
  };
  const app = createApp({
    handlers: createHandlers(parts),
    readers: [...readerRoutes(parts), ...expositionRoutes(parts)],
    doors,
    audit,
    consoleDir: entries.consoleDir,
    log,
  });
  const { server, port } = await listen(app, options).catch(async (error: unknown) => {
    agents.close();
    cluster?.close();
    await Promise.all([receivers.close(), joins.close(), cluster?.stop()]);
    throw error;
  });
  const stopWatching = options.watchDir === undefined ? undefined : watchFolder(options.watchDir, folder, imports, log);
  const shownHost = options.host === "0.0.0.0" || options.host === "::" ? "127.0.0.1" : options.host;
  return {
    url: `${doors.hasTls ? "https" : "http"}://${shownHost}:${port}`,
    folder,
    imports,
    receivers,
    async stop() {
      stopWatching?.();
      agents.close();
      cluster?.close();
      await closeServer(server);
      await Promise.all([imports.stop(), receivers.close(), joins.close(), cluster?.stop()]);
      await exports.stop();
      await runner.close();
      await sql?.close();
      await store.close();
      await engine?.stop();
    },
  };
}

/** Who the agents are, and what they are told to do. */
function openAgents(
  store: Store,
  audit: AuditLog,
  exports: RecordExports,
  folder: string,
  { agentConfig, log }: HubOptions,
): Agents {
  const waits = new Waits();
  const control = new AgentControl(
    {
      folder,
      file: agentConfig,
      changed: () => waits.wakeAll(),
      ended: (rule) => {
        const note = { caller: "hub", address: "", action: "agentRuleEnded", subject: ruleWords(rule) } as const;
        // It has ended, written down or not; a store that is away must not end the hub.
        audit.note(note).catch((error: Error) => log(`the end of a rule is not in the audit: ${error.message}`));
      },
    },
    Date.now(),
  );
  return new Agents(store, control, waits, exports);
}
