// Boots Debian's kernels, old and new, of several architectures, has an agent watch traffic on each, and prints what it can do there.
//   npm run test:kernels [-- KERNEL …] [--write]   e.g. 6.1-amd64; all take half an hour. `--write` puts the table into docs/kernels.md.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { getKernel } from "./debian.ts";
import { makeFirstDisk, makeModules, makeRoot } from "./disks.ts";
import type { KernelResult } from "./fact.ts";
import { type Architecture, TESTED_KERNELS, type TestedKernel } from "./kernels.ts";
import { runMachine } from "./machine.ts";
import { installPrograms } from "./programs.ts";
import { RESULT } from "./result-line.ts";
import { formatTable, missingFacts, withTable } from "./table.ts";

const PAGE = fileURLToPath(new URL("../../docs/kernels.md", import.meta.url));
const folder = process.env["WEIR_KERNELS_FOLDER"] ?? join(tmpdir(), "weir-kernels");
const roots = new Map<Architecture, string>();

async function tryOn(tested: TestedKernel): Promise<KernelResult | undefined> {
  const { name, architecture } = tested;
  const kernel = getKernel(tested, folder);
  const root = roots.get(architecture) ?? (await makeRoot(architecture, folder));
  roots.set(architecture, root);
  const modules = makeModules(kernel, join(folder, `modules-${kernel.release}.squashfs`));
  const firstDisk = makeFirstDisk(kernel, join(folder, `root-${architecture}`), join(folder, `first-${name}.gz`));
  const log = join(folder, `${name}.log`);
  process.stderr.write(`${name}: ${kernel.release}, its console is in ${log}\n`);
  const printed = await runMachine({ architecture, image: kernel.image, firstDisk, disks: [root, modules], log });
  const line = printed.split(/\r?\n/).find((each) => each.startsWith(RESULT));
  return line === undefined ? undefined : (JSON.parse(line.slice(RESULT.length)) as KernelResult);
}

/** What a kernel did when it was tried last. */
function lastResult({ name }: TestedKernel): KernelResult | undefined {
  const file = join(folder, `${name}.json`);
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as KernelResult) : undefined;
}

const args = process.argv.slice(2);
const names = args.filter((each) => !each.startsWith("--"));
mkdirSync(folder, { recursive: true });
installPrograms();
for (const tested of TESTED_KERNELS.filter(({ name }) => names.length === 0 || names.includes(name))) {
  const result = await tryOn(tested);
  const missing = result === undefined ? ["its machine ended without a result"] : missingFacts(result);
  for (const each of missing) process.stderr.write(`${tested.name}: ${each}\n`);
  for (const { name, has, why } of result?.abilities ?? [])
    if (!has) process.stderr.write(`${tested.name}: no ${name}: ${why}\n`);
  for (const each of result?.notMade ?? []) process.stderr.write(`${tested.name}: not made: ${each}\n`);
  if (missing.length > 0) process.exitCode = 1;
  if (result !== undefined) writeFileSync(join(folder, `${tested.name}.json`), `${JSON.stringify(result, null, 1)}\n`);
}
const table = formatTable(TESTED_KERNELS.map((tested) => ({ name: tested.name, result: lastResult(tested) })));
process.stdout.write(`${table}\n`);
if (args.includes("--write")) writeFileSync(PAGE, withTable(readFileSync(PAGE, "utf8"), table));
