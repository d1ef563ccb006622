import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { StoreAddress } from "../address.ts";
import type { Engine, EnginePeers } from "../engine/contract.ts";
import { startEngine } from "../engine/engine.ts";
import { type PoliteProxy, startPoliteProxy } from "./polite-proxy.ts";

/** Addresses of the loopback network that no engine takes for itself: each shard is a host of its own to all. */
const HOSTS = ["127.0.0.2", "127.0.0.3"] as const;

/** An engine, and the proxy at which the other one finds it. */
interface Shard {
  readonly engine: Engine;
  readonly proxy: PoliteProxy;
}

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
  const ports = { httpPort: await freePort(), tcpPort: await freePort(), peerPort: await freePort() };
  const shared = { ...ports, cluster: "pair", hosts: HOSTS, password };
  const start = async (index: 0 | 1): Promise<Shard> => {
    const host = HOSTS[index];
    const peers: EnginePeers = { ...shared, host };
    const childEntry = fileURLToPath(new URL("../engine/child.ts", import.meta.url));
    const dataDir = join(folder, host);
    const engine = await startEngine({ dataDir, childEntry, nodeArguments: ["--import", "tsx"], peers });
    return { engine, proxy: await startPoliteProxy(host, ports.peerPort, ports.tcpPort) };
  };
  const shards = [await start(0), await start(1)];
  return {
    address: {
      urls: shards.flatMap(({ engine }) => engine.urls),
      username: shards[0]?.engine.username ?? "",
      password,
      database: "weir",
      cluster: shared.cluster,
    },
    async killShard(index) {
      const { engine, proxy } = shards[index] as Shard;
      const stopped = engine.stop();
      process.kill(engine.pid ?? 0, "SIGKILL");
      await stopped;
      await proxy.close();
    },
    async startShard(index) {
      shards[index] = await start(index);
    },
    async stop() {
      await Promise.all(shards.map(({ engine }) => engine.stop()));
      await Promise.all(shards.map(({ proxy }) => proxy.close()));
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
