import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { WeirError } from "@weir/base";
import { type Problem, ROUTES } from "@weir/http-contract";
import { type Call, QUESTION_SIZE } from "@weir/model";
import { type OutgoingSpan, writeTraces } from "@weir/receive";
import { callSpan } from "@weir/send";
import { Command } from "commander";
import { DEFAULT_HUB, hubAddress, requestHub } from "../hub-client.ts";
import { type Period, periodOf } from "../query/question.ts";
import { VERSION } from "../version.ts";
import { CALL_FIELDS, callOf } from "./call-fields.ts";
import { otlpTransport } from "./exports.ts";
import { parseHeaders } from "./headers.ts";
import { otlpAddress } from "./options.ts";
import { deliver } from "./otlp/patience.ts";
import type { Transport } from "./otlp/transport.ts";

/** Spans of one request. */
const BATCH = 1_000;

const HELP = `
Examples:
  weir export --otlp http://127.0.0.1:4318                       all calls as spans
  weir export 'call.status != "ok"' --otlp https://otel.example --last 1h
  weir export --otlp http://127.0.0.1:4318 --header 'x-scope-orgid: shop'

A call is the span of its client, below the span whose context it carried on the wire. Sent again, it is the same span.
Where the receiver is away or asks to wait, a request is tried again for five minutes; what it refuses ends the export.
To send live, from an agent or a hub, with metrics and connections: weir agent --otlp, weir hub --otlp.
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
    .requiredOption(
      "--otlp <url>",
      "where OTLP is received: http(s)://HOST:4318 (/v1/traces is added), grpc(s)://HOST:4317",
    )
    .option("--header <header>", "sent with every request: 'NAME: VALUE'", (text, all: string[]) => [...all, text], [])
    .option("--from <time>", "from this moment on, RFC 3339")
    .option("--to <time>", "before this moment, RFC 3339")
    .option("--last <duration>", "instead of both: the last 90s, 15m, 24h, 7d")
    .option("--hub <url>", "the hub that is asked", DEFAULT_HUB)
    .addHelpText("after", HELP)
    .action(runExport);
}

async function runExport(filter: string | undefined, options: ExportOptions): Promise<void> {
  const url = otlpAddress(options.otlp);
  const transport = await otlpTransport({ url, headers: parseHeaders(options.header, process.env) });
  let batch: OutgoingSpan[] = [];
  let sent = 0;
  const send = async () => {
    if (batch.length > 0) await sendSpans(transport, batch);
    sent += batch.length;
    batch = [];
  };
  for await (const call of callsOf(filter, options)) {
    batch.push(callSpan({ call, version: VERSION }));
    if (batch.length >= BATCH) await send();
  }
  await send();
  transport.close();
  process.stderr.write(`weir: ${sent} calls sent to ${url.host}\n`);
}

/** Sends spans, patiently. Throws where they are not taken, or not all of them. */
async function sendSpans(transport: Transport, spans: readonly OutgoingSpan[]): Promise<void> {
  const body = transport.prepare(writeTraces(spans));
  const clock = { now: Date.now, random: Math.random, sleep };
  const outcome = await deliver(
    () => transport.send("traces", body),
    clock,
    () => undefined,
  );
  if (outcome.kind === "taken" && outcome.rejected === 0) return;
  const why = outcome.kind === "taken" ? `${outcome.rejected} were rejected: ${outcome.message}` : outcome.why;
  throw new WeirError(
    "USAGE",
    `${transport.target} did not take the spans: ${why}`,
    "Check the address, and that it receives OTLP with Protocol Buffers",
  );
}

/** Calls of a hub as they come, oldest first. */
async function* callsOf(filter: string | undefined, options: ExportOptions): AsyncGenerator<Call> {
  const question = {
    record: "call",
    filter,
    fields: CALL_FIELDS,
    limit: QUESTION_SIZE.rows,
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
    if (line.row !== undefined) yield callOf(line.row);
  }
}
