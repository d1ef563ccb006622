import { workerData } from "node:worker_threads";

/** A thread that fails as the name of its capture says. */
const held = [];
while (workerData.name === "memory") held.push(Array.from({ length: 10_000 }, (_, index) => ({ index })));
while (workerData.name === "time");
