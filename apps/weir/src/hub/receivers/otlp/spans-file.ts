import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { createGunzip } from "node:zlib";
import { WeirError } from "@weir/base";
import { BadRequest } from "../failure.ts";
import type { Intake } from "../intake.ts";

/**
 * Takes the spans of a file in the form that the Collector's file exporter writes, compressed with gzip: one ExportTraceServiceRequest in JSON per line. Resolves when
 * the store has acknowledged all. The same file again adds nothing, as long as the hub remembers its requests.
 */
export async function takeSpansFile(path: string, intake: Intake): Promise<void> {
  const lines = createInterface({ input: createReadStream(path).pipe(createGunzip()) });
  const taken: Promise<unknown>[] = [];
  for await (const line of lines) {
    const body = Buffer.from(line);
    taken.push(intake.takeBody("traces", "otlp", body, { signal: "traces", encoding: "json" }));
  }
  try {
    await Promise.all(taken);
  } catch (cause) {
    if (!(cause instanceof BadRequest)) throw cause;
    throw new WeirError(
      "FILE_UNREADABLE",
      `${path} holds no spans: ${cause.message}`,
      "Each line must be an OTLP request in JSON",
      {
        cause,
      },
    );
  }
}
