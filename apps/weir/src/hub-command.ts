import { existsSync, readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { WeirError } from "@weir/base";
import { Command } from "commander";
import { type ClickhouseOptions, clickhouseAddress } from "./clickhouse-address.ts";
import { readConfiguration } from "./config-file.ts";
import { readAgentConfigFile } from "./control/agent-config.ts";
import { addExportOptions, checkExportOptions, type ExportOptions, exportExamples } from "./export/options.ts";
import type { ConfigFile } from "./hub/agents/control/agent-control.ts";
import { fileChunks } from "./hub/capture-folder.ts";
import { readAccessFile } from "./hub/doors/access-file.ts";
import { type Hub, startHub } from "./hub/hub.ts";
import type { TlsFiles } from "./hub/listen.ts";
import { RECEIVERS } from "./hub/receivers/list.ts";
import { readNamesFile } from "./names-file.ts";
import { parsePort, receiverOptions } from "./receiver-options.ts";

interface HubCommandOptions extends ClickhouseOptions, ExportOptions {
  readonly data: string;
  readonly host: string;
  readonly port: string;
  readonly watch?: string;
  readonly names?: string;
  readonly kubernetes?: string;
  readonly config?: string;
  readonly access?: string;
  readonly agentConfig?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly clientCa?: string;
  readonly insecure?: boolean;
  readonly demo?: boolean;
  readonly receivers: boolean;
  readonly freeReceiverPorts?: boolean;
  readonly receiversHost: string;
  readonly openReceivers?: readonly string[];
  readonly senders?: readonly string[];
  readonly syslogClientCa?: string;
  readonly scrape?: readonly string[];
  readonly scrapeFile?: string;
  readonly traceBudget?: string;
  readonly traceWait?: string;
}

const EXAMPLES = `
Examples:
  weir hub                                    data in ./.weir, console on http://127.0.0.1:8686
  weir hub --demo                             with the recorded demo incident
  weir hub --data /var/lib/weir --watch /var/captures --names names.json
  weir hub --host 0.0.0.0 --tls-cert hub.pem --tls-key hub.key --access access.json
  weir hub --host 0.0.0.0 --tls-cert hub.pem --tls-key hub.key --access access.json \\
           --receivers-host 0.0.0.0 --open-receivers netflow syslog-udp --senders 10.0.0.0/8
  weir hub --clickhouse http://user:password@db.example:8123/weir
  weir hub --clickhouse https://db1.example:8443/weir,https://db2.example:8443 --clickhouse-cluster shop
                                              user and password: WEIR_CLICKHOUSE_USER, WEIR_CLICKHOUSE_PASSWORD
`;

/** Where the bundle and the console lie, seen from the bundle. */
const here = (path: string) => new URL(path, import.meta.url);
const RECORDINGS = fileURLToPath(here("../../../demo/recordings/"));

/** The command `weir hub`. */
export function hubCommand(): Command {
  const command = new Command("hub")
    .description("Run the hub: the store, the HTTP API, the console, and imports of captures.")
    .option("--data <dir>", "folder for records and captures", ".weir")
    .option("--host <address>", "address to listen on", "127.0.0.1")
    .option("--port <number>", "port to listen on; 0 takes a free one", "8686")
    .option("--watch <dir>", "import captures that are dropped into this folder")
    .option("--names <file>", 'JSON object of names for addresses: {"10.0.0.2": "orders"}')
    .option(
      "--kubernetes <source>",
      "name pods, Services and nodes in imported captures, and tell agents (--kubernetes hub) of them: in-cluster, or a kubeconfig",
    )
    .option(
      "--config <file>",
      "thresholds of findings and verdicts (docs/reference/thresholds.md), sampling (docs/sampling.md), as JSON",
    )
    .option(
      "--access <file>",
      "who may do what: tokens and an identity provider, as JSON (docs/access.md); `weir token` makes tokens",
    )
    .option("--agent-config <file>", "what agents shall do, as JSON (docs/agents.md); else it is set over the API")
    .option("--tls-cert <file>", "certificate chain, PEM: the hub speaks HTTPS")
    .option("--tls-key <file>", "its private key, PEM")
    .option("--client-ca <file>", "ask callers for certificates that these (PEM) signed; the access file says whose")
    .option("--insecure", "let others reach the hub without TLS or without authentication")
    .option("--clickhouse <urls>", "use this ClickHouse instead of the embedded one; several servers joined by commas")
    .option("--clickhouse-cluster <name>", "tables lie on all hosts of this cluster")
    .option("--clickhouse-ca <file>", "certificates (PEM) of who signed the servers' ones")
    .option("--demo", "load the recorded demo incident")
    .option("--no-receivers", "receive no telemetry")
    .option(
      "--receivers-host <address>",
      "where receivers of HTTP and gRPC listen, with the hub's certificate and access file",
      "127.0.0.1",
    )
    .option(
      "--open-receivers <names...>",
      "receivers that know no sender (datagrams, syslog) and listen there all the same",
    )
    .option("--senders <networks...>", "networks whose senders those take: 10.0.0.0/8")
    .option("--syslog-client-ca <file>", "syslog over TLS asks its senders for certificates that these (PEM) signed")
    .option("--scrape <url...>", "ask these targets for Prometheus' metrics: http://127.0.0.1:9100/metrics,name=node")
    .option("--scrape-file <file>", "targets to ask, with labels and intervals, as JSON (docs/receivers.md)")
    .option(
      "--trace-budget <number>",
      "keep so many of the traces that come, 100/s, and those with errors or evidence; absent: keep all (docs/sampling.md)",
    )
    .option("--trace-wait <time>", "decide on a trace after one to two of these (default: 10s)")
    .option(
      "--free-receiver-ports",
      "receive on free ports instead of the standard ones; GET /api/receivers lists them",
    );
  for (const { name, title, standardPort } of RECEIVERS) {
    command.option(`--${name}-port <number>`, `port for ${title}; 0 takes a free one (default: ${standardPort})`);
  }
  return addExportOptions(command)
    .addHelpText("after", `${EXAMPLES}${exportExamples("hub")}`)
    .action(runHub);
}

async function runHub(options: HubCommandOptions): Promise<void> {
  const port = parsePort(options.port);
  if (options.watch !== undefined && !existsSync(options.watch)) {
    throw new WeirError(
      "FILE_NOT_FOUND",
      `there is no folder ${options.watch}`,
      "Make it, or name another one with --watch",
    );
  }
  const tls = await tlsFiles(options);
  const { syslogClientCa } = options;
  const senderAuthorities = syslogClientCa === undefined ? undefined : await readPem(syslogClientCa);
  const clientAuthorities = options.clientCa === undefined ? undefined : await readPem(options.clientCa);
  const { thresholds, sampling } = await readConfiguration(options.config);
  const { traceBudget = sampling.traceBudget, traceWait = sampling.traceWait } = options;
  const hub = await startHub({
    dataDir: options.data,
    host: options.host,
    port,
    watchDir: options.watch,
    clickhouse: clickhouseAddress(options, process.env),
    names: await namesOf(options),
    kubernetes: options.kubernetes,
    config: thresholds,
    access: options.access === undefined ? undefined : await readAccessFile(options.access),
    tls,
    clientAuthorities,
    insecure: options.insecure,
    receivers: await receiverOptions({
      ...options,
      tls,
      senderAuthorities,
      sampling: { traceBudget, traceWait },
    }),
    agentConfig: await agentConfigOf(options),
    exports: checkExportOptions(options, process.env),
    entries: {
      engineChild: fileURLToPath(here("engine-child.js")),
      importWorker: here("import-worker.js"),
      readingWorker: here("reading-worker.js"),
      consoleDir: fileURLToPath(here("../../web/dist")),
    },
    log: (line) => process.stderr.write(`${line}\n`),
  });
  if (options.demo === true) await loadDemo(hub);
  process.stdout.write(`\nWeir is ready: ${hub.url}\nStop it with Ctrl-C.\n\n`);
  stopOnSignal(hub);
}

async function agentConfigOf({ agentConfig: path }: HubCommandOptions): Promise<ConfigFile | undefined> {
  return path === undefined ? undefined : { path, config: await readAgentConfigFile(path) };
}

/** The certificate and its key; undefined where the hub speaks HTTP. */
async function tlsFiles({ tlsCert, tlsKey }: HubCommandOptions): Promise<TlsFiles | undefined> {
  if (tlsCert === undefined && tlsKey === undefined) return undefined;
  if (tlsCert === undefined || tlsKey === undefined)
    throw new WeirError(
      "USAGE",
      "a certificate needs its key, and a key its certificate",
      "Give --tls-cert and --tls-key",
    );
  return { cert: await readPem(tlsCert), key: await readPem(tlsKey) };
}

function readPem(path: string): Promise<string> {
  return readFile(path, "utf8").catch((cause: Error) => {
    throw new WeirError("CONFIG_INVALID", `${path} cannot be read: ${cause.message}`, "Check the path", { cause });
  });
}

async function namesOf(options: HubCommandOptions): Promise<ReadonlyMap<string, string>> {
  const demo = join(RECORDINGS, "names.json");
  const own = options.names === undefined ? new Map<string, string>() : await readNamesFile(options.names);
  return options.demo === true && existsSync(demo) ? new Map([...(await readNamesFile(demo)), ...own]) : own;
}

/** Takes the recorded captures, one per host, and what the services reported; waits until all is imported. A folder that has the captures has the spans as well. */
async function loadDemo(hub: Hub): Promise<void> {
  const files = existsSync(RECORDINGS) ? readdirSync(RECORDINGS).filter((name) => name.endsWith(".pcap.gz")) : [];
  if (files.length === 0)
    throw new WeirError(
      "FILE_NOT_FOUND",
      `there are no recordings in ${RECORDINGS}`,
      "Record them with demo/record.sh, or start without --demo",
    );
  process.stderr.write(`loading the demo incident: ${files.length} captures\n`);
  const ids: string[] = [];
  let hasNew = false;
  for (const name of files.sort()) {
    const { stored, isNew } = await hub.folder.take(name, fileChunks(join(RECORDINGS, name)));
    ids.push(hub.imports.add(stored).captureId);
    hasNew ||= isNew;
  }
  const spans = join(RECORDINGS, "spans.otlp.jsonl.gz");
  if (hasNew && existsSync(spans)) await hub.receivers.takeSpans(spans);
  await hub.imports.settled(ids);
}

function stopOnSignal(hub: Hub): void {
  let stopping = false;
  const stop = () => {
    if (stopping) process.exit(1);
    stopping = true;
    process.stderr.write("stopping …\n");
    hub.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
}
