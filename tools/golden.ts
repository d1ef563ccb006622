// npm run golden -- ID [--check]: writes the goldens of a protocol's fixtures, or fails where one is not current.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { PROTOCOL_RECORDS } from "../packages/protocols/src/records.ts";
import { fixturesOf, renderGolden } from "../packages/protocols/src/testing/fixtures.ts";
import { runFixture } from "../packages/protocols/src/testing/run-transcript.ts";

const args = process.argv.slice(2);
const checking = args.includes("--check");
const ids = args.filter((arg) => !arg.startsWith("--"));
const known = PROTOCOL_RECORDS.map(({ id }) => id as string).filter((id) => ids.length === 0 || ids.includes(id));
if (known.length < Math.max(1, ids.length)) {
  process.stderr.write(`Usage: npm run golden -- [${PROTOCOL_RECORDS.map(({ id }) => id).join(" | ")}] [--check]\n`);
  process.exit(2);
}

const stale: string[] = [];
for (const id of known) {
  for (const fixture of fixturesOf(id)) {
    const { goldenPath } = fixture;
    const wanted = renderGolden(fixture, runFixture(id, fixture.transcript));
    if (existsSync(goldenPath) && readFileSync(goldenPath, "utf8") === wanted) continue;
    stale.push(goldenPath);
    if (!checking) writeFileSync(goldenPath, wanted);
  }
}
for (const path of stale) process.stdout.write(`${checking ? "not current" : "wrote"}: ${path}\n`);
if (checking && stale.length > 0) process.exit(1);
