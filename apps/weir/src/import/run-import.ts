import { Worker } from "node:worker_threads";
import { WeirError, type WeirErrorCode } from "@weir/base";
import type { Call, Capture, Connection, Finding } from "@weir/model";
import type { Store } from "@weir/storage";
import type { Namer } from "../agent/identity/namer.ts";
import { IMPORT_LIMITS, type ImportLimits, limitReached, SilenceWatch, stuck } from "./limits.ts";
import type { BatchTaken, ImportMessage, ImportOrder } from "./messages.ts";

/** Hears of what an import has stored, batch by batch under the tokens that the store knows them by. */
export interface StoredRows {
  connections(rows: readonly Connection[], token: string): Promise<void>;
  calls(rows: readonly Call[], token: string): Promise<void>;
  findings(rows: readonly Finding[], token: string): Promise<void>;
  /** Everything is stored. */
  whole(): Promise<void>;
}

/** What an import works with. */
export interface ImportSurroundings {
  readonly store: Store;
  readonly exports: StoredRows;
  /** Names the ends of connections by what the hub knows beside the capture; absent where it knows nothing. */
  readonly namer?: Pick<Namer, "name"> | undefined;
  readonly workerEntry: URL;
  readonly onProgress: (bytesRead: number, packets: number) => void;
  readonly signal: AbortSignal;
  readonly limits?: ImportLimits;
}

const TAKEN: BatchTaken = { kind: "taken" };

/**
 * Reads a capture in a worker thread and puts its records into the store, batch by batch in order. Each batch has a token made of the capture
 * and its number, so a run that broke off is simply run again. The capture's own row is written last: it says that the import is whole.
 * When `signal` aborts it ends, rejected, after the batches that were handed over are acknowledged.
 */
export async function runImport(
  order: ImportOrder,
  { store, exports, namer, workerEntry, onProgress, signal, limits = IMPORT_LIMITS }: ImportSurroundings,
): Promise<Capture> {
  const worker = new Worker(workerEntry, {
    workerData: order,
    resourceLimits: { maxOldGenerationSizeMb: limits.maxHeapMiB },
  });
  const silence = new SilenceWatch(limits.maxSilenceMs);
  try {
    return await new Promise<Capture>((resolve, reject) => {
      const numbers = { connections: 0, calls: 0, retries: 0, deliveries: 0, findings: 0 };
      let queue = Promise.resolve();
      silence.begin(() => reject(stuck(order.name, limits)));
      // The worker ends by itself after its last message, while that is still being written.
      let isDone = false;
      const insert = (table: keyof typeof numbers, work: (token: string) => Promise<void>) => {
        if (signal.aborted) return;
        numbers[table] += 1;
        silence.hold();
        const token = `${order.captureId}:${table}:${numbers[table]}`;
        queue = queue
          .then(() => work(token))
          .then(() => {
            silence.release();
            worker.postMessage(TAKEN);
          });
        queue.catch(reject);
      };
      const end = () => {
        queue.then(() => reject(new Error("the hub stops")), reject);
      };
      if (signal.aborted) end();
      signal.addEventListener("abort", end, { once: true });
      worker.on("message", (message: ImportMessage) => {
        silence.heard();
        switch (message.kind) {
          case "connections":
            for (const row of message.rows) namer?.name(row);
            insert("connections", async (token) => {
              await store.insertConnections(message.rows, token);
              await exports.connections(message.rows, token);
            });
            break;
          case "calls":
            insert("calls", async (token) => {
              await store.insertCalls(message.rows, token);
              await exports.calls(message.rows, token);
            });
            break;
          case "block":
            insert(message.table, (token) => store.insertBlock(message.table, message.block, token));
            break;
          case "retries":
            insert("retries", (token) => store.insertRetries(message.rows, token));
            break;
          case "deliveries":
            insert("deliveries", (token) => store.insertDeliveries(message.rows, token));
            break;
          case "findings":
            insert("findings", async (token) => {
              await store.insertFindings(message.rows, token);
              await exports.findings(message.rows, token);
            });
            break;
          case "progress":
            onProgress(message.bytesRead, message.packets);
            break;
          case "done":
            isDone = true;
            silence.end();
            if (signal.aborted) break;
            queue
              .then(() => store.insertCapture(message.capture, `${order.captureId}:capture`))
              .then(() => exports.whole())
              .then(() => resolve(message.capture), reject);
            break;
          case "failed":
            reject(new WeirError(message.code as WeirErrorCode, message.message, message.hint));
            break;
          default:
            message satisfies never;
        }
      });
      worker.once("error", (error) => reject(limitReached(error, order.name, limits) ?? error));
      worker.once("exit", (code) => {
        if (!isDone) reject(new Error(`the import worker ended with ${code} before it was done`));
      });
    });
  } finally {
    silence.end();
    await worker.terminate();
  }
}
