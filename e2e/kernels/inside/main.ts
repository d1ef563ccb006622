// Runs on the kernel that is tested: an agent with all its abilities, traffic, and a line that says what it told.
//   node main.js PROGRAM [FILE FOR ALL RECORDS]
import { writeFileSync } from "node:fs";
import { machine, release } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { TestNetwork } from "../../agent/network.ts";
import type { KernelResult, StatedAbility } from "../fact.ts";
import { RESULT } from "../result-line.ts";
import { factsOf, profileFactsOf } from "./facts.ts";
import { Traffic } from "./traffic.ts";
import { type Json, WatchingAgent } from "./watching-agent.ts";

/** Time for what the kernel told last to be read, and for a profile to be told. */
const SETTLE_MS = 4_000;
/** Connections that come to their end while they are watched. */
const CONNECTIONS = 7;
const MOST_MS = 30_000;

const NO_EVENTS = ["sockets", "datagrams", "retransmissions", "drops"].map((name) => `--no-kernel-${name}`);

const [program = "", recordsFile] = process.argv.slice(2);
const network = new TestNetwork();
const traffic = new Traffic(network);
await traffic.prepare();
const watched = ["--interface", `eth0@${traffic.server.namespace}`, "--spool", "/tmp/weir-spool"];
const agent = await WatchingAgent.start(program, [...watched, "--tls-plaintext"]);
await traffic.happen();
await agent.until(({ capture }) => Number((capture as { connections?: number })?.connections) >= CONNECTIONS, MOST_MS);
await sleep(SETTLE_MS);
const status = await agent.status();
const records = await agent.stop();
// Profiles are taken by an agent of its own: on an emulated processor, names of functions take so long that what else the kernel tells would come too late.
const profiler = await WatchingAgent.start(program, [...watched, ...NO_EVENTS, "--profile", "--profile-off-cpu"]);
await traffic.work();
await sleep(SETTLE_MS);
const profilerStatus = await profiler.status();
const profiles = await profiler.stop();
await network.close();
// For whoever reads the console.
for (const record of records.filter(({ report }) => report === "end")) console.log(JSON.stringify(record));
console.log(JSON.stringify(status));
if (recordsFile !== undefined)
  writeFileSync(
    recordsFile,
    `${[status, ...records, profilerStatus, ...profiles].map((each) => JSON.stringify(each)).join("\n")}\n`,
  );
const result: KernelResult = {
  release: release(),
  machine: machine(),
  abilities: [...abilitiesOf(status), ...abilitiesOf(profilerStatus).filter(({ name }) => /Profiles$/.test(name))],
  facts: [...factsOf(records, status), ...profileFactsOf(profiles)],
  notMade: traffic.notMade,
};
process.stdout.write(`\n${RESULT}${JSON.stringify(result)}\n`);

function abilitiesOf(told: Json): StatedAbility[] {
  return (told["abilities"] as StatedAbility[]).map(({ name, has, why }) => ({ name, has, why }));
}
