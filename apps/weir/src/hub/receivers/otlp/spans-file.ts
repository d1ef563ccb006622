import { noSpansFile, spansFileLines } from "../../../join/spans-file.ts";
import { BadRequest } from "../failure.ts";
import type { Intake } from "../intake.ts";

/**
 * Takes the spans of a file; see {@link spansFileLines}. Resolves when the store has acknowledged all. The same file again adds nothing, as long as the hub remembers its requests.
 */
export async function takeSpansFile(path: string, intake: Intake): Promise<void> {
  const taken: Promise<unknown>[] = [];
  for await (const body of spansFileLines(path))
    taken.push(intake.takeBody("traces", "otlp", body, { signal: "traces", encoding: "json" }));
  try {
    await Promise.all(taken);
  } catch (cause) {
    if (!(cause instanceof BadRequest)) throw cause;
    throw noSpansFile(path, cause.message, cause);
  }
}
