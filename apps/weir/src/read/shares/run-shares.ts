import { basename } from "node:path";
import { endSharedFile, shareFile } from "../../capture-source/shared-file.ts";
import { openSource } from "../../capture-source/source.ts";
import { readConfigFile } from "../../config-file.ts";
import { ExitCode } from "../../failure.ts";
import { checkedFilter } from "../checked-filter.ts";
import { STREAM_WIDTH } from "../connections/table.ts";
import { stopOnInterrupt } from "../interrupt.ts";
import { namesOf } from "../names-option.ts";
import { type ConnectionFormat, checkFilter, connectionFormat, type ReadOptions } from "../options.ts";
import { isColoured, Output } from "../output.ts";
import { printerOf } from "../printer.ts";
import { tellProblem } from "../problem.ts";
import { checkShareable, checkShareFilter } from "./check-shares.ts";
import type { RowForm } from "./messages.ts";
import { RowJoin } from "./row-join.ts";
import { superviseShares } from "./supervise.ts";

/** Reads a capture with several workers and prints its connections. Returns the exit code. */
export async function runShares(path: string, workers: number, options: ReadOptions): Promise<number> {
  const filter = options.filter === undefined ? undefined : checkedFilter(options.filter);
  if (filter !== undefined) {
    checkFilter(filter, options);
    checkShareFilter(filter);
  }
  const names = await namesOf(options.names);
  const config = await readConfigFile(options.config);
  const source = await openSource(path);
  await checkShareable(source);
  const captureId = basename(source.name);
  const rows = rowFormOf(captureId, connectionFormat(options) ?? "table", isColoured(options));
  const output = new Output();
  printerOf(options, output, false).begin?.();
  const stop = stopOnInterrupt();
  const file = shareFile(path, workers);
  stop.signal.addEventListener("abort", () => endSharedFile(file));
  const join = new RowJoin(workers, rows, (text) => output.writeBytes(text));
  const capture = await superviseShares(
    { file, captureId, rows, filter, names, config, sampling: options.sampling },
    join,
    output,
  );
  stop.release();
  await output.flush();
  tellProblem(capture);
  return capture.packets === 0 && capture.problem !== undefined ? ExitCode.failed : ExitCode.ok;
}

/** How rows are written. The capture's name stands before the stream number: the mark must not be part of it. */
function rowFormOf(captureId: string, format: ConnectionFormat, isColoured: boolean): RowForm {
  let mark = Number.MAX_SAFE_INTEGER;
  while (captureId.includes(String(mark))) mark -= 1;
  return { format, isColoured, mark, numberWidth: format === "table" ? STREAM_WIDTH - "tcp ".length : 0 };
}
