import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const START_TRIES = 100;
const TRY_MS = 100;

/** Prometheus as a receiver of remote-write, for comparison. */
export interface Prometheus {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** Starts Prometheus on a folder of its own, which goes with it; undefined where it is not installed. */
export async function startPrometheus(): Promise<Prometheus | undefined> {
  if (spawnSync("prometheus", ["--version"]).error !== undefined) return undefined;
  const folder = mkdtempSync(join(tmpdir(), "weir-bench-prometheus-"));
  const config = join(folder, "prometheus.yml");
  writeFileSync(config, "scrape_configs: []\n");
  const port = await freePort();
  const child = spawn(
    "prometheus",
    [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(folder, "data")}`,
      "--web.enable-remote-write-receiver",
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    { stdio: "ignore" },
  );
  const url = `http://127.0.0.1:${port}`;
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const stop = async () => {
    child.kill();
    await ended;
    rmSync(folder, { recursive: true });
  };
  for (let tries = 0; tries < START_TRIES; tries += 1) {
    if (await isReady(url)) return { url, pid: child.pid ?? 0, stop };
    await new Promise((resolve) => setTimeout(resolve, TRY_MS));
  }
  await stop();
  throw new Error("Prometheus did not start");
}

function isReady(url: string): Promise<boolean> {
  return fetch(`${url}/-/ready`).then(
    ({ ok }) => ok,
    () => false,
  );
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
