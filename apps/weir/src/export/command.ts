import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { WeirError } from "@weir/base";
import { type Problem, ROUTES } from "@weir/http-contract";
import type { OutgoingSpan } from "@weir/receive";
import { Command } from "commander";
import { DEFAULT_HUB, hubAddress, requestHub } from "../hub-client.ts";
import { type Period, periodOf } from "../query/question.ts";
import { VERSION } from "../version.ts";
import { CALL_FIELDS, callSpan } from "./call-span.ts";
import { sendSpans } from "./otlp-sender.ts";

/** Spans of one request. */
const BATCH = 1_000;

const HELP = `
Examples:
  weir export --otlp http://127.0.0.1:4318                       all calls as spans
  weir export 'call.status != "ok"' --otlp https://otel.example --last 1h
  weir export --otlp http://127.0.0.1:4318 --header 'x-scope-orgid: shop'

A call is the span of its client, below the span whose context it carried on the wire. Sent again, it is the same span.
A request is tried six times with growing pauses where the receiver is away or asks to wait; what it refuses ends the export.
`;

interface ExportOptions extends Period {
  readonly otlp: string;
  readonly hub: string;
  readonly header: readonly string[];
}

/** The command `weir export`. */
export function exportCommand(): Command {
  return new Command("export")
    .description("Send a hub's calls to another backend, as OpenTelemetry spans.")
    .argument("[filter]", "which calls, e.g. 'call.status != \"ok\"'")
    .requiredOption("--otlp <url>", "where OTLP over HTTP is received; /v1/traces is added")
    .option("--header <header>", "sent with every request: 'NAME: VALUE'", (text, all: string[]) => [...all, text], [])
    .option("--from <time>", "from this moment on, RFC 3339")
    .option("--to <time>", "before this moment, RFC 3339")
    .option("--last <duration>", "instead of both: the last 90s, 15m, 24h, 7d")
    .option("--hub <url>", "the hub that is asked", DEFAULT_HUB)
    .addHelpText("after", HELP)
    .action(runExport);
}

async function runExport(filter: string | undefined, options: ExportOptions): Promise<void> {
  const target = hubAddress(options.otlp);
  const headers = headersOf(options.header);
  let batch: OutgoingSpan[] = [];
  let sent = 0;
  const send = async () => {
    if (batch.length > 0) await sendSpans(target, batch, headers);
    sent += batch.length;
    batch = [];
  };
  for await (const cells of callsOf(filter, options)) {
    batch.push(callSpan(cells, VERSION));
    if (batch.length >= BATCH) await send();
  }
  await send();
  process.stderr.write(`weir: ${sent} calls sent to ${target.origin}\n`);
}

/** Calls of a hub as they come, oldest first. */
async function* callsOf(filter: string | undefined, options: ExportOptions): AsyncGenerator<readonly unknown[]> {
  const question = {
    record: "call",
    filter,
    fields: CALL_FIELDS.map((name) => `call.${name}`),
    limit: 1_000_000,
    ...periodOf(options, Date.now()),
  };
  const answer = await requestHub(hubAddress(options.hub), ROUTES.query.path, {
    method: "POST",
    headers: { "content-type": "application/json", accept: ROUTES.query.streamedAs },
    body: JSON.stringify(question),
  });
  for await (const text of createInterface({ input: Readable.from(answer.body ?? []) })) {
    const line = JSON.parse(text) as {
      row?: readonly unknown[];
      problem?: Problem;
      end?: { warnings: readonly { message: string }[] };
    };
    if (line.problem !== undefined) throw new WeirError("HUB_UNREACHABLE", line.problem.message, line.problem.hint);
    for (const { message } of line.end?.warnings ?? []) process.stderr.write(`weir: ${message}\n`);
    if (line.row !== undefined) yield line.row;
  }
}

function headersOf(list: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    list.map((text) => {
      const [, name, value] = /^([\w-]+):\s*(.*)$/.exec(text) ?? [];
      if (name === undefined || value === undefined)
        throw new WeirError("USAGE", `"${text}" is no header`, "Write it as 'NAME: VALUE'");
      return [name, value];
    }),
  );
}
