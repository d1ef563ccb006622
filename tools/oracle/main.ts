// npm run oracle -- DIR: holds Weir's connections against tshark's facts, for every capture with a facts file below DIR.
import { existsSync, statSync } from "node:fs";
import { relative, resolve } from "node:path";
import { FACTS } from "./compare.ts";
import { compareCapture, craftedCaptures } from "./compare-capture.ts";
import { capturesWithFacts } from "./facts.ts";

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
  const compared = compareCapture(capture, crafted.has(capture));
  const name = relative(root, capture);
  streams += compared.streams;
  equal += compared.streams - compared.differing.length;
  announced += compared.announced;
  if (compared.differing.length > 0)
    worst.push({ capture: name, differing: compared.differing.length, streams: compared.streams });
  for (const { stream, differences } of compared.differing) {
    for (const { fact, tshark, weir } of differences) {
      differing.set(fact, (differing.get(fact) ?? 0) + 1);
      if (args.includes("--verbose")) console.log(`${name} tcp ${stream}: ${fact}: tshark ${tshark}, weir ${weir}`);
    }
  }
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
