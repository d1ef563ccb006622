import { setTimeout as sleep } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import { ensure } from "@weir/base";
import { KernelWatch } from "@weir/kernel";
import { FactMaker } from "./fact-maker.ts";
import { ListenOverflows } from "./listen-overflows.ts";
import type { KernelFact, KernelMessage, KernelOrder } from "./messages.ts";

/** The kernel worker: waiting for the kernel's events blocks its thread, so that it has one of its own. */

/** How long one wait blocks the thread. */
const WAIT_MS = 100;
/** After a reading that left events behind: more than this allows are lost, and counted, rather than the host's time taken. */
const PAUSE_MS = 50;
const COUNTS_EVERY_MS = 1_000;

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
  const maker = new FactMaker((drop) => watch.causeOf(drop));
  const overflows = watch.abilities.some(({ name, has }) => name === "kernelDrops" && has)
    ? new ListenOverflows()
    : undefined;
  let countsDueMs = 0;
  send({ kind: "ready", abilities: watch.abilities });
  while (!isStopping && watch.abilities.some(({ has }) => has)) {
    const facts: KernelFact[] = [];
    const hasMore = watch.read(WAIT_MS, (event) => facts.push(maker.fact(event)));
    if (facts.length > 0) send({ kind: "facts", facts });
    const nowMs = performance.now();
    if (nowMs >= countsDueMs) {
      countsDueMs = nowMs + COUNTS_EVERY_MS;
      const found = overflows?.read() ?? [];
      if (found.length > 0) send({ kind: "overflows", overflows: found });
      const drops = [...watch.dropTotals(), ...(overflows?.totals() ?? [])];
      send({ kind: "counts", counts: { costs: watch.costs(), drops } });
      maker.tick();
    }
    await sleep(hasMore ? PAUSE_MS : 0);
  }
  watch.close();
  send({ kind: "done" });
}

void run().finally(() => port.close());
