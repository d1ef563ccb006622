// npm run golden -- ID [--check]: writes the goldens of a protocol's fixtures, or fails where one is not current.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { CATALOG } from "../packages/protocols/src/index.ts";
import { fixturesOf, renderGolden } from "../packages/protocols/src/testing/fixtures.ts";
import { runTranscript } from "../packages/protocols/src/testing/run-transcript.ts";

const args = process.argv.slice(2);
const checking = args.includes("--check");
const ids = args.filter((arg) => !arg.startsWith("--"));
const dissectors = CATALOG.filter(({ id }) => ids.length === 0 || ids.includes(id));
if (dissectors.length < Math.max(1, ids.length)) {
  process.stderr.write(`Usage: npm run golden -- [${CATALOG.map(({ id }) => id).join(" | ")}] [--check]\n`);
  process.exit(2);
}

const stale: string[] = [];
for (const dissector of dissectors) {
  for (const fixture of fixturesOf(dissector.id)) {
    const { goldenPath } = fixture;
    const wanted = renderGolden(fixture, runTranscript(dissector, fixture.transcript));
    if (existsSync(goldenPath) && readFileSync(goldenPath, "utf8") === wanted) continue;
    stale.push(goldenPath);
    if (!checking) writeFileSync(goldenPath, wanted);
  }
}
for (const path of stale) process.stdout.write(`${checking ? "not current" : "wrote"}: ${path}\n`);
if (checking && stale.length > 0) process.exit(1);
