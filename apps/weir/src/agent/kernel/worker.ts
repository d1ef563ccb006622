import { setImmediate as yieldToOthers } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import { ensure } from "@weir/base";
import { KernelWatch } from "@weir/kernel";
import { FactMaker } from "./fact-maker.ts";
import type { KernelMessage, KernelOrder, SocketFact } from "./messages.ts";

/** The kernel worker: waiting for the kernel's events blocks its thread, so that it has one of its own. */

/** How long one wait blocks the thread. */
const WAIT_MS = 100;
const COSTS_EVERY_MS = 1_000;

const port = ensure(parentPort, "the kernel worker runs in a worker thread");
const { wanted } = workerData as KernelOrder;
let isStopping = false;
port.on("message", () => {
  isStopping = true;
});

function send(message: KernelMessage): void {
  port.postMessage(message);
}

async function run(): Promise<void> {
  const watch = new KernelWatch(wanted);
  const maker = new FactMaker();
  let costsDueMs = 0;
  send({ kind: "ready", abilities: watch.abilities });
  while (!isStopping && watch.abilities.some(({ has }) => has)) {
    const facts: SocketFact[] = [];
    watch.read(WAIT_MS, (event) => facts.push(maker.fact(event)));
    if (facts.length > 0) send({ kind: "facts", facts });
    const nowMs = performance.now();
    if (nowMs >= costsDueMs) {
      costsDueMs = nowMs + COSTS_EVERY_MS;
      send({ kind: "costs", costs: watch.costs() });
      maker.tick();
    }
    await yieldToOthers();
  }
  watch.close();
  send({ kind: "done" });
}

void run().finally(() => port.close());
