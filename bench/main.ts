// npm run bench [-- FILE]: packets/s, bytes/s and peak memory of Weir and its peers on one capture, in one run.
import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { cpus, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { generateCapture } from "./generate.ts";
import { type Measured, measure } from "./measure.ts";

const ROUNDS = 3;
const root = fileURLToPath(new URL("..", import.meta.url));
const weir = join(root, "apps/weir/bin/weir.js");

/** What is compared. Peers that are not installed are left out, and said so. */
const CONTENDERS: readonly {
  readonly name: string;
  readonly command: (file: string) => readonly string[];
  readonly needs?: string;
}[] = [
  {
    name: "weir: packets and headers only",
    command: (file) => [process.execPath, bundled("read-only"), file],
  },
  {
    name: "weir: health of connections, no calls",
    command: (file) => [process.execPath, bundled("flow-only"), file],
  },
  { name: "weir read: the whole thread", command: (file) => [process.execPath, weir, "read", file] },
  {
    name: "tcpdump -w /dev/null",
    command: (file) => ["tcpdump", "-r", file, "-w", "/dev/null"],
    needs: "/usr/bin/tcpdump",
  },
  {
    name: "tshark -z conv,tcp",
    command: (file) => ["tshark", "-n", "-q", "-z", "conv,tcp", "-r", file],
    needs: "/usr/bin/tshark",
  },
];

const given = process.argv[2];
if (given !== undefined && !existsSync(given)) {
  console.error(`usage: npm run bench [-- CAPTURE]\nThere is no file ${given}; without one a capture is generated.`);
  process.exit(2);
}
const folder = mkdtempSync(join(tmpdir(), "weir-bench-"));
const file = given ?? join(folder, "generated.pcap");
/** Parts of the engine on their own, bundled as the program is. */
const bundled = (name: string) => join(folder, `${name}.mjs`);
try {
  await build({
    entryPoints: ["read-only", "flow-only"].map((name) => join(root, `bench/${name}.ts`)),
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    format: "esm",
    logLevel: "warning",
  });
  if (given === undefined) generateCapture(file, { connections: 40_000, concurrency: 2_000, seed: 7 });
  await compare();
} finally {
  rmSync(folder, { recursive: true });
}

async function compare(): Promise<void> {
  const fileBytes = statSync(file).size;
  console.log(
    `machine: ${cpus().length} × ${cpus()[0]?.model ?? "?"}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`,
  );
  console.log(
    `capture: ${given ?? "generated, 40 000 HTTP connections, seed 7"}, ${(fileBytes / 2 ** 20).toFixed(0)} MiB; medians of ${ROUNDS} rounds, taken in turn\n`,
  );
  const present = CONTENDERS.filter(({ needs }) => needs === undefined || existsSync(needs));
  const results = new Map<string, Measured[]>(present.map(({ name }) => [name, []]));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const { name, command } of present) results.get(name)?.push(await measure(command(file)));
  }
  const packets = await countPackets();
  const reference = medianOf(results.get("weir read: the whole thread") ?? [], ({ wallS }) => wallS);
  console.log("| what | packets/s | MiB/s | wall s | CPU s | peak MiB | time against weir read |");
  console.log("|---|---:|---:|---:|---:|---:|---:|");
  for (const [name, rounds] of results) {
    const wallS = medianOf(rounds, (run) => run.wallS);
    const cells = [
      Math.round(packets / wallS).toString(),
      (fileBytes / 2 ** 20 / wallS).toFixed(0),
      wallS.toFixed(2),
      medianOf(rounds, (run) => run.cpuS).toFixed(2),
      medianOf(rounds, (run) => run.peakMiB).toFixed(0),
      (wallS / reference).toFixed(2),
    ];
    console.log(`| ${name} | ${cells.join(" | ")} |`);
  }
  for (const { name, needs } of CONTENDERS) {
    if (needs !== undefined && !existsSync(needs)) console.log(`\nnot measured: ${name} (${needs} is not installed)`);
  }
}

async function countPackets(): Promise<number> {
  const { output } = await measure([process.execPath, bundled("read-only"), file]);
  return Number(/^(\d+) packets/m.exec(output)?.[1] ?? Number.NaN);
}

function medianOf(runs: readonly Measured[], value: (run: Measured) => number): number {
  const sorted = runs.map(value).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
