import { setTimeout as sleep } from "node:timers/promises";
import { WeirError } from "@weir/base";
import { noSpansFile, spansFileLines } from "../../../join/spans-file.ts";
import { BadRequest } from "../failure.ts";
import type { Intake } from "../intake.ts";

/** Lines that are taken at once: enough to fill batches. */
const LINES_AT_ONCE = 5_000;
/** Pause where the store is behind, or away. */
const AGAIN_MS = 500;

/**
 * Takes the spans of a file; see {@link spansFileLines}. Resolves when the store has acknowledged all: a file waits for its store as long as that takes. The same file again
 * adds nothing, as long as the hub remembers its requests.
 */
export async function takeSpansFile(path: string, intake: Intake): Promise<void> {
  let lines: Uint8Array[] = [];
  const takeAll = async () => {
    await Promise.all(lines.map((line) => takeLine(path, line, intake)));
    lines = [];
  };
  for await (const line of spansFileLines(path)) {
    lines.push(line);
    if (lines.length >= LINES_AT_ONCE) await takeAll();
  }
  await takeAll();
}

async function takeLine(path: string, line: Uint8Array, intake: Intake): Promise<void> {
  for (;;) {
    try {
      await intake.takeBody("traces", "otlp", line, { signal: "traces", encoding: "json" });
      return;
    } catch (error) {
      if (error instanceof BadRequest) throw noSpansFile(path, error.message, error);
      if (!(error instanceof WeirError)) throw error;
      await sleep(AGAIN_MS);
    }
  }
}
