// Kills the hub and the engine at random moments under load, and counts what is lost or stored twice: nothing may be.
//   npm run test:durability [-- KILLS [SEED]]
import { killEngine } from "./kill-engine.ts";
import { killHub, SAMPLING_ALL } from "./kill-hub.ts";

const kills = Number(process.argv[2] ?? 200);
const seed = Number(process.argv[3] ?? Date.now() % 1e6);
const log = (line: string) => process.stderr.write(`${line}\n`);

log(`${kills} kills, seed ${seed}`);
const startedAt = performance.now();
const outcomes = {
  engine: await killEngine(Math.ceil(kills / 2), seed, log),
  hub: await killHub(Math.ceil(kills / 4), seed, log),
  "hub that samples": await killHub(Math.floor(kills / 4), seed, log, SAMPLING_ALL),
};
for (const [name, { kills: done, acknowledged, lost, doubled }] of Object.entries(outcomes)) {
  process.stdout.write(`${name}: ${done} kills, ${acknowledged} acknowledged, ${lost} lost, ${doubled} stored twice\n`);
}
process.stdout.write(`${((performance.now() - startedAt) / 1e3).toFixed(0)} s\n`);
if (Object.values(outcomes).some(({ lost, doubled }) => lost !== 0 || doubled !== 0)) process.exit(1);
