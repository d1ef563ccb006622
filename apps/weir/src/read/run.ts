import { basename } from "node:path";
import { WeirError } from "@weir/base";
import { Names } from "@weir/identity";
import type { Finding } from "@weir/model";
import type { RecordSink } from "@weir/pipeline";
import { PROTOCOL_RECORDS } from "@weir/protocols/records";
import { checkFilter, type Filter, filterEnvironment } from "@weir/query";
import { openSource } from "../capture-source/source.ts";
import { ExitCode, reportFailure } from "../failure.ts";
import { readNamesFile } from "../names-file.ts";
import { readCapture } from "../read-capture.ts";
import { FilterSink } from "./filter-sink.ts";
import { importInto } from "./import-into.ts";
import { JsonLines } from "./json-lines.ts";
import type { FailOn, ReadOptions } from "./options.ts";
import { ProgressLine } from "./progress.ts";
import { renderPage } from "./report/page.ts";
import { createPaint } from "./report/paint.ts";
import { mergeReports, type Report, ReportBuilder } from "./report/report.ts";

/** Reads the named captures and prints what the options ask for. Returns the exit code. */
export async function runRead(files: readonly string[], options: ReadOptions): Promise<number> {
  if (options.into !== undefined) return importInto(options.into, files);
  const filter = options.filter === undefined ? undefined : checkedFilter(options.filter);
  const names = options.names === undefined ? new Map<string, string>() : await readNamesFile(options.names);
  const lines = options.json === true ? new JsonLines((line) => process.stdout.write(line)) : undefined;
  const stop = stopOnInterrupt();
  const reports: Report[] = [];
  let failed = false;
  for (const file of files) {
    try {
      reports.push(await readOne(file, { filter, names, lines, options, signal: stop.signal }));
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
  if (lines === undefined) process.stdout.write(renderPage(report, createPaint(isColoured(options))));
  const isUnread = report.captures.some(({ packets, problem }) => packets === 0 && problem !== undefined);
  if (failed || isUnread) return ExitCode.failed;
  return options.failOn !== undefined && report.findings.some((finding) => fails(finding, options.failOn))
    ? ExitCode.found
    : ExitCode.ok;
}

interface ReadOneContext {
  readonly filter: Filter | undefined;
  readonly names: ReadonlyMap<string, string>;
  readonly lines: JsonLines | undefined;
  readonly options: ReadOptions;
  readonly signal: AbortSignal;
}

async function readOne(
  file: string,
  { filter, names: named, lines, options, signal }: ReadOneContext,
): Promise<Report> {
  const source = await openSource(file);
  const names = new Names();
  for (const [address, name] of named) names.learn("file", address, name, 0);
  const builder = new ReportBuilder();
  const records: RecordSink = {
    connection(connection) {
      builder.connection(connection);
      lines?.connection(connection);
    },
    call(call) {
      builder.call(call);
      lines?.call(call);
    },
  };
  const filtering = filter === undefined ? undefined : new FilterSink(filter, records);
  const progress = new ProgressLine(basename(file), source.fileBytes, showsProgress(options));
  try {
    const capture = await readCapture(source, {
      captureId: basename(file),
      names,
      sink: filtering ?? records,
      onProgress: (bytesRead, packets) => progress.update({ bytesRead, packets }),
      afterChunk: drained,
      signal,
    });
    const report = builder.finish(capture);
    for (const finding of report.findings) lines?.finding(finding);
    lines?.capture(capture);
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

/** Waits while standard output is full, so that a slow reader of `--json` does not fill memory. */
function drained(): Promise<void> | undefined {
  if (!process.stdout.writableNeedDrain) return undefined;
  return new Promise((resolve) => process.stdout.once("drain", resolve));
}

function checkedFilter(text: string): Filter {
  const checked = checkFilter(text, filterEnvironment(PROTOCOL_RECORDS));
  if (checked.kind === "ok") return checked.filter;
  const marked = `\n  ${text}\n  ${" ".repeat(checked.position)}^`;
  const hint =
    checked.suggestion === undefined
      ? "docs/reference/fields.md lists all names"
      : `Did you mean ${checked.suggestion}?`;
  throw new WeirError("FILTER_INVALID", `the filter is wrong: ${checked.message}${marked}\n`, hint);
}

function fails(finding: Finding, failOn: FailOn | undefined): boolean {
  if (!finding.decided || failOn === undefined) return false;
  if (failOn === "finding") return true;
  const order = ["info", "warning", "critical"];
  return order.indexOf(finding.severity) >= order.indexOf(failOn);
}

function isColoured(options: ReadOptions): boolean {
  return options.color !== false && process.stdout.isTTY === true && (process.env["NO_COLOR"] ?? "") === "";
}

function showsProgress(options: ReadOptions): boolean {
  return options.progress !== false && process.stderr.isTTY === true && process.stdout.isTTY === true;
}

/** Ctrl-C ends reading, not the program: what was read is still reported. A second one ends the program. */
function stopOnInterrupt(): { readonly signal: AbortSignal; release(): void } {
  const controller = new AbortController();
  const onInterrupt = () => controller.abort();
  process.once("SIGINT", onInterrupt);
  return { signal: controller.signal, release: () => process.removeListener("SIGINT", onInterrupt) };
}
