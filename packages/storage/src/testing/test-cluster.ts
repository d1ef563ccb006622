import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { StoreAddress } from "../address.ts";
import type { Engine, EnginePeers } from "../engine/contract.ts";
import { startEngine } from "../engine/engine.ts";

/** Addresses of the loopback network that no engine takes for itself: each shard is a host of its own to all. */
const HOSTS = ["127.0.0.2", "127.0.0.3"] as const;

/** A real cluster of two shards on this machine: two engines that speak ClickHouse's native protocol with each other. */
export interface TestCluster {
  readonly address: StoreAddress;
  killShard(index: 0 | 1): Promise<void>;
  startShard(index: 0 | 1): Promise<void>;
  stop(): Promise<void>;
}

export async function startTestCluster(): Promise<TestCluster> {
  const folder = mkdtempSync(join(tmpdir(), "weir-cluster-"));
  const password = "of the test alone";
  const shared = { httpPort: await freePort(), tcpPort: await freePort(), cluster: "pair", hosts: HOSTS, password };
  const start = (host: string): Promise<Engine> => {
    const peers: EnginePeers = { ...shared, host };
    const childEntry = fileURLToPath(new URL("../engine/child.ts", import.meta.url));
    return startEngine({ dataDir: join(folder, host), childEntry, nodeArguments: ["--import", "tsx"], peers });
  };
  const engines = [await start(HOSTS[0]), await start(HOSTS[1])];
  return {
    address: {
      urls: engines.flatMap(({ urls }) => urls),
      username: engines[0]?.username ?? "",
      password,
      database: "weir",
      cluster: shared.cluster,
    },
    async killShard(index) {
      const engine = engines[index];
      const stopped = engine?.stop();
      process.kill(engine?.pid ?? 0, "SIGKILL");
      await stopped;
    },
    async startShard(index) {
      engines[index] = await start(HOSTS[index]);
    },
    async stop() {
      await Promise.all(engines.map((engine) => engine.stop()));
      rmSync(folder, { recursive: true });
    },
  };
}

/** A port that is free on all hosts, as far as the first one knows. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, HOSTS[0], () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
