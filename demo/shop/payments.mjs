import { setTimeout as sleep } from "node:timers/promises";
import { serveShop } from "./service.mjs";

/**
 * Takes payments. SIGUSR2 starts the incident and ends it again: the event loop is then blocked most of the time, as by a synchronous computation
 * that somebody deployed. While it is blocked nothing is read, and the kernel's receive queue fills up.
 */
const BLOCKED_MS = 2600;
const FREE_MS = 60;
const stuck = new Int32Array(new SharedArrayBuffer(4));
let isBroken = false;
let payment = 0;

process.on("SIGUSR2", () => {
  isBroken = !isBroken;
  if (isBroken) block();
});

function block() {
  if (!isBroken) return;
  Atomics.wait(stuck, 0, 0, BLOCKED_MS);
  setTimeout(block, FREE_MS);
}

serveShop("payments", 8080, {
  async "POST /charge"({ order, amount }) {
    await sleep(8);
    payment += 1;
    return { payment, order, amount, state: "captured" };
  },
});
