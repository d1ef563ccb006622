import type { Capture } from "@weir/model";

/** Says on stderr what is wrong with a capture as a whole: rows have no place for it. */
export function tellProblem({ name, problem }: Capture): void {
  if (problem !== undefined) process.stderr.write(`weir: ${name}: ${problem}\n`);
}
