import { basename } from "node:path";
import type { AnalysisConfig } from "@weir/analysis";
import { WeirError } from "@weir/base";
import type { RecordSink } from "@weir/pipeline";
import type { KeyLog, MessageDecoder } from "@weir/protocols";
import type { Filter } from "@weir/query";
import { type FollowedSource, followSource } from "../capture-source/follow.ts";
import { type CaptureSource, openSource } from "../capture-source/source.ts";
import { readConfigFile } from "../config-file.ts";
import { ExitCode, reportFailure } from "../failure.ts";
import { readKeysFile } from "../keys-file.ts";
import { messagesOf } from "../protos-file.ts";
import { readCapture } from "../read-capture.ts";
import { checkedFilter } from "./checked-filter.ts";
import { runExplain } from "./explain/run-explain.ts";
import { exitCodeOf } from "./fail-on.ts";
import { FilterSink } from "./filter-sink.ts";
import { importInto } from "./import-into.ts";
import { stopOnInterrupt } from "./interrupt.ts";
import { namesFrom, namesOf } from "./names-option.ts";
import { checkFilter, checkOptions, connectionFormat, type ReadOptions } from "./options.ts";
import { Output } from "./output.ts";
import { type Printer, printerOf } from "./printer.ts";
import { tellProblem } from "./problem.ts";
import { ProgressLine } from "./progress.ts";
import { mergeReports, type Report, ReportBuilder } from "./report/report.ts";
import { checkWorkers } from "./shares/check-shares.ts";
import { runShares } from "./shares/run-shares.ts";

/** Reads the named captures and prints what the options ask for. Returns the exit code. */
export async function runRead(files: readonly string[], options: ReadOptions): Promise<number> {
  checkWorkers(files, options);
  checkOptions(files, options);
  const [first] = files;
  if (options.workers !== undefined && options.workers > 1 && first !== undefined)
    return runShares(first, options.workers, options);
  if (options.explain !== undefined && first !== undefined) return runExplain(first, options.explain, options);
  if (options.into !== undefined) return importInto(options.into, files, showsProgress(options));
  const filter = options.filter === undefined ? undefined : checkedFilter(options.filter);
  if (filter !== undefined) checkFilter(filter, options);
  const names = await namesOf(options.names);
  const config = await readConfigFile(options.config);
  const keyLog = options.keys === undefined ? undefined : await readKeysFile(options.keys);
  const messages = await messagesOf(options.protos);
  const output = new Output();
  const printer = printerOf(options, output, files.length > 1);
  const stop = stopOnInterrupt();
  const reports: Report[] = [];
  let failed = false;
  let failure: WeirError | undefined;
  printer.begin?.();
  await output.flush();
  for (const file of files) {
    try {
      const source: CaptureSource & Partial<FollowedSource> =
        options.follow === true ? await followSource(file, stop.signal) : await openSource(file);
      reports.push(
        await readOne(source, {
          filter,
          names,
          config,
          keyLog,
          messages,
          output,
          printer,
          options,
          signal: stop.signal,
        }),
      );
      failure = source.failure?.();
    } catch (error) {
      // One unreadable file does not cost the others; the exit code still says it.
      if (!(error instanceof WeirError) || files.length === 1) throw error;
      reportFailure(error);
      failed = true;
    }
    if (stop.signal.aborted) break;
  }
  stop.release();
  const report = mergeReports(reports);
  printer.end?.(report);
  await output.flush();
  if (failure !== undefined) return reportFailure(failure);
  const isUnread = report.captures.some(({ packets, problem }) => packets === 0 && problem !== undefined);
  if (failed || isUnread) return ExitCode.failed;
  return exitCodeOf(report.findings, options.failOn);
}

interface ReadOneContext {
  readonly filter: Filter | undefined;
  readonly names: ReadonlyMap<string, string>;
  readonly config: AnalysisConfig;
  readonly keyLog: KeyLog | undefined;
  readonly messages: MessageDecoder | undefined;
  readonly output: Output;
  readonly printer: Printer;
  readonly options: ReadOptions;
  readonly signal: AbortSignal;
}

async function readOne(
  source: CaptureSource,
  { filter, names, config, keyLog, messages, output, printer, options, signal }: ReadOneContext,
): Promise<Report> {
  const builder = new ReportBuilder(config);
  // Rows show nothing of the report.
  const isReported = connectionFormat(options) === undefined || options.failOn !== undefined;
  const records: RecordSink = {
    connection(connection) {
      if (isReported) builder.connection(connection);
      printer.connection?.(connection);
    },
    call(call) {
      if (isReported) builder.call(call);
      printer.call?.(call);
    },
    retry(retry) {
      if (isReported) builder.retry(retry);
      printer.retry?.(retry);
    },
    delivery: (delivery) => printer.delivery?.(delivery),
    ...(options.reports === true && { update: (connection, report) => printer.update?.(connection, report) }),
  };
  const filtering = filter === undefined ? undefined : new FilterSink(filter, records);
  const progress = new ProgressLine(basename(source.name), source.fileBytes, showsProgress(options));
  try {
    const capture = await readCapture(source, {
      captureId: basename(source.name),
      names: namesFrom(names),
      config,
      keyLog,
      messages,
      sink: filtering ?? records,
      dissect: options.calls !== false,
      sampling: options.sampling,
      onProgress: (bytesRead, packets) => progress.update({ bytesRead, packets }),
      isPrompt: options.follow === true,
      afterChunk: () => output.flush(),
      signal,
    });
    const report = builder.finish(capture);
    for (const finding of report.findings) printer.finding?.(finding);
    printer.capture?.(capture);
    if (connectionFormat(options) !== undefined) tellProblem(capture);
    if (filtering !== undefined && filtering.unjudgedCalls > 0) {
      process.stderr.write(
        `weir: ${filtering.unjudgedCalls} calls were not judged by the filter: too many were open at once.\n`,
      );
    }
    return report;
  } finally {
    progress.clear();
  }
}

/** A line that is redrawn in place and rows that come meanwhile do not go together. */
function showsProgress(options: ReadOptions): boolean {
  if (options.json === true || options.follow === true || connectionFormat(options) !== undefined) return false;
  return options.progress !== false && process.stderr.isTTY === true && process.stdout.isTTY === true;
}
