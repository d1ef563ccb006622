import { readFileSync, statSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { records, run } from "../cli/weir-read.ts";
import { corpusOrSkip } from "./corpus.ts";

/** Large enough that a share may be ahead of another, small enough that a dozen are read in a minute. */
const LARGEST_BYTES = 20e6;
const CAPTURES = 12;

const plain = corpusOrSkip()
  .map(({ name, path }) => ({ name, path, bytes: statSync(path).size }))
  .filter(({ path, bytes }) => bytes <= LARGEST_BYTES && !isCompressed(path))
  .sort((a, b) => b.bytes - a.bytes)
  .slice(0, CAPTURES);

describe.skipIf(plain.length === 0)("weir read --workers on real captures", () => {
  it.each(plain.map(({ name, path }) => [name, path]))("%s has the rows of one worker", (_, path) => {
    const args = ["--connections", "--no-calls", "--json", path];
    const [alone, shared] = [run(args), run([...args, "--workers", "3"])];
    expect({ ...shared, stdout: "" }).toEqual({ ...alone, stdout: "" });
    expect(rowsOf(shared.stdout)).toEqual(rowsOf(alone.stdout));
  });
});

/** Rows by their id. Who is the client may be told otherwise where it is told by servers that another share saw. */
function rowsOf(stdout: string): Record<string, unknown>[] {
  const idOf = (record: Record<string, unknown>) => String(record["connectionId"]);
  if (stdout === "") return [];
  return records(stdout)
    .toSorted((a, b) => idOf(a).localeCompare(idOf(b)))
    .map((record) => (record["directionEvidence"] === "history" ? { connectionId: idOf(record) } : record));
}

function isCompressed(path: string): boolean {
  const [first, second] = readFileSync(path);
  return first === 0x1f && second === 0x8b;
}
