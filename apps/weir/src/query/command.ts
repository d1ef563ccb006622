import { createWriteStream } from "node:fs";
import { writeFile } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { WeirError } from "@weir/base";
import { ANSWER_FILES, type Answer } from "@weir/http-contract";
import { RECORD_WORDS } from "@weir/model";
import { MEASURE_FORMS, type Question } from "@weir/query";
import { Command, InvalidArgumentError, Option } from "commander";
import { DEFAULT_HUB, HubRefusal, hubAddress, postToHub, requestHub } from "../hub-client.ts";
import { answerCsv, answerTable } from "./answer-text.ts";
import { type QueryOptions, questionOf } from "./question.ts";

const HELP = `
Measures (each takes a condition as last argument that narrows what counts):
${MEASURE_FORMS.map(({ form, meaning }) => `  ${form.padEnd(26)}${meaning}`).join("\n")}

Examples:
  weir query                                                    how many calls there are
  weir query 'http.statusCode >= 500' --group-by server.service,http.path
  weir query --group-by server.service --measure 'count()' 'p95(call.durationNs)' 'ratio(call.status != "ok")'
  weir query --bucket auto --group-by server.service --limit 5 --others --measure 'rate()'
  weir query 'server.service == "payments"' --last 15m --compare previous --measure 'p99(call.durationNs)'
  weir query --record connection --group-by tcp.closeReason --measure 'count()' 'mean(tcp.retransmissionRatio)'
  weir query 'calls.exists(c, c.status == "timeout")' --record connection --fields connection.connectionId,server.service
  weir query --record finding --group-by finding.severity,finding.rule
  weir query --record span 'span.status == "Error"' --group-by span.service,span.name --measure 'count()' 'p95(span.durationNs)'
  weir query --record log 'log.severityNumber >= 17 && log.body.contains("refused")' --group-by log.service --bucket auto
  weir query --record metric 'metric.name == "http.server.active_requests"' --bucket 1m --measure 'mean(metric.value)'
  weir query 'spans.exists(s, s.status == "Error") && call.status == "ok"' --fields call.callId,call.target
  weir query --record span 'calls.exists(c, c.http.statusCode >= 500)' --group-by span.name
  weir query --group-by http.path --format csv > paths.csv
  weir query --format json | jq .rows
  weir query --fields call.startedAt,call.target,call.durationNs --limit 1000000 --format parquet -o calls.parquet
  weir query --record span --group-by span.service --format arrow > spans.arrow

Names of fields: docs/reference/fields.md; filters: packages/query/README.md.
`;

const names = (text: string, before: readonly string[]) => [...before, ...splitNames(text)];

/** The command `weir query`. */
export function queryCommand(): Command {
  return new Command("query")
    .description("Ask a hub: count, measure and compare what it has, in groups and over time.")
    .argument("[filter]", "which records, e.g. 'call.status != \"ok\"'")
    .addOption(new Option("--record <record>", "what is asked about").choices(RECORD_WORDS).default("call"))
    .option("--group-by <fields>", "fields, separated by commas", names, [])
    .option("--measure <measures...>", "what is computed; default: count()", [])
    .option("--bucket <width>", "over time, in buckets of this width: 10s, 1m; or auto")
    .option("--fields <fields>", "rows as they are, with these fields, instead of groups", names, [])
    .option("--order <column>", "order by this column of the answer; with - before it, largest first")
    .option("--limit <number>", "groups, series or rows at most", wholeNumber)
    .option("--others", "add what the limit leaves out as one more group")
    .option("--from <time>", "from this moment on, RFC 3339")
    .option("--to <time>", "before this moment, RFC 3339")
    .option("--last <duration>", "instead of both: the last 90s, 15m, 24h, 7d")
    .option("--compare <shift>", "beside it, the same so much earlier: 1h, 24h; or previous")
    .option("--capture <id>", "one capture only")
    .option("--hub <url>", "the hub that is asked", DEFAULT_HUB)
    .addOption(
      new Option("--format <format>", "how it is printed")
        .choices(["table", "json", "csv", "parquet", "arrow"])
        .default("table"),
    )
    .option("-o, --output <file>", "into this file instead of onto the terminal")
    .addHelpText("after", HELP)
    .action(runQuery);
}

async function runQuery(filter: string | undefined, options: QueryOptions): Promise<void> {
  const question = questionOf(filter, options, Date.now());
  const { format } = options;
  if (format === "parquet" || format === "arrow") return runFileQuery(question, format, options);
  const answer = (await postToHub(hubAddress(options.hub), "/api/query", question).catch((error: unknown) => {
    throw error instanceof HubRefusal ? placed(error, question) : error;
  })) as Answer;
  for (const { message } of answer.warnings) process.stderr.write(`weir: ${message}\n`);
  const text = textOf(answer, format);
  if (options.output === undefined) process.stdout.write(text);
  else await writeFile(options.output, text);
}

/** Fetches an answer as a file, in pieces as it comes. */
async function runFileQuery(
  question: Question,
  format: keyof typeof ANSWER_FILES,
  { hub, output }: QueryOptions,
): Promise<void> {
  if (output === undefined && process.stdout.isTTY)
    throw new WeirError(
      "USAGE",
      `${format} is nothing for a terminal`,
      "Name a file with -o, or send it through a pipe",
    );
  const answer = await requestHub(hubAddress(hub), "/api/query", {
    method: "POST",
    headers: { "content-type": "application/json", accept: ANSWER_FILES[format] },
    body: JSON.stringify(question),
  }).catch((error: unknown) => {
    throw error instanceof HubRefusal ? placed(error, question) : error;
  });
  const warnings = JSON.parse(decodeURIComponent(answer.headers.get("weir-warnings") ?? "[]")) as readonly string[];
  for (const message of warnings) process.stderr.write(`weir: ${message}\n`);
  const target = output === undefined ? process.stdout : createWriteStream(output);
  await pipeline(Readable.from(answer.body ?? []), target);
}

function textOf(answer: Answer, format: "table" | "json" | "csv"): string {
  if (format === "json") return `${JSON.stringify(answer)}\n`;
  return format === "csv" ? answerCsv(answer) : answerTable(answer);
}

/** A refusal with the text that is wrong and a mark under the place. */
function placed({ problem, code, message, hint }: HubRefusal, question: object): WeirError {
  const { part, position = 0, suggestion } = problem;
  const text = part === undefined ? undefined : partOf(question, part);
  const where = text === undefined ? "" : `\n  ${text}\n  ${" ".repeat(position)}^\n`;
  const named = part === undefined ? "" : ` (${part})`;
  return new WeirError(
    code,
    `${message}${named}${where}`,
    suggestion === undefined ? hint : `Did you mean ${suggestion}?`,
  );
}

/** The text of one part: `measures.0` is the first measure. */
function partOf(question: object, part: string): string | undefined {
  const found = part.split(".").reduce<unknown>((value, key) => {
    return typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
  }, question);
  return typeof found === "string" ? found : undefined;
}

/** Names separated by commas; a comma in brackets or quotes is part of a name. */
function splitNames(text: string): string[] {
  return (text.match(/(?:\[[^\]]*\]|[^,])+/g) ?? []).map((name) => name.trim()).filter((name) => name !== "");
}

function wholeNumber(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError("a whole number from 1 on");
  return number;
}
