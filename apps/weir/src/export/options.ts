import { WeirError } from "@weir/base";
import type { Temporality } from "@weir/receive";
import { type FlowFormatOut, PLACEHOLDER_ENTERPRISE } from "@weir/send";
import { type Command, Option } from "commander";
import { parseHeaders } from "./headers.ts";
import { SENT_SIGNALS, type SentSignal } from "./otlp/transport.ts";

/** What the user asked to be sent to others: the same of an agent as of a hub. */
export interface ExportOptions {
  readonly otlp?: string;
  readonly otlpHeader: readonly string[];
  readonly otlpSignals: string;
  readonly otlpTemporality: Temporality;
  readonly otlpSeconds: string;
  readonly ipfix?: string;
  readonly netflow9?: string;
  readonly ipfixEnterprise: string;
}

/** The options, read and held against their bounds. */
export interface ExportTargets {
  readonly otlp: OtlpTarget | undefined;
  readonly flows: readonly FlowTarget[];
}
export interface OtlpTarget {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly signals: ReadonlySet<SentSignal>;
  readonly temporality: Temporality;
  readonly metricsEveryMs: number;
}
export interface FlowTarget {
  readonly format: FlowFormatOut;
  readonly hostname: string;
  readonly port: number;
  readonly enterprise: number;
}

const MAX_SECONDS = 3_600;
/** Enterprise numbers have 32 bits. */
const MAX_ENTERPRISE = 2 ** 32 - 1;
const STANDARD_PORTS: Readonly<Record<FlowFormatOut, number>> = { ipfix: 4739, netflow9: 2055 };

/** Examples that both commands show. */
export const exportExamples = (command: string) => `
Sent to others:
  weir ${command} --otlp http://collector:4318          calls as spans and metrics, connections as log events and metrics (OpenTelemetry)
  weir ${command} --otlp grpc://collector:4317 --otlp-signals metrics --otlp-seconds 15
  weir ${command} --otlp https://otel.example --otlp-header 'authorization: Bearer …'
                                              (or OTEL_EXPORTER_OTLP_HEADERS, which other users of the host do not see)
  weir ${command} --ipfix collector:4739                connections as flow records, with TCP's health in elements of Weir's own
  weir ${command} --netflow9 collector:2055             the same in NetFlow 9, without the health
  What is sent, what is lost and why is counted; docs/export.md has all names and elements.
`;

/** Adds the options to a command. */
export function addExportOptions(command: Command): Command {
  return command
    .option(
      "--otlp <url>",
      "send calls and connections to this receiver of OTLP: http(s)://HOST:4318, grpc(s)://HOST:4317",
    )
    .option(
      "--otlp-header <header>",
      "sent with every request: 'NAME: VALUE'",
      (text: string, all: string[]) => [...all, text],
      [],
    )
    .option("--otlp-signals <list>", "what is sent", SENT_SIGNALS.join(","))
    .addOption(
      new Option("--otlp-temporality <kind>", "metrics as sums since the start, or since the last time")
        .choices(["cumulative", "delta"])
        .default("cumulative"),
    )
    .option("--otlp-seconds <number>", "time between two sendings of the metrics", "60")
    .option("--ipfix <host:port>", "send connections as flow records in IPFIX over UDP")
    .option("--netflow9 <host:port>", "send connections as flow records in NetFlow 9 over UDP")
    .option(
      "--ipfix-enterprise <number>",
      "whose Weir's own elements of IPFIX are; the default is the number for documentation (RFC 5612)",
      String(PLACEHOLDER_ENTERPRISE),
    );
}

/** Reads the options; throws USAGE for what cannot be. */
export function checkExportOptions(options: ExportOptions, environment: NodeJS.ProcessEnv): ExportTargets {
  const enterprise = wholeNumber("--ipfix-enterprise", options.ipfixEnterprise, 1, MAX_ENTERPRISE);
  const flows = (["ipfix", "netflow9"] as const).flatMap((format) => {
    const text = options[format];
    return text === undefined ? [] : [{ format, enterprise, ...hostAndPort(text, format) }];
  });
  const { otlp } = options;
  return { otlp: otlp === undefined ? undefined : otlpTarget(otlp, options, environment), flows };
}

function otlpTarget(url: string, options: ExportOptions, environment: NodeJS.ProcessEnv): OtlpTarget {
  return {
    url: otlpAddress(url),
    headers: parseHeaders(options.otlpHeader, environment),
    signals: signalsOf(options.otlpSignals),
    temporality: options.otlpTemporality,
    metricsEveryMs: wholeNumber("--otlp-seconds", options.otlpSeconds, 1, MAX_SECONDS) * 1000,
  };
}

/** The address of a receiver of OTLP as somebody wrote it. */
export function otlpAddress(text: string): URL {
  if (URL.canParse(text) && /^(https?|grpcs?):/.test(text)) return new URL(text);
  throw new WeirError(
    "USAGE",
    `"${text}" is no address of a receiver of OTLP`,
    "Write --otlp http://HOST:4318, or grpc://HOST:4317",
  );
}

function signalsOf(text: string): ReadonlySet<SentSignal> {
  const names = text.split(",").map((name) => name.trim());
  const signals = SENT_SIGNALS.filter((signal) => names.includes(signal));
  if (signals.length === names.length) return new Set(signals);
  throw new WeirError("USAGE", `"${text}" is no list of signals`, `Write --otlp-signals ${SENT_SIGNALS.join(",")}`);
}

function hostAndPort(text: string, format: FlowFormatOut): { hostname: string; port: number } {
  const url = URL.canParse(`udp://${text}`) ? new URL(`udp://${text}`) : undefined;
  if (url === undefined || url.hostname === "" || url.pathname !== "")
    throw new WeirError("USAGE", `"${text}" is no collector`, `Write --${format} HOST:${STANDARD_PORTS[format]}`);
  return { hostname: url.hostname, port: url.port === "" ? STANDARD_PORTS[format] : Number(url.port) };
}

function wholeNumber(option: string, text: string, least: number, most: number): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= least && number <= most) return number;
  throw new WeirError("USAGE", `"${text}" does not fit ${option}`, `Give a whole number from ${least} to ${most}`);
}
