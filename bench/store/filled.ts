import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { redraw } from "../captures.ts";
import { startBareEngine } from "./engine.ts";
import { FULL, fill, type Kind, sizeOf } from "./fill.ts";

/** What lies in a filled store. */
export interface Filled {
  readonly scale: number;
  readonly tables: readonly { readonly kind: Kind; readonly rows: number; readonly bytes: number }[];
  /** Of a trace that exists, in the middle of the day. */
  readonly traceId: string;
}

/** Fills a data folder, unless it was filled to the same scale before. */
export async function filledStore(dataDir: string, scale: number): Promise<Filled> {
  const note = join(dataDir, "bench.json");
  const before = existsSync(note) ? (JSON.parse(readFileSync(note, "utf8")) as Filled) : undefined;
  if (before?.scale === scale) return before;
  if (before !== undefined) throw new Error(`${dataDir} is filled to scale ${before.scale}: name another folder`);
  const engine = await startBareEngine(dataDir);
  try {
    for (const [kind, full] of Object.entries(FULL) as [Kind, number][]) {
      const rows = Math.round(full * scale);
      await fill(engine, kind, rows, (done) => redraw(`filling ${kind}: ${Math.floor((done / rows) * 100)} %`));
    }
    redraw("merging");
    await engine.settle();
    redraw("");
    const tables = [];
    for (const kind of Object.keys(FULL) as Kind[]) tables.push({ kind, ...(await sizeOf(engine, kind)) });
    const middle = "SELECT TraceId FROM otel_traces WHERE Timestamp > '2026-03-02 12:00:00' LIMIT 1";
    const filled = { scale, tables, traceId: (await engine.run(middle)).trim() };
    writeFileSync(note, JSON.stringify(filled));
    return filled;
  } finally {
    await engine.stop();
  }
}
