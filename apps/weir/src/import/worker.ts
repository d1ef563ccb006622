import { parentPort, workerData } from "node:worker_threads";
import { createDetectors, rankFindings } from "@weir/analysis";
import { ensure, WeirError } from "@weir/base";
import { Names } from "@weir/identity";
import { type Call, type Connection, callRecord, connectionRecord, type Delivery, type Retry } from "@weir/model";
import { nativeBlock } from "@weir/native";
import { openSource } from "../capture-source/source.ts";
import { readCapture } from "../read-capture.ts";
import type { BlockTable, ImportMessage, ImportOrder } from "./messages.ts";

/**
 * The import worker: reads one capture file in a thread of its own and sends batches. The same file gives the same
 * batches, always: an interrupted import can be run again and every batch recognised.
 */

const BATCH_ROWS = 5_000;
/** Batches on their way that the store has not acknowledged yet; more would only fill memory. */
const MAX_UNTAKEN = 4;

const port = ensure(parentPort, "the import worker runs in a worker thread");
const order = workerData as ImportOrder;

let untaken = 0;
let wake: (() => void) | undefined;
port.on("message", () => {
  untaken -= 1;
  wake?.();
});

const connections: Connection[] = [];
const calls: Call[] = [];
const retries: Retry[] = [];
const deliveries: Delivery[] = [];
const detectors = createDetectors(order.config);

function send(message: ImportMessage, handedOver: readonly ArrayBuffer[] = []): void {
  port.postMessage(message, handedOver);
}

function sendBatch(message: ImportMessage, handedOver?: readonly ArrayBuffer[]): void {
  untaken += 1;
  send(message, handedOver);
}

/** Records that are copied from thread to thread, made rows, and written as JSON there take longer than reading the capture. */
function sendBlock(table: BlockTable, block: Uint8Array<ArrayBuffer>): void {
  sendBatch({ kind: "block", table, block }, [block.buffer]);
}

function sendConnections(rows: readonly Connection[]): void {
  if (order.unread?.includes("connections")) sendBlock("connections", nativeBlock(connectionRecord, rows));
  else sendBatch({ kind: "connections", rows });
}

function sendCalls(rows: readonly Call[]): void {
  if (order.unread?.includes("calls")) sendBlock("calls", nativeBlock(callRecord, rows));
  else sendBatch({ kind: "calls", rows });
}

function flush(atLeast: number): void {
  if (connections.length >= atLeast) sendConnections(connections.splice(0));
  if (calls.length >= atLeast) sendCalls(calls.splice(0));
  if (retries.length >= atLeast) sendBatch({ kind: "retries", rows: retries.splice(0) });
  if (deliveries.length >= atLeast) sendBatch({ kind: "deliveries", rows: deliveries.splice(0) });
}

async function untilTaken(most: number): Promise<void> {
  while (untaken > most) {
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  }
}

async function run(): Promise<void> {
  const names = new Names();
  for (const [address, name] of order.names) names.learn("file", address, name, 0);
  const source = { ...(await openSource(order.file)), name: order.name };
  const capture = await readCapture(source, {
    captureId: order.captureId,
    names,
    config: order.config,
    sink: {
      connection(connection) {
        for (const detector of detectors) detector.connection?.(connection);
        connections.push(connection);
        flush(BATCH_ROWS);
      },
      call(call) {
        for (const detector of detectors) detector.call?.(call);
        calls.push(call);
        flush(BATCH_ROWS);
      },
      retry(retry) {
        for (const detector of detectors) detector.retry?.(retry);
        retries.push(retry);
        flush(BATCH_ROWS);
      },
      delivery(delivery) {
        deliveries.push(delivery);
        flush(BATCH_ROWS);
      },
    },
    onProgress: (bytesRead, packets) => send({ kind: "progress", bytesRead, packets }),
    afterChunk: () => (untaken > MAX_UNTAKEN ? untilTaken(MAX_UNTAKEN) : undefined),
  });
  flush(1);
  const findings = rankFindings(detectors.flatMap((detector) => detector.finish(order.captureId)));
  if (findings.length > 0) sendBatch({ kind: "findings", rows: findings });
  await untilTaken(0);
  send({ kind: "done", capture });
}

run()
  .catch((error: unknown) => {
    if (!(error instanceof WeirError)) throw error;
    send({ kind: "failed", code: error.code, message: error.message, hint: error.hint });
  })
  .finally(() => port.close());
