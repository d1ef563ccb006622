import { basename } from "node:path";
import type { AnalysisConfig, WireAround } from "@weir/analysis";
import type { Call, Connection } from "@weir/model";
import { openSource } from "../capture-source/source.ts";
import { namesFrom } from "../read/names-option.ts";
import { ProgressLine } from "../read/progress.ts";
import { readCapture } from "../read-capture.ts";

/** What captures hold of calls, as far as they were read. */
export interface ReadPackets {
  readonly calls: readonly Call[];
  readonly connections: readonly Connection[];
  readonly captures: WireAround["captures"];
  /** What captures are called, by their ids. */
  readonly names: ReadonlyMap<string, string>;
  readonly isCut: boolean;
}

/** Calls, and connections, that are held at most; those that come later are left out. */
const MAX_RECORDS = 500_000;

export interface ReadPacketsOptions {
  readonly names: ReadonlyMap<string, string>;
  readonly config: AnalysisConfig;
  readonly showsProgress: boolean;
}

/** Reads captures one after the other. Throws for a file that is none. */
export async function readPackets(files: readonly string[], options: ReadPacketsOptions): Promise<ReadPackets> {
  const calls: Call[] = [];
  const connections: Connection[] = [];
  const captures: WireAround["captures"][number][] = [];
  let isCut = false;
  const keep = <Row>(rows: Row[], row: Row) => {
    if (rows.length < MAX_RECORDS) rows.push(row);
    else isCut = true;
  };
  const sink = {
    call: (call: Call) => keep(calls, call),
    connection: (connection: Connection) => keep(connections, connection),
    retry: () => undefined,
    delivery: () => undefined,
  };
  for (const file of files) {
    const source = await openSource(file);
    const progress = new ProgressLine(basename(file), source.fileBytes, options.showsProgress);
    const { captureId, startedAt, endedAt, problem } = await readCapture(source, {
      captureId: file,
      names: namesFrom(options.names),
      config: options.config,
      sink,
      onProgress: (bytesRead, packets) => progress.update({ bytesRead, packets }),
    }).finally(() => progress.clear());
    if (problem !== undefined) process.stderr.write(`weir: ${file}: ${problem}\n`);
    if (startedAt !== undefined && endedAt !== undefined) captures.push({ captureId, startedAt, endedAt });
  }
  return { calls, connections, captures, names: new Map(files.map((file) => [file, basename(file)])), isCut };
}
