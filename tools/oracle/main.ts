// npm run oracle -- DIR: holds Weir's connections against tshark's facts, for every capture with a facts file below DIR.
import { existsSync, readFileSync, statSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { analyseCapture } from "./analyse.ts";
import { compareStream, FACTS, isAnnounced } from "./compare.ts";
import { capturesWithFacts, readFacts } from "./facts.ts";

const HELP = `Usage: npm run oracle -- DIR [--verbose] [--json]

Compares connections with the facts that tshark left beside each capture (CAPTURE.facts.json), per stream and per fact.
  --verbose   print every stream that differs
  --json      print the agreement as JSON before the last line
`;

const args = process.argv.slice(2);
const folder = args.find((arg) => !arg.startsWith("--"));
if (folder === undefined || args.includes("--help")) {
  process.stdout.write(HELP);
  process.exit(folder === undefined && !args.includes("--help") ? 2 : 0);
}
if (!existsSync(folder)) {
  process.stderr.write(`oracle: there is no ${folder}\n`);
  process.exit(2);
}

const root = resolve(folder);
const crafted = craftedCaptures(root);
const differing = new Map<string, number>(FACTS.map((fact) => [fact, 0]));
const worst: { readonly capture: string; readonly differing: number; readonly streams: number }[] = [];
let streams = 0;
let equal = 0;
/** Streams that are equal but for a SYN that tshark leaves out, see {@link isAnnounced}; they count as equal. */
let announced = 0;

const captures = statSync(root).isDirectory() ? capturesWithFacts(root) : [root];
for (const capture of captures) {
  const facts = readFacts(capture);
  const { connections, shownCompleteness, firstRttNs } = analyseCapture(capture);
  let differingHere = 0;
  for (const stream of facts.tcp.per_stream) {
    const differences = compareStream(
      stream,
      connections.get(stream.stream),
      shownCompleteness.get(stream.stream),
      crafted.has(capture) ? undefined : firstRttNs.get(stream.stream),
    );
    streams += 1;
    if (isAnnounced(stream, shownCompleteness.get(stream.stream))) announced += 1;
    if (differences.length === 0) {
      equal += 1;
      continue;
    }
    differingHere += 1;
    for (const { fact } of differences) differing.set(fact, (differing.get(fact) ?? 0) + 1);
    if (args.includes("--verbose")) {
      for (const { fact, tshark, weir } of differences) {
        console.log(`${relative(root, capture)} tcp ${stream.stream}: ${fact}: tshark ${tshark}, weir ${weir}`);
      }
    }
  }
  if (differingHere > 0)
    worst.push({ capture: relative(root, capture), differing: differingHere, streams: facts.tcp.per_stream.length });
}

const percent = (part: number, whole: number) => (whole === 0 ? "100.00" : ((100 * part) / whole).toFixed(2));
const perFact = FACTS.map((fact) => ({ fact, agreement: percent(streams - (differing.get(fact) ?? 0), streams) }));
worst.sort((a, b) => b.differing - a.differing);
if (args.includes("--json")) console.log(JSON.stringify({ captures: captures.length, streams, equal, perFact, worst }));
else {
  for (const { fact, agreement } of perFact) console.log(`${fact.padEnd(30)} ${agreement.padStart(6)} %`);
  for (const entry of worst.slice(0, 15))
    console.log(`  ${entry.differing} of ${entry.streams} streams differ: ${entry.capture}`);
}
if (announced > 0)
  console.log(`  ${announced} of the equal streams: tshark's completeness lacks the SYN of an announced conversation`);
console.log(`agreement ${percent(equal, streams)} % of ${streams} streams`);

/** Captures whose timestamps mean nothing, by the manifest that stands in the folder or above it. */
function craftedCaptures(from: string): ReadonlySet<string> {
  for (let at = from; ; at = join(at, "..")) {
    const manifest = join(at, "MANIFEST.json");
    if (existsSync(manifest)) {
      const rows = (
        JSON.parse(readFileSync(manifest, "utf8")) as { captures: { file: string; crafted_hint?: boolean }[] }
      ).captures;
      return new Set(rows.filter((row) => row.crafted_hint === true).map((row) => join(at, row.file)));
    }
    if (at === join(at, "..")) return new Set();
  }
}
