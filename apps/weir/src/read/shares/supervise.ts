import { Worker } from "node:worker_threads";
import { ensure, WeirError, type WeirErrorCode } from "@weir/base";
import type { Capture } from "@weir/model";
import { failSharedFile } from "../../capture-source/shared-file.ts";
import type { Output } from "../output.ts";
import type { ShareMessage, ShareOrder } from "./messages.ts";
import type { RowJoin } from "./row-join.ts";

/** The built worker, beside the built command. */
const WORKER_ENTRY = new URL("share-worker.js", import.meta.url);

/**
 * Has workers read the shares of a capture, and gives what they tell to `join`. Returns what the capture was; the first worker that fails ends it for
 * all, with its error. A worker hears that its part was taken when the output has room: so a slow reader makes the workers wait.
 */
export async function superviseShares(
  order: Omit<ShareOrder, "index" | "taken">,
  join: RowJoin,
  output: Output,
): Promise<Capture> {
  const count = order.file.workers;
  const taken = new Int32Array(new SharedArrayBuffer(count * Int32Array.BYTES_PER_ELEMENT));
  const workers: Worker[] = [];
  const take = (index: number, message: ShareMessage): Capture | undefined => {
    switch (message.kind) {
      case "part": {
        join.take(index, message);
        const acknowledge = () => {
          Atomics.add(taken, index, 1);
          Atomics.notify(taken, index);
        };
        const room = output.flush();
        if (room === undefined) acknowledge();
        else room.then(acknowledge, acknowledge);
        return undefined;
      }
      case "done":
        join.end(index);
        return message.capture;
      case "failed":
        throw new WeirError(message.code as WeirErrorCode, message.message, message.hint);
      default:
        return message satisfies never;
    }
  };
  const readShare = (index: number) =>
    new Promise<Capture>((resolve, reject) => {
      const workerData: ShareOrder = { ...order, index, taken: taken.buffer };
      const worker = new Worker(WORKER_ENTRY, { workerData });
      workers.push(worker);
      worker.on("message", (message: ShareMessage) => {
        try {
          const capture = take(index, message);
          if (capture !== undefined) resolve(capture);
        } catch (error) {
          reject(error);
        }
      });
      worker.once("error", reject);
      worker.once("exit", (code) => reject(new Error(`a worker ended with ${code} before it was done`)));
    });
  try {
    const [capture] = await Promise.all(Array.from({ length: count }, (_, index) => readShare(index)));
    return ensure(capture, "there is a share");
  } finally {
    failSharedFile(order.file);
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}
