import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { WeirError } from "@weir/base";
import { decompress } from "../capture-source/decompress.ts";
import { openSource } from "../capture-source/source.ts";

/** Lines of a file in the form that the Collector's file exporter writes, plain or compressed with gzip or zstd: one ExportTraceServiceRequest in JSON each. */
export async function* spansFileLines(path: string): AsyncGenerator<Uint8Array> {
  const { chunks } = await decompress((await openSource(path)).chunks());
  for await (const line of createInterface({ input: Readable.from(chunks, { objectMode: false }) }))
    if (line.trim() !== "") yield Buffer.from(line);
}

/** What a file is refused with that holds something else. */
export function noSpansFile(path: string, reason: string, cause?: unknown): WeirError {
  const message = `${path} holds no spans: ${reason}`;
  return new WeirError("FILE_UNREADABLE", message, "Each line must be an OTLP request in JSON", { cause });
}
