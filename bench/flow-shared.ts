// As flow-only.ts, with two workers that share the capture: each keeps the connections of its share.

import { fileURLToPath } from "node:url";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { FlowEngine } from "@weir/flow";
import { CaptureReader } from "@weir/wire";
import { SharedFile, type SharedFileMemory, shareFile } from "../apps/weir/src/capture-source/shared-file.ts";

const WORKERS = 2;
const ignore = () => undefined;

/** Reads one share; gives back how many packets and connections there were. */
function readShare(memory: SharedFileMemory, index: number) {
  const shard = { index, count: memory.workers };
  let connections = 0;
  const closed = () => {
    connections += 1;
  };
  const engine = new FlowEngine({
    streams: false,
    shard,
    sink: { opened: ignore, data: ignore, gap: ignore, ended: ignore, closed },
  });
  const reader = new CaptureReader(shard, (atNs) => engine.otherPacket(atNs));
  for (const chunk of new SharedFile(memory, index).chunks()) reader.push(chunk, (packet) => engine.packet(packet));
  reader.end((packet) => engine.packet(packet));
  engine.finish();
  return { packets: reader.summary.packets, connections };
}

if (isMainThread) {
  const memory = shareFile(process.argv[2] ?? "", WORKERS);
  const others = Array.from({ length: WORKERS - 1 }, (_, index) => {
    const worker = new Worker(fileURLToPath(import.meta.url), { workerData: { memory, index: index + 1 } });
    return new Promise<{ connections: number }>((resolve, reject) => {
      worker.once("message", resolve);
      worker.once("error", reject);
    });
  });
  const own = readShare(memory, 0);
  const shares = [own, ...(await Promise.all(others))];
  const connections = shares.reduce((sum, share) => sum + share.connections, 0);
  process.stdout.write(`${own.packets} packets, ${connections} connections\n`);
} else {
  const { memory, index } = workerData as { memory: SharedFileMemory; index: number };
  parentPort?.postMessage(readShare(memory, index));
}
