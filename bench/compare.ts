import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { redraw } from "./captures.ts";
import { type Absent, type Contender, Weir } from "./contenders.ts";
import { type Measured, measure, medianOf } from "./measure.ts";

/** One contender's medians on one capture. */
export interface Result {
  readonly name: string;
  readonly goalRatio: number | undefined;
  readonly rounds: number;
  /** How many packets it read: all, or the first ones. */
  readonly packets: number;
  readonly fileBytes: number;
  readonly wallS: number;
  readonly cpuS: number;
  readonly peakMiB: number;
}

/** All contenders on one capture. */
export interface Comparison {
  readonly name: string;
  readonly description: string;
  readonly scale: number;
  readonly packets: number;
  readonly connections: number;
  readonly fileBytes: number;
  readonly results: readonly Result[];
  readonly absent: readonly Absent[];
}

/** A capture to compare on. */
export interface Subject {
  readonly name: string;
  readonly description: string;
  readonly scale: number;
  readonly path: string;
}

/** Whoever takes longer is not measured again. */
const LONG_RUN_S = 60;

/** Runs all contenders in turn, `rounds` times; one that fails is left out and named. */
export async function compare(
  subject: Subject,
  contenders: readonly Contender[],
  rounds: number,
  folder: string,
): Promise<Comparison> {
  const whole = await countOf(subject.path, contenders, folder);
  const runs = new Map<Contender, Measured[]>(contenders.map((contender) => [contender, []]));
  const absent: Absent[] = [];
  const beginnings = new Map<number, string>();
  for (let round = 1; round <= rounds; round += 1) {
    for (const [contender, measured] of runs) {
      if (measured.some(({ wallS }) => wallS > LONG_RUN_S)) continue;
      redraw(`${subject.name}, round ${round} of ${rounds}: ${contender.name}`);
      try {
        const file = await fileFor(contender, subject.path, whole.packets, beginnings, folder);
        measured.push(await measureIn(contender, file, folder));
      } catch (error) {
        runs.delete(contender);
        absent.push({ name: contender.name, reason: error instanceof Error ? error.message : String(error) });
      }
    }
  }
  redraw("");
  const results: Result[] = [];
  for (const [{ name, peer }, measured] of runs) {
    const first = peer?.firstPackets;
    const beginning = first === undefined ? undefined : beginnings.get(first);
    results.push({
      name,
      goalRatio: peer?.goalRatio,
      rounds: measured.length,
      packets: Math.min(whole.packets, first ?? whole.packets),
      fileBytes: statSync(beginning ?? subject.path).size,
      wallS: medianOf(measured, ({ wallS }) => wallS),
      cpuS: medianOf(measured, ({ cpuS }) => cpuS),
      peakMiB: medianOf(measured, ({ peakMiB }) => peakMiB),
    });
  }
  for (const path of beginnings.values()) rmSync(path, { force: true });
  const { name, description, scale, path } = subject;
  return { name, description, scale, ...whole, fileBytes: statSync(path).size, results, absent };
}

/** Counts packets and connections, and has the system read the file into its cache before anyone is measured. */
async function countOf(path: string, contenders: readonly Contender[], folder: string) {
  const health = contenders.find(({ name }) => name === Weir.health);
  if (health === undefined) throw new Error("there is no contender to count packets");
  const [command = "", ...args] = health.command({ file: path, folder });
  const output = execFileSync(command, args, { encoding: "utf8" });
  const [, packets, connections] = /^(\d+) packets, (\d+) connections/m.exec(output)?.map(Number) ?? [];
  if (!packets || connections === undefined) throw new Error(`There are no packets in ${path}; is it pcap or pcapng?`);
  return { packets, connections };
}

async function measureIn(contender: Contender, file: string, folder: string): Promise<Measured> {
  const own = join(folder, "run");
  mkdirSync(own);
  try {
    return await measure(contender.command({ file, folder: own }));
  } finally {
    rmSync(own, { recursive: true, force: true });
  }
}

/** The capture, or its beginning for who is too slow for all of it. `editcap` comes with tshark and reads what that reads. */
async function fileFor(
  { peer }: Contender,
  path: string,
  packets: number,
  beginnings: Map<number, string>,
  folder: string,
): Promise<string> {
  const first = peer?.firstPackets;
  if (first === undefined || first >= packets) return path;
  const known = beginnings.get(first);
  if (known !== undefined) return known;
  const beginning = join(folder, `first-${first}.pcap`);
  await measure(["editcap", "-r", path, beginning, `1-${first}`]);
  beginnings.set(first, beginning);
  return beginning;
}
