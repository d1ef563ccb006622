// npm run bench:store [-- --help]: what the store takes in, what that takes on disk, and how long the console's questions take.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runHub } from "../../e2e/running-hub.ts";
import { redraw } from "../captures.ts";
import { describeMachine } from "../report.ts";
import { type Asked, ask } from "./ask.ts";
import { type Filled, filledStore } from "./filled.ts";
import { measureIngest } from "./ingest/ingest.ts";
import { parseStoreOptions, type StoreOptions } from "./options.ts";
import { consoleQuestions } from "./questions.ts";
import { formatAsked, formatFilled, formatIngested } from "./report.ts";

try {
  await main(parseStoreOptions(process.argv.slice(2)));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}

async function main(options: StoreOptions): Promise<void> {
  const temporary = mkdtempSync(join(tmpdir(), "weir-bench-store-"));
  try {
    const machine = describeMachine();
    if (!options.json) console.log(`machine: ${machine}\n`);
    if (options.parts.has("ingest")) {
      const measured = await measureIngest(join(temporary, "ingest"), options.scale, options.rounds);
      const { ingested, asked } = measured;
      if (options.json) console.log(JSON.stringify({ machine, ...measured }, undefined, 2));
      else console.log(`${formatIngested(ingested)}\n\n${formatAsked(asked)}\n`);
    }
    if (options.parts.has("questions")) {
      const filled = await filledStore(options.dataDir ?? join(temporary, "filled"), options.scale);
      if (!options.json) console.log(`${formatFilled(filled)}\n`);
      const asked = await askAll(options.dataDir ?? join(temporary, "filled"), filled, options.rounds);
      console.log(options.json ? JSON.stringify({ machine, filled, asked }, undefined, 2) : formatAsked(asked));
    }
  } finally {
    rmSync(temporary, { recursive: true });
  }
}

async function askAll(dataDir: string, { traceId }: Filled, rounds: number): Promise<Asked[]> {
  const hub = await runHub(dataDir);
  try {
    const asked: Asked[] = [];
    for (const question of consoleQuestions(traceId)) {
      redraw(question.name);
      asked.push(await ask(hub.url, question, rounds));
    }
    redraw("");
    return asked;
  } finally {
    await hub.stop();
  }
}
