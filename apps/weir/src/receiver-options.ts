import { WeirError } from "@weir/base";
import type { TlsFiles } from "./hub/listen.ts";
import { RECEIVERS } from "./hub/receivers/list.ts";
import type { ReceiverOptions } from "./hub/receivers/receivers.ts";
import { parseTarget, readTargetsFile } from "./hub/scrape/targets.ts";

/** What the command line says of receivers; each has an option `--NAME-port`. */
export async function receiverOptions(options: {
  readonly receivers: boolean;
  readonly receiversHost: string;
  readonly openReceivers?: readonly string[];
  readonly senders?: readonly string[];
  /** As PEM, not as a path. */
  readonly senderAuthorities?: string | undefined;
  readonly tls?: TlsFiles | undefined;
  readonly freeReceiverPorts?: boolean;
  readonly scrape?: readonly string[];
  readonly scrapeFile?: string;
  readonly traceBudget?: string;
  readonly traceWait?: string;
}): Promise<ReceiverOptions> {
  const given = options as Readonly<Record<string, unknown>>;
  const ports = RECEIVERS.flatMap(({ name }) => {
    const text = given[`${camelCase(name)}Port`];
    return typeof text === "string" ? [[name, parsePort(text)] as const] : [];
  });
  const { scrape = [], scrapeFile, openReceivers = [], senders = [], senderAuthorities, tls } = options;
  return {
    isEnabled: options.receivers,
    takesFreePorts: options.freeReceiverPorts === true,
    ports: new Map(ports),
    places: { host: options.receiversHost, tls, open: openReceivers, senders, senderAuthorities },
    scraped: [...scrape.map(parseTarget), ...(scrapeFile === undefined ? [] : await readTargetsFile(scrapeFile))],
    sampling: samplingOptions(options),
  };
}

const MS_PER_UNIT: Readonly<Record<string, number>> = { s: 1_000, m: 60_000 };
const DEFAULT_ROUND_MS = 10_000;
const LEAST_ROUND_MS = 1_000;
const LONGEST_ROUND_MS = 5 * 60_000;

/** `100/s` and `10s`; undefined where all traces are kept. */
function samplingOptions(options: { readonly traceBudget?: string; readonly traceWait?: string }) {
  const { traceBudget, traceWait } = options;
  if (traceBudget === undefined) {
    if (traceWait === undefined) return undefined;
    throw new WeirError("USAGE", "--trace-wait says how long to wait, and not for what", "Give --trace-budget as well");
  }
  const budget = /^(\d+(?:\.\d+)?)\/(s|m)$/.exec(traceBudget);
  const tracesPerSecond = budget === null ? 0 : (Number(budget[1]) * 1_000) / (MS_PER_UNIT[budget[2] ?? ""] ?? 1);
  if (tracesPerSecond === 0)
    throw new WeirError("USAGE", `"${traceBudget}" is no number of traces`, "Write it as 100/s, or 30/m");
  const wait = /^(\d+(?:\.\d+)?)(s|m)$/.exec(traceWait ?? "");
  const roundMs = wait === null ? DEFAULT_ROUND_MS : Number(wait[1]) * (MS_PER_UNIT[wait[2] ?? ""] ?? 1);
  const isFit = roundMs >= LEAST_ROUND_MS && roundMs <= LONGEST_ROUND_MS;
  if ((traceWait !== undefined && wait === null) || !isFit)
    throw new WeirError("USAGE", `"${traceWait}" is no time to wait`, "Write it as 10s: from 1s to 5m");
  return { tracesPerSecond, roundMs };
}

/** A port's number; 0 asks for any. */
export function parsePort(text: string): number {
  const port = Number(text);
  if (text.trim() !== "" && Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new WeirError("USAGE", `"${text}" is not a port`, "Give a number from 0 to 65535");
}

/** `otlp-http` → `otlpHttp`: as commander names options. */
function camelCase(name: string): string {
  return name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}
