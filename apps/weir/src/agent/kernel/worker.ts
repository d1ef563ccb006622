import { setTimeout as sleep } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import { ensure } from "@weir/base";
import { nameThread } from "@weir/capture";
import { isProfileAbility, type KernelEvent, KernelWatch, type TlsEvent } from "@weir/kernel";
import { THREAD_NAME } from "../cpu/thread-times.ts";
import { Tidying } from "../memory/tidying.ts";
import type { PlainText } from "../messages.ts";
import type { ProcessProfile } from "../profiles/process-profile.ts";
import { Profiler } from "../profiles/profiler.ts";
import { FactMaker } from "./fact-maker.ts";
import { ListenOverflows } from "./listen-overflows.ts";
import type { KernelMessage, KernelOrder } from "./messages.ts";
import { TlsSessions } from "./tls-sessions.ts";

/** The kernel worker: waiting for the kernel's events blocks its thread, so that it has one of its own. */

/** How long one wait blocks the thread. */
const WAIT_MS = 250;
/** After a reading that left events behind: more than this allows are lost, and counted, rather than the host's time taken. */
const PAUSE_MS = 50;
const COUNTS_EVERY_MS = 1_000;
/** Programs and libraries with TLS inside that have appeared are found no later than this. */
const TLS_EVERY_MS = 5_000;

const port = ensure(parentPort, "the kernel worker runs in a worker thread");
const { wanted, profiles } = workerData as KernelOrder;
nameThread(`${THREAD_NAME}kernel`);
let isStopping = false;
port.on("message", () => {
  isStopping = true;
});

function send(message: KernelMessage): void {
  port.postMessage(message);
}

function sendProfiles(taken: readonly ProcessProfile[]): void {
  if (taken.length > 0) send({ kind: "profiles", profiles: taken });
}

async function run(): Promise<void> {
  const watch = new KernelWatch(wanted, profiles);
  const maker = new FactMaker((drop) => watch.causeOf(drop));
  const overflows = watch.abilities.some(({ name, has }) => name === "kernelDrops" && has)
    ? new ListenOverflows()
    : undefined;
  const sessions = new TlsSessions();
  const profiler = watch.abilities.some(({ name, has }) => has && isProfileAbility(name))
    ? new Profiler(watch)
    : undefined;
  const tidying = new Tidying(performance.now());
  let countsDueMs = 0;
  let tlsDueMs = performance.now() + TLS_EVERY_MS;
  send({ kind: "ready", abilities: watch.abilities });
  while (!isStopping && watch.abilities.some(({ has }) => has)) {
    const told: Exclude<KernelEvent, TlsEvent>[] = [];
    const texts: PlainText[] = [];
    const hasMore = watch.read(WAIT_MS, (event) => {
      if (event.kind === "tlsText" || event.kind === "tlsSocket" || event.kind === "tlsFreed")
        texts.push(...sessions.add(event, (atNs) => maker.unixNsOf(atNs)));
      else told.push(event);
    });
    watch.learnPlaces(told);
    const facts = told.map((event) => maker.fact(event));
    if (facts.length > 0) send({ kind: "facts", facts });
    if (texts.length > 0) send({ kind: "texts", texts });
    const nowMs = performance.now();
    sendProfiles(profiler?.tick(nowMs) ?? []);
    if (nowMs >= countsDueMs) {
      countsDueMs = nowMs + COUNTS_EVERY_MS;
      const found = overflows?.read() ?? [];
      if (found.length > 0) send({ kind: "overflows", overflows: found });
      const drops = [...watch.dropTotals(), ...(overflows?.totals() ?? [])];
      const counts = { costs: watch.costs(), drops, homelessTexts: sessions.dropped, profiles: profiler?.counts };
      send({ kind: "counts", counts });
      maker.tick();
      if (nowMs >= tlsDueMs) {
        tlsDueMs = nowMs + TLS_EVERY_MS;
        watch.lookForTls();
      }
      if (!hasMore) await tidying.tick(nowMs);
    }
    await sleep(hasMore ? PAUSE_MS : 0);
  }
  sendProfiles(profiler?.finish() ?? []);
  watch.close();
  send({ kind: "done" });
}

void run().finally(() => port.close());
