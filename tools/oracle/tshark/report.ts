import { statSync } from "node:fs";
import { availableParallelism } from "node:os";
import { relative } from "node:path";
import { capturesBelow } from "./captures.ts";
import { compareWithTshark, type TsharkComparison } from "./compare.ts";
import { PORT_REUSES, PRESENT, SIDE_FACTS } from "./facts.ts";

/** Lets tshark read every capture of a folder (or one capture), and prints each difference and the agreement per fact. */
export async function reportTshark(root: string): Promise<void> {
  const captures = statSync(root).isDirectory() ? capturesBelow(root) : [root];
  const differing = new Map([PRESENT, ...SIDE_FACTS.map(({ name }) => name), PORT_REUSES].map((fact) => [fact, 0]));
  let streams = 0;
  let equal = 0;
  await inTurn(captures, compareWithTshark, (capture, compared) => {
    streams += compared.streams;
    equal += compared.streams - new Set(compared.differences.map(({ stream }) => stream)).size;
    for (const fact of factsPerStream(compared)) differing.set(fact, (differing.get(fact) ?? 0) + 1);
    for (const { stream, side, fact, tshark, weir } of compared.differences)
      console.log(
        `${relative(root, capture) || capture} tcp ${stream} ${side} ${fact}: tshark ${tshark}, weir ${weir}`,
      );
  });
  const percent = (part: number) => (streams === 0 ? "100.00" : ((100 * part) / streams).toFixed(2));
  for (const [fact, count] of differing)
    console.log(`${fact.padEnd(30)} ${percent(streams - count).padStart(6)} % (${count} differ)`);
  console.log(`agreement ${percent(equal)} % of ${streams} streams in ${captures.length} captures`);
}

/** One fact counts once per stream, whichever side differs. */
function factsPerStream({ differences }: TsharkComparison): string[] {
  return [...new Set(differences.map(({ stream, fact }) => `${stream} ${fact}`))].map((key) => key.split(" ")[1] ?? "");
}

/** Works on several at once, and reports them in their order. */
async function inTurn<T>(
  names: readonly string[],
  work: (name: string) => Promise<T>,
  report: (name: string, result: T) => void,
): Promise<void> {
  const running: { readonly name: string; readonly result: Promise<T> }[] = [];
  const next = names[Symbol.iterator]();
  const start = () => {
    const { value: name, done } = next.next();
    if (done === true) return;
    const result = work(name);
    // A failure is met when its turn comes; one that comes behind another failure is not met at all.
    result.catch(() => undefined);
    running.push({ name, result });
  };
  for (let index = 0; index < availableParallelism(); index += 1) start();
  for (let first = running.shift(); first !== undefined; first = running.shift()) {
    const result = await first.result;
    start();
    report(first.name, result);
  }
}
