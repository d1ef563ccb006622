import { WeirError } from "@weir/base";
import { type JoinSummaryJson, ROUTES } from "@weir/http-contract";
import { Command, InvalidArgumentError } from "commander";
import { readConfigFile } from "../config-file.ts";
import { askHub, DEFAULT_HUB, hubAddress } from "../hub-client.ts";
import { type Period, periodOf } from "../query/question.ts";
import { namesOf } from "../read/names-option.ts";
import { isColoured } from "../read/output.ts";
import { createPaint } from "../read/report/paint.ts";
import { joinFiles } from "./join-files.ts";
import { joinText } from "./join-text.ts";
import { readPackets } from "./read-packets.ts";
import { readSpansFiles } from "./read-spans.ts";
import { summaryJson } from "./summary-json.ts";

const DEFAULT_TRACES = 200;
const MAX_TRACES = 2_000;

const HELP = `
Examples:
  weir join shop.pcap.gz --spans spans.jsonl                 a capture, and what services reported meanwhile
  weir join *.pcap.gz --spans spans.otlp.jsonl.gz --names names.json --traces 2000
  weir join                                                  the last hour of the hub on this host
  weir join --hub https://hub.example --last 15m --json | jq .edges

Files of spans are those of the Collector's file exporter: one OTLP request in JSON per line, plain, gzip or zstd.
Joined is by the trace's context on the wire (traceparent, B3, sw8, Datadog, SQL comments). Each exchange is matched,
on the wire only, without packets (and why), contradicting the packets, or with a wrong parent. docs/join.md.
`;

interface JoinOptions extends Period {
  readonly spans: readonly string[];
  readonly names?: string;
  readonly config?: string;
  readonly hub?: string;
  readonly traces: number;
  readonly json?: boolean;
  readonly color: boolean;
}

/** The command `weir join`. */
export function joinCommand(): Command {
  return new Command("join")
    .description(
      "Hold what applications reported against what the wire carried: of captures and a file of spans, or of a hub.",
    )
    .argument("[captures...]", "capture files, or - for standard input; none: a hub is asked")
    .option("--spans <files...>", "spans that were reported meanwhile, as OTLP JSON lines", [])
    .option("--names <file>", 'JSON object of names for addresses: {"10.0.0.2": "orders"}')
    .option("--config <file>", "thresholds of findings, as JSON (docs/reference/thresholds.md)")
    .option("--hub <url>", `the hub that is asked (default: ${DEFAULT_HUB})`)
    .option("--from <time>", "of a hub: from this moment on, RFC 3339")
    .option("--to <time>", "of a hub: before this moment, RFC 3339")
    .option("--last <duration>", "instead of both: the last 90s, 15m, 24h, 7d")
    .option(
      "--traces <number>",
      `traces that are joined at most, a sample where there are more; up to ${MAX_TRACES}`,
      traceLimit,
      DEFAULT_TRACES,
    )
    .option("--json", "print what the hub's /api/join answers, as one line of JSON")
    .option("--no-color", "plain text (also with NO_COLOR, and when piped)")
    .addHelpText("after", HELP)
    .action(async (captures: readonly string[], options: JoinOptions) => {
      const joined = captures.length > 0 ? await joinedFiles(captures, options) : await joinedByHub(options);
      const text =
        options.json === true ? `${JSON.stringify(joined)}\n` : joinText(joined, createPaint(isColoured(options)));
      process.stdout.write(text);
    });
}

async function joinedFiles(captures: readonly string[], options: JoinOptions): Promise<JoinSummaryJson> {
  const { spans, hub, from, to, last, names, traces } = options;
  if (hub !== undefined || from !== undefined || to !== undefined || last !== undefined)
    throw new WeirError(
      "USAGE",
      "captures are joined here, and no hub is asked",
      "Leave the captures out, or --hub and the period",
    );
  if (spans.length === 0)
    throw new WeirError("USAGE", "captures are joined with spans", "Name a file of them: --spans spans.jsonl");
  const config = await readConfigFile(options.config);
  const reported = await readSpansFiles(spans);
  if (reported.rejected > 0) process.stderr.write(`weir: ${reported.rejected} spans have no ids, or cannot be read\n`);
  const packets = await readPackets(captures, {
    names: await namesOf(names),
    config,
    showsProgress: process.stderr.isTTY,
  });
  const { period, joined } = joinFiles(reported, packets, traces);
  return summaryJson(period, joined, config);
}

async function joinedByHub(options: JoinOptions): Promise<JoinSummaryJson> {
  const { spans, names, config, hub = DEFAULT_HUB, traces } = options;
  if (spans.length > 0 || names !== undefined || config !== undefined)
    throw new WeirError(
      "USAGE",
      "--spans, --names and --config are for captures",
      "Name a capture file, or leave them out",
    );
  const { from, to } = periodOf(options, Date.now());
  const query = new URLSearchParams({ traces: String(traces) });
  if (from !== undefined) query.set("from", from);
  if (to !== undefined) query.set("to", to);
  return (await askHub(hubAddress(hub), `${ROUTES.joinTraces.path}?${query}`)) as JoinSummaryJson;
}

function traceLimit(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1 || number > MAX_TRACES)
    throw new InvalidArgumentError(`a whole number from 1 to ${MAX_TRACES}`);
  return number;
}
