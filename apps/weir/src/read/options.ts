import { WeirError } from "@weir/base";
import type { Severity } from "@weir/model";
import type { Filter } from "@weir/query";

/** What the user asked `weir read` for. */
export interface ReadOptions {
  readonly json?: boolean;
  readonly connections?: boolean;
  readonly format?: string;
  /** Rows for connections that begin and go on, too. */
  readonly reports?: boolean;
  readonly explain?: string;
  /** Only one of so many packets was captured, by choice. */
  readonly sampling?: number;
  /** False reads headers only (`--no-calls`). */
  readonly calls?: boolean;
  /** Threads that share one capture. */
  readonly workers?: number;
  readonly follow?: boolean;
  readonly filter?: string;
  readonly failOn?: FailOn;
  readonly names?: string;
  /** File with TLS secrets. */
  readonly keys?: string;
  /** Types of gRPC messages. */
  readonly protos?: string;
  readonly config?: string;
  readonly into?: string;
  readonly color?: boolean;
  readonly progress?: boolean;
}

/** The least severity that makes `--fail-on` fail; `finding` is any. */
export type FailOn = "finding" | Severity;

/** How `--connections` writes its rows. */
export const CONNECTION_FORMATS = ["table", "json", "csv"] as const;
export type ConnectionFormat = (typeof CONNECTION_FORMATS)[number];

/** Throws USAGE where options contradict each other or ask for what cannot be. */
export function checkOptions(files: readonly string[], options: ReadOptions): void {
  if (files.filter((file) => file === "-").length > 1) {
    throw usage("standard input can be read only once", "Name - at most once");
  }
  checkFormat(options);
  if (options.reports === true && options.connections !== true) {
    throw usage("--reports says which --connections are written", "Add --connections, or leave --reports out");
  }
  checkSampling(options);
  if (options.calls === false) {
    if (options.explain !== undefined) throw usage("--explain shows calls", "Leave --no-calls out");
    if (options.into !== undefined) throw usage("the hub looks for calls by itself", "Leave --no-calls out");
    if (options.keys !== undefined) throw usage("--keys opens what calls are in", "Leave --no-calls out");
    if (options.protos !== undefined) throw usage("--protos tells what is in calls", "Leave --no-calls out");
  }
  if (options.explain !== undefined) {
    forbidBeside("--explain", options, ["connections", "filter", "follow", "into"]);
    if (files.length > 1) {
      throw usage("--explain takes one stream of one capture", 'Write tcp:3 or "tcp 3" as one word, and one file');
    }
  }
  if (options.follow === true && (files.length > 1 || files.includes("-"))) {
    throw usage("--follow watches one file grow", "Name one file; a pipe is followed without it: weir read -");
  }
  // The hub judges, by its own thresholds.
  if (options.into !== undefined)
    forbidBeside("--into", options, ["connections", "follow", "config", "keys", "protos"]);
}

function checkSampling({ sampling, explain, into }: ReadOptions): void {
  if (sampling === undefined) return;
  if (!Number.isSafeInteger(sampling) || sampling < 2) {
    throw usage(
      "--sampling takes a whole number from 2 on",
      "Write --sampling 100 where one of 100 packets was captured",
    );
  }
  if (explain !== undefined) throw usage("--explain judges a whole connection", "Leave --sampling out");
  if (into !== undefined) throw usage("a hub knows no sampled captures", "Leave --sampling out, or read it here");
}

/** Throws USAGE where a filter asks for what the other options leave out. */
export function checkFilter({ needs, relations }: Filter, { calls, reports }: ReadOptions): void {
  const asksCalls = needs === "call" || relations.includes("calls");
  if (reports === true && needs === "call") {
    throw usage("the filter names fields of calls", "Leave --reports out: calls are told when their connection ends");
  }
  if (calls === false && asksCalls) {
    throw usage("the filter names fields of calls", "Leave --no-calls out: without calls nothing would match");
  }
}

/** The format of `--connections`; undefined where it was not asked for. */
export function connectionFormat({ connections, format, json }: ReadOptions): ConnectionFormat | undefined {
  if (connections !== true) return undefined;
  return CONNECTION_FORMATS.find((known) => known === format) ?? (json === true ? "json" : "table");
}

function checkFormat({ connections, format, json }: ReadOptions): void {
  if (format === undefined) return;
  if (!CONNECTION_FORMATS.some((known) => known === format)) {
    throw usage(`there is no format "${format}"`, "Use --format table, json or csv");
  }
  if (connections !== true) {
    throw usage("--format says how --connections are written", "Add --connections, or leave --format out");
  }
  if (json === true && format !== "json") {
    throw usage(`--json and --format ${format} contradict each other`, "Leave one of them out");
  }
}

/** Options that mean nothing beside `option` are refused: silently ignoring one would answer another question. */
function forbidBeside(option: string, options: ReadOptions, others: readonly (keyof ReadOptions)[]): void {
  const clash = others.find((name) => options[name] !== undefined && options[name] !== false);
  if (clash !== undefined) throw usage(`${option} and --${clash} do not go together`, "Leave one of them out");
}

/** What the user asked for cannot be: a USAGE error. */
export function usage(message: string, hint: string): WeirError {
  return new WeirError("USAGE", message, hint);
}
