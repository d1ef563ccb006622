import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { KernelAbility } from "@weir/kernel";
import type { PlainText } from "../messages.ts";
import type { ProcessProfile } from "../profiles/process-profile.ts";
import type { ListenOverflow } from "./listen-overflows.ts";
import type { KernelCounts, KernelFact, KernelMessage, KernelOrder } from "./messages.ts";

/** Hears what the kernel tells. */
export interface KernelListener {
  facts(facts: readonly KernelFact[]): void;
  texts(texts: readonly PlainText[]): void;
  profiles(profiles: readonly ProcessProfile[]): void;
  overflows(overflows: readonly ListenOverflow[]): void;
  count(counts: KernelCounts): void;
}

/** The kernel worker as the rest of the agent sees it. */
export interface KernelWorker {
  /** Which of those wanted are there, and why. */
  readonly abilities: readonly KernelAbility[];
  /** Takes the programs out of the kernel. */
  stop(): Promise<void>;
}

/** It passes small things on, and keeps little. */
const RESOURCE_LIMITS = { maxYoungGenerationSizeMb: 4 } as const;

/** Starts the kernel worker; comes back when its programs run, or it is known why they do not. */
export async function startKernel(entry: URL, order: KernelOrder, listener: KernelListener): Promise<KernelWorker> {
  const worker = new Worker(entry, { workerData: order, resourceLimits: RESOURCE_LIMITS });
  const ended = once(worker, "exit");
  let isReady = false;
  const abilities = await new Promise<readonly KernelAbility[]>((resolve, reject) => {
    worker.on("message", (message: KernelMessage) => {
      switch (message.kind) {
        case "ready":
          isReady = true;
          resolve(message.abilities);
          break;
        case "facts":
          listener.facts(message.facts);
          break;
        case "texts":
          listener.texts(message.texts);
          break;
        case "profiles":
          listener.profiles(message.profiles);
          break;
        case "overflows":
          listener.overflows(message.overflows);
          break;
        case "counts":
          listener.count(message.counts);
          break;
        case "done":
          break;
        default:
          message satisfies never;
      }
    });
    worker.on("error", (error) => {
      // Our own bug: nothing waits for it any more that could tell.
      if (isReady) throw error;
      reject(error);
    });
  });
  // An agent that cannot begin for another reason ends, rather than wait for it.
  worker.unref();
  return {
    abilities,
    async stop() {
      worker.ref();
      worker.postMessage("stop");
      await ended;
    },
  };
}
