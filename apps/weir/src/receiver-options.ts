import { WeirError } from "@weir/base";
import type { TlsFiles } from "./hub/listen.ts";
import { RECEIVERS } from "./hub/receivers/list.ts";
import type { ReceiverOptions } from "./hub/receivers/receivers.ts";
import { parseTarget, readTargetsFile } from "./hub/scrape/targets.ts";
import { type SamplingWords, samplingOptions } from "./trace-sampling.ts";

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
  readonly sampling: SamplingWords;
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
    sampling: samplingOptions(options.sampling),
  };
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
