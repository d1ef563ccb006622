import { setTimeout as sleep, setImmediate as yieldToOthers } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import { ensure, WeirError } from "@weir/base";
import { nameThread } from "@weir/capture";
import { CaptureLoop } from "./capture-loop.ts";
import { THREAD_NAME } from "./cpu/thread-times.ts";
import { HistoryWriter } from "./history/history-writer.ts";
import { Tidying } from "./memory/tidying.ts";
import type { AgentCommand, AgentMessage, AgentOrder, CaptureStatus, LearnedName } from "./messages.ts";
import { RecordQueue } from "./record-queue.ts";

/** The capture worker: waiting for packets blocks its thread, so that it has one of its own. */

const SHORT_MS = 5;
/** Packets in a second that leave no time for anything else. */
const MANY_PACKETS = 5_000;

const port = ensure(parentPort, "the capture worker runs in a worker thread");
const order = workerData as AgentOrder;
nameThread(`${THREAD_NAME}capture${order.share === undefined ? "" : `-${order.share.index + 1}`}`);
const queue = new RecordQueue((records) => send({ kind: "records", records }));
const history =
  order.history === undefined
    ? undefined
    : new HistoryWriter(order.history, order.captureId, (segment) => send({ kind: "segment", segment }), order.share);
let isStopping = false;
let learned: LearnedName[] = [];
let loop: CaptureLoop | undefined;

port.on("message", (command: AgentCommand) => {
  switch (command.kind) {
    case "taken":
      queue.taken();
      break;
    case "names":
      learned = learned.concat(command.names);
      break;
    case "settings":
      loop?.apply(command.settings, command.awaitsPlainText);
      break;
    case "keepWhole":
      loop?.keepWhole(command.ends);
      break;
    case "texts":
      loop?.texts(command.texts);
      break;
    case "flushHistory":
      void history?.flush().then(() => send({ kind: "historyFlushed" }));
      break;
    case "stop":
      isStopping = true;
      break;
    default:
      command satisfies never;
  }
});

function send(message: AgentMessage): void {
  port.postMessage(message);
}

async function run(): Promise<void> {
  loop = new CaptureLoop(order, queue, history);
  send({ kind: "ready" });
  const tidying = new Tidying(performance.now());
  let packets = 0;
  while (!isStopping) {
    loop.learn(learned);
    learned = [];
    const status = loop.turn();
    const told = loop.learned();
    if (told.length > 0) send({ kind: "learned", names: told });
    if (status !== undefined) {
      send({ kind: "status", status, capture: loop.capture() });
      if (isQuiet(status, packets)) await tidying.tick(performance.now());
      packets = status.packets;
    }
    await yieldToOthers();
  }
  loop.finish();
  await history?.flush();
  queue.flush();
  while (!queue.isEmpty) await sleep(SHORT_MS);
  send({ kind: "done" });
}

/** True where the thread may stop for a moment: what comes meanwhile finds room in the rings. */
function isQuiet({ packets, ringBacklogRatio }: CaptureStatus, packetsBefore: number): boolean {
  return packets - packetsBefore < MANY_PACKETS && ringBacklogRatio === 0;
}

run()
  .catch((error: unknown) => {
    if (!(error instanceof WeirError)) throw error;
    send({ kind: "failed", code: error.code, message: error.message, hint: error.hint });
  })
  .finally(() => port.close());
