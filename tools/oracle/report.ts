import { statSync } from "node:fs";
import { relative } from "node:path";
import { type Difference, FACTS } from "./compare.ts";
import { compareCapture, craftedCaptures } from "./compare-capture.ts";
import { capturesWithFacts } from "./facts.ts";

/** How much is printed, and as what. */
export interface ReportOptions {
  /** Every stream that differs. */
  readonly isVerbose: boolean;
  readonly isJson: boolean;
}

/** Holds every capture below a folder (or one capture) against its facts file, and prints the agreement per fact and of the streams. */
export function reportFacts(root: string, { isVerbose, isJson }: ReportOptions): void {
  const crafted = craftedCaptures(root);
  const differing = new Map<string, number>(FACTS.map((fact) => [fact, 0]));
  const worst: { readonly capture: string; readonly differing: number; readonly streams: number }[] = [];
  let streams = 0;
  let equal = 0;
  /** Streams that are equal but for a SYN that tshark leaves out, see {@link isAnnounced}; they count as equal. */
  let announced = 0;
  /** Captures with SCTP, and those of them whose chunks are all counted as tshark counts them. */
  let withChunks = 0;
  let equalChunks = 0;

  const captures = statSync(root).isDirectory() ? capturesWithFacts(root) : [root];
  for (const capture of captures) {
    const compared = compareCapture(capture, crafted.has(capture));
    const name = relative(root, capture);
    streams += compared.streams;
    equal += compared.streams - compared.differing.length;
    announced += compared.announced;
    if (compared.chunks !== undefined) {
      withChunks += 1;
      equalChunks += reportChunks(name, compared.chunks);
    }
    if (compared.differing.length > 0)
      worst.push({ capture: name, differing: compared.differing.length, streams: compared.streams });
    for (const { stream, differences } of compared.differing) {
      for (const { fact, tshark, weir } of differences) {
        differing.set(fact, (differing.get(fact) ?? 0) + 1);
        if (isVerbose) console.log(`${name} tcp ${stream}: ${fact}: tshark ${tshark}, weir ${weir}`);
      }
    }
  }

  const percent = (part: number, whole: number) => (whole === 0 ? "100.00" : ((100 * part) / whole).toFixed(2));
  const perFact = FACTS.map((fact) => ({ fact, agreement: percent(streams - (differing.get(fact) ?? 0), streams) }));
  worst.sort((a, b) => b.differing - a.differing);
  if (isJson) console.log(JSON.stringify({ captures: captures.length, streams, equal, perFact, worst }));
  else {
    for (const { fact, agreement } of perFact) console.log(`${fact.padEnd(30)} ${agreement.padStart(6)} %`);
    for (const entry of worst.slice(0, 15))
      console.log(`  ${entry.differing} of ${entry.streams} streams differ: ${entry.capture}`);
  }
  if (announced > 0)
    console.log(
      `  ${announced} of the equal streams: tshark's completeness lacks the SYN of an announced conversation`,
    );
  if (withChunks > 0) console.log(`  SCTP: chunks agree in ${equalChunks} of ${withChunks} captures`);
  console.log(`agreement ${percent(equal, streams)} % of ${streams} streams`);
}

/** Prints where the counts of SCTP's chunks differ; 1 where they do not. */
function reportChunks(capture: string, differences: readonly Difference[]): number {
  for (const { fact, tshark, weir } of differences) console.log(`${capture}: ${fact}: tshark ${tshark}, weir ${weir}`);
  return differences.length === 0 ? 1 : 0;
}
