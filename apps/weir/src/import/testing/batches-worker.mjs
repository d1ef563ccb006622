import { parentPort, workerData } from "node:worker_threads";

/** An import worker that sends the batches that it is given, each when the one before is taken. */
for (const rows of workerData.batches) {
  parentPort.postMessage({ kind: "connections", rows });
  await new Promise((resolve) => parentPort.once("message", resolve));
}
parentPort.postMessage({ kind: "done", capture: workerData.capture });
