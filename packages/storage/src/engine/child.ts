/**
 * The engine's own process: opens ClickHouse out of the `chdb` package and runs it as a server on loopback until it is stopped.
 * A crash of the engine ends this process and nothing else. Started by `engine.ts` with the data folder, the configuration and the port as arguments.
 */
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { DataType, load, open } from "ffi-rs";

const PR_SET_PDEATHSIG = 1;
const SIGKILL = 9;

/** A query that never ends keeps the engine's main function, and so its listeners, running. */
const BOOT_QUERY =
  "SYSTEM START LISTEN HTTP; SELECT /*weir-main*/ sum(sleepEachRow(0.5)) FROM system.numbers SETTINGS max_block_size=1, max_execution_time=0";

/** Where the engine's shared library lies: in the platform's package beside chdb. */
function libraryPath(): string {
  const require = createRequire(import.meta.url);
  const platform = `${process.platform}-${process.arch}${process.platform === "linux" ? "-gnu" : ""}`;
  const manifest = createRequire(require.resolve("chdb/package.json")).resolve(`@chdb/lib-${platform}/package.json`);
  return join(dirname(manifest), "libchdb.so");
}

/** The engine dies with its hub, however the hub ends. */
function dieWithParent(): void {
  if (process.platform !== "linux") return;
  open({ library: "libc", path: "libc.so.6" });
  load({
    library: "libc",
    funcName: "prctl",
    retType: DataType.I32,
    paramsType: [DataType.I32, DataType.I64, DataType.I64, DataType.I64, DataType.I64],
    paramsValue: [PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0],
  });
}

function run(dataDir: string, configFile: string, port: string): void {
  const argv = [
    "clickhouse",
    `--path=${dataDir}/store`,
    `--config-file=${configFile}`,
    `--http_port=${port}`,
    "--listen_host=127.0.0.1",
    `--query=${BOOT_QUERY}`,
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

const [dataDir = "", configFile = "", port = ""] = process.argv.slice(2);
dieWithParent();
run(dataDir, configFile, port);
