import { statSync } from "node:fs";
import { relative } from "node:path";
import { capturesWithFacts } from "../facts.ts";
import { compareCalls } from "./compare-capture.ts";
import type { Said } from "./comparison.ts";
import { knownDifferences, reasonOf } from "./known.ts";

/** How much is printed, and as what. */
export interface CallReportOptions {
  /** Every difference. */
  readonly isVerbose: boolean;
  readonly isJson: boolean;
  /** Only this protocol, by the name of the facts' events. */
  readonly only: string | undefined;
}

/** Counts of one fact over all captures. */
interface FactCount {
  /** What tshark said. */
  tshark: number;
  /** Of it, what Weir said as well. */
  agreed: number;
  tsharkOnly: number;
  weirOnly: number;
  /** Differences of either kind that stand in the lists of known ones, or that explain themselves. */
  known: number;
  /** Of those, the ones that explain themselves: tshark shows no message that is not whole, and shows what an ICMP error quotes. */
  selfExplained: number;
}

/** How many captures have a protocol; of them, how many agree but for what is explained, and how many in everything. */
interface CaptureCount {
  readonly captures: number;
  readonly equal: number;
  readonly same: number;
}

/** Holds the calls of every capture below a folder (or of one capture) against its facts file; prints the agreement per fact and protocol. */
export async function reportCalls(root: string, { isVerbose, isJson, only }: CallReportOptions): Promise<void> {
  const known = knownDifferences();
  const counts = new Map<string, FactCount>();
  const captureCounts = new Map<string, CaptureCount>();
  const captures = statSync(root).isDirectory() ? capturesWithFacts(root) : [root];
  for (const capture of captures) {
    const name = relative(root, capture) || capture;
    for (const compared of await compareCalls(capture, only)) {
      const count = (said: Said) => countOf(counts, `${compared.events} ${said.fact}`);
      for (const said of compared.tshark) count(said).tshark += 1;
      const unknown = [
        ...compared.tsharkOnly.map((said) => ({ side: "tshark", said })),
        ...compared.weirOnly.map((said) => ({ side: "weir", said })),
      ].filter(({ side, said }) => {
        const entry = count(said);
        if (side === "tshark") entry.tsharkOnly += 1;
        else entry.weirOnly += 1;
        const reason = reasonOf(known, capture, said);
        const isKnown = reason !== undefined;
        if (isKnown) {
          entry.known += 1;
          if (reason === said.excuse) entry.selfExplained += 1;
        } else if (isVerbose) console.log(lineOf(name, side, said));
        return !isKnown;
      });
      const total = captureCounts.get(compared.events) ?? { captures: 0, equal: 0, same: 0 };
      captureCounts.set(compared.events, {
        captures: total.captures + 1,
        equal: total.equal + (unknown.length === 0 ? 1 : 0),
        same: total.same + (compared.tsharkOnly.length + compared.weirOnly.length === 0 ? 1 : 0),
      });
    }
  }
  for (const count of counts.values()) count.agreed = count.tshark - count.tsharkOnly;
  print(counts, captureCounts, captures.length, isJson);
}

function lineOf(capture: string, side: string, { fact, value, stream = "", frame }: Said): string {
  return `${capture} frame ${frame ?? "?"} ${stream}: only ${side}: ${fact} ${JSON.stringify(value)}`;
}

function countOf(counts: Map<string, FactCount>, key: string): FactCount {
  const found = counts.get(key);
  if (found !== undefined) return found;
  const fresh = { tshark: 0, agreed: 0, tsharkOnly: 0, weirOnly: 0, known: 0, selfExplained: 0 };
  counts.set(key, fresh);
  return fresh;
}

function print(
  counts: ReadonlyMap<string, FactCount>,
  captureCounts: ReadonlyMap<string, CaptureCount>,
  captures: number,
  isJson: boolean,
): void {
  const rows = [...counts].map(([key, count]) => {
    const [protocol = "", fact = ""] = key.split(" ");
    return { protocol, fact, ...count };
  });
  const sum = (pick: (row: FactCount) => number) => rows.reduce((total, row) => total + pick(row), 0);
  const agreed = sum((row) => row.agreed);
  const differing = sum((row) => row.tsharkOnly + row.weirOnly);
  if (isJson) {
    console.log(JSON.stringify({ captures, facts: rows, protocols: Object.fromEntries(captureCounts) }));
  } else {
    console.log(`${"fact".padEnd(54)} ${["tshark", "agreed", "only it", "only weir", "known"].map(cell).join("")}`);
    for (const row of rows) {
      const cells = [row.tshark, row.agreed, row.tsharkOnly, row.weirOnly, row.known];
      console.log(`${`${row.protocol}: ${row.fact}`.padEnd(54)} ${cells.map(cell).join("")}`);
    }
    for (const [protocol, count] of captureCounts)
      console.log(
        `${protocol}: ${count.equal} of ${count.captures} captures agree, explained differences aside; ${count.same} have none`,
      );
  }
  const explained = sum((row) => row.known);
  const themselves = sum((row) => row.selfExplained);
  const percent = agreed + differing === 0 ? 100 : (100 * agreed) / (agreed + differing);
  console.log(
    `agreement ${percent.toFixed(2)} %: ${agreed} facts of calls agree, ${differing} differ, ${explained} of them explained: ${explained - themselves} in known-differences/, ${themselves} by what they show themselves`,
  );
}

function cell(value: string | number): string {
  return String(value).padStart(11);
}
