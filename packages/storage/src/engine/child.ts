/**
 * The engine's own process: opens ClickHouse out of the `chdb` package and runs it as a server on loopback until it is stopped.
 * A crash of the engine ends this process and nothing else. Started by `engine.ts` with the data folder, the configuration, the port and its own process id as arguments.
 */
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { DataType, load, open } from "ffi-rs";

const PR_SET_PDEATHSIG = 1;
const SIGKILL = 9;

/** A query that never ends keeps the engine's main function, and so its listeners, running. */
const BOOT_QUERY =
  "SELECT /*weir-main*/ sum(sleepEachRow(0.5)) FROM system.numbers SETTINGS max_block_size=1, max_execution_time=0";

/** Where the engine's shared library lies: in the platform's package beside chdb. */
function libraryPath(): string {
  const require = createRequire(import.meta.url);
  const platform = `${process.platform}-${process.arch}${process.platform === "linux" ? "-gnu" : ""}`;
  const manifest = createRequire(require.resolve("chdb/package.json")).resolve(`@chdb/lib-${platform}/package.json`);
  return join(dirname(manifest), "libchdb.so");
}

/** The engine dies with its hub, however the hub ends. */
function dieWithParent(parentPid: number): void {
  if (process.platform !== "linux") return;
  open({ library: "libc", path: "libc.so.6" });
  load({
    library: "libc",
    funcName: "prctl",
    retType: DataType.I32,
    paramsType: [DataType.I32, DataType.I64, DataType.I64, DataType.I64, DataType.I64],
    paramsValue: [PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0],
  });
  // The hub may have ended before that was said.
  if (process.ppid !== parentPid) process.exit(1);
}

/** `tcpPort`, for other engines, is not opened where it is empty. */
function run(dataDir: string, configFile: string, port: string, host: string, tcpPort: string): void {
  const protocols = tcpPort === "" ? ["HTTP"] : ["HTTP", "TCP"];
  const argv = [
    "clickhouse",
    `--path=${dataDir}/store`,
    `--config-file=${configFile}`,
    `--http_port=${port}`,
    ...(tcpPort === "" ? [] : [`--tcp_port=${tcpPort}`]),
    `--listen_host=${host}`,
    `--query=${protocols.map((name) => `SYSTEM START LISTEN ${name}; `).join("")}${BOOT_QUERY}`,
  ];
  open({ library: "chdb", path: libraryPath() });
  load({
    library: "chdb",
    funcName: "chdb_query_cmdline",
    retType: DataType.Void,
    paramsType: [DataType.I32, DataType.StringArray],
    paramsValue: [argv.length, argv],
  });
}

const [dataDir = "", configFile = "", port = "", parentPid = "", host = "127.0.0.1", tcpPort = ""] =
  process.argv.slice(2);
dieWithParent(Number(parentPid));
run(dataDir, configFile, port, host, tcpPort);
