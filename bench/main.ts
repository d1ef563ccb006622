// npm run bench [-- --help]: Weir and its peers on generated captures or one of yours, in one run.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { provideCapture } from "./captures.ts";
import { type Comparison, compare } from "./compare.ts";
import { type Field, gatherContenders } from "./contenders.ts";
import { type Goal, memoryGoal, speedGoals } from "./goals.ts";
import { type Options, parseOptions } from "./options.ts";
import { describeMachine, formatComparison, formatGoals, formatJson } from "./report.ts";
import { WORKLOADS } from "./workload/workloads.ts";

/** Removed at the end, however it comes. */
const ours = new Set<string>();
process.once("exit", () => {
  for (const path of ours) rmSync(path, { recursive: true, force: true });
});
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));

try {
  await main(parseOptions(process.argv.slice(2)));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}

async function main(options: Options): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "weir-bench-run-"));
  ours.add(folder);
  const contenders = await gatherContenders(folder);
  if (!options.json && options.rounds > 0)
    console.log(`machine: ${describeMachine()}; medians of ${options.rounds} rounds, taken in turn\n`);
  const comparisons: Comparison[] = [];
  const goals: Goal[] = [];
  const measured = async (name: string, description: string, path: string, { present, absent }: Field) => {
    const subject = { name, description, scale: options.scaleOf(name), path };
    const comparison = await compare(subject, present, options.rounds, folder);
    comparisons.push({ ...comparison, absent: [...comparison.absent, ...absent] });
    goals.push(...(name === "open" ? [memoryGoal(comparison)] : speedGoals(comparison)));
    if (!options.json) console.log(`${formatComparison(comparisons.at(-1) ?? comparison)}\n`);
  };
  const { ofConnections } = contenders;
  if (options.file !== undefined) await measured(basename(options.file), "given", options.file, ofConnections);
  else {
    for (const workload of WORKLOADS) {
      if (!options.only.includes(workload.name)) continue;
      const { path, isNew } = await provideCapture(workload, options.scaleOf(workload.name));
      if (isNew && !options.keep) ours.add(path);
      const field =
        contenders.ofCalls(workload.name) ?? (workload.name === "open" ? alone(ofConnections) : ofConnections);
      if (options.rounds > 0) await measured(workload.name, workload.description, path, field);
      if (ours.delete(path)) rmSync(path);
    }
  }
  if (options.json) console.log(formatJson(comparisons, goals));
  else if (options.rounds > 0) console.log(formatGoals(goals));
}

/** Weir's own on one core. */
function alone({ present }: Field): Field {
  return { present: present.filter(({ peer, isOfCores }) => peer === undefined && isOfCores !== true), absent: [] };
}
