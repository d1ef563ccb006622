import { Worker } from "node:worker_threads";
import { WeirError, type WeirErrorCode } from "@weir/base";
import { Bell } from "@weir/capture";
import type { Capture } from "@weir/model";
import type { Segment } from "./history/segment.ts";
import type { AgentCommand, AgentMessage, AgentOrder, CaptureStatus, LearnedName, LiveRecord } from "./messages.ts";

/** What hears of the capture worker's work. */
export interface CaptureListener {
  /** It watches; `say` tells it something. */
  ready(say: (command: AgentCommand) => void): void;
  /** Records, in order; the next batches wait until it is done with too many of them. */
  records(records: readonly LiveRecord[]): Promise<void> | void;
  status(status: CaptureStatus, capture: Capture): void;
  /** Begins to tell names of addresses, where somebody learns them. */
  onNames?(tell: (names: readonly LearnedName[]) => void): void;
  /** The worker's packets have told names of addresses, which others may use. */
  learned?(names: readonly LearnedName[]): void;
  /** A piece of the packet history is on disk. */
  segment(segment: Segment): void;
  /** All that was gathered for it is on disk, as it was asked for. */
  historyFlushed(): void;
}

/** Of what is made and soon forgotten, such as records, V8 lets three times as much gather by itself before it tidies up. */
const RESOURCE_LIMITS = { maxYoungGenerationSizeMb: 16 } as const;

/** Commands for which nobody wakes the worker: it takes them when it has something to do. */
const PATIENT: ReadonlySet<AgentCommand["kind"]> = new Set(["taken", "texts"]);

/** Runs the capture worker until the signal, and through its last records. Throws what the worker could not do. */
export async function runCapture(
  entry: URL,
  order: AgentOrder,
  listener: CaptureListener,
  signal: AbortSignal,
): Promise<void> {
  const bell = Bell.open();
  const workerData: AgentOrder = { ...order, bellFd: bell?.fd };
  const worker = new Worker(entry, { workerData, resourceLimits: RESOURCE_LIMITS });
  const say = (command: AgentCommand) => {
    worker.postMessage(command);
    if (!PATIENT.has(command.kind)) bell?.ring();
  };
  const stop = () => say({ kind: "stop" });
  signal.addEventListener("abort", stop);
  listener.onNames?.((names) => say({ kind: "names", names }));
  try {
    await new Promise<void>((resolve, reject) => {
      let taken = Promise.resolve();
      worker.on("message", (message: AgentMessage) => {
        switch (message.kind) {
          case "ready":
            listener.ready(say);
            break;
          case "records":
            taken = taken.then(() => listener.records(message.records)).then(() => say({ kind: "taken" }));
            taken.catch(reject);
            break;
          case "status":
            listener.status(message.status, message.capture);
            break;
          case "learned":
            listener.learned?.(message.names);
            break;
          case "segment":
            listener.segment(message.segment);
            break;
          case "historyFlushed":
            listener.historyFlushed();
            break;
          case "done":
            taken.then(resolve, reject);
            break;
          case "failed":
            reject(new WeirError(message.code as WeirErrorCode, message.message, message.hint));
            break;
          default:
            message satisfies never;
        }
      });
      worker.once("error", reject);
      worker.once("exit", (code) => {
        if (code !== 0) reject(new Error(`the capture worker ended with ${code}`));
      });
    });
  } finally {
    signal.removeEventListener("abort", stop);
    await worker.terminate();
    bell?.close();
  }
}
