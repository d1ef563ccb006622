import { WeirError } from "@weir/base";
import { formatValue, type Matcher, PromqlError, queryAt, queryOver, type SeriesSource, signature } from "@weir/promql";
import type { Context } from "hono";
import { VERSION } from "../../../version.ts";
import { answerOf } from "../../problems.ts";
import { breathing } from "../breath.ts";
import { parametersOf } from "../parameters.ts";
import { labelNames, labelValues } from "../prometheus/answers.ts";
import { READER_LIMITS, type ReaderParts, type ReaderRoute } from "../reader.ts";
import type { LogQuery } from "./expression.ts";
import { parseLogql, RANGE_LABEL } from "./parse.ts";
import { periodOf, stepMs, whole } from "./period.ts";
import type { Line } from "./pipeline.ts";
import { StoredLines } from "./stored-lines.ts";
import { LokiTail } from "./tail-route.ts";

const DEFAULT_LINES = 100;
const MAX_LINES = 5_000;

interface Asked {
  readonly context: Context;
  readonly parameters: URLSearchParams;
  readonly stored: StoredLines;
}

/** Loki's HTTP API under `/loki`: a data source for Grafana's Explore. */
export function lokiRoutes({ runner }: ReaderParts): readonly ReaderRoute[] {
  const route = (path: string, answer: (asked: Asked) => Promise<object>): ReaderRoute => ({
    methods: ["GET", "POST"],
    path: `/loki/api/v1/${path}`,
    handler: async (context) => {
      try {
        const stored = new StoredLines(runner, context.req.raw.signal);
        return context.json(await answer({ context, parameters: await parametersOf(context), stored }));
      } catch (error) {
        return refusal(context, error);
      }
    },
  });
  const tail = new LokiTail(runner);
  return [
    {
      methods: ["GET"],
      path: "/loki/api/v1/tail",
      isHeld: true,
      handler: async (context) => {
        try {
          return await tail.answer(context, await parametersOf(context));
        } catch (error) {
          return refusal(context, error);
        }
      },
    },
    route("query_range", rangeAnswer),
    route("query", instantAnswer),
    route("labels", async (asked) => ({ status: "success", data: labelNames(await streams(asked)) })),
    route("label/:name/values", async (asked) => ({
      status: "success",
      data: labelValues(await streams(asked), asked.context.req.param("name") ?? ""),
    })),
    route("series", async (asked) => ({ status: "success", data: await streams(asked) })),
    route("index/stats", async ({ parameters, stored }) => {
      const query = selectorOf(parameters.get("query") ?? "");
      return stored.stats(query, periodOf(parameters));
    }),
    route("status/buildinfo", async () => ({ version: "3.0.0", revision: VERSION, branch: "", goVersion: "" })),
  ];
}

/** Loki says in plain text what is wrong. */
function refusal(context: Context, error: unknown): Response {
  if (error instanceof PromqlError) {
    const place = error.position === undefined ? "" : `parse error at line 1, col ${error.position + 1}: `;
    return context.text(place + error.message, error.kind === "syntax" ? 400 : 422);
  }
  const { status, problem } = answerOf(error);
  if (status === 500) throw error;
  return context.text(`${problem.message}. ${problem.hint}.`, status);
}

async function rangeAnswer({ context, parameters, stored }: Asked): Promise<object> {
  const query = parseLogql(parameters.get("query") ?? "");
  const period = periodOf(parameters);
  if (query.kind === "lines") return linesAnswer(query, { context, parameters, stored });
  const [startMs, endMs] = [Number(period.fromNs / 1_000_000n), Number(period.toNs / 1_000_000n)];
  const range = { startMs, endMs, stepMs: stepMs(parameters, startMs, endMs) };
  const breathe = breathing(context.req.raw.signal, READER_LIMITS.seconds);
  const series = await queryOver(query.expression, range, sourceOf(query, stored, range.stepMs), breathe);
  const result = series.map(({ labels, points }) => ({
    metric: labels,
    values: points.map(([at, value]) => [at / 1000, formatValue(value)]),
  }));
  return { status: "success", data: { resultType: "matrix", result, stats: {} } };
}

async function instantAnswer(asked: Asked): Promise<object> {
  const query = parseLogql(asked.parameters.get("query") ?? "");
  if (query.kind === "lines") throw new PromqlError("syntax", "log queries are not supported as an instant query type");
  const atMs = Number(whole(asked.parameters.get("time")) ?? BigInt(Date.now()) * 1_000_000n) / 1e6;
  const value = await queryAt(query.expression, Math.trunc(atMs), sourceOf(query, asked.stored, undefined));
  const samples = value.kind === "vector" ? value.samples : [];
  const result = samples.map(({ labels, value: of }) => ({
    metric: labels,
    value: [Math.trunc(atMs) / 1000, formatValue(of)],
  }));
  if (value.kind === "scalar")
    return {
      status: "success",
      data: { resultType: "scalar", result: [atMs / 1000, formatValue(value.value)], stats: {} },
    };
  return { status: "success", data: { resultType: "vector", result, stats: {} } };
}

/** The samples of a query's ranges, on a grid on which every window begins and ends. */
function sourceOf(
  { ranges }: Extract<LogQuery, { kind: "numbers" }>,
  stored: StoredLines,
  step: number | undefined,
): SeriesSource {
  return async (matchers, fromMs, toMs) => {
    const range = ranges[Number(matchers.find(({ label }) => label === RANGE_LABEL)?.value)];
    if (range === undefined) throw new PromqlError("execution", "the query names a range that it does not have");
    const gridMs = step === undefined ? range.rangeMs : divisor(range.rangeMs, step);
    return stored.series(range, fromMs, toMs, gridMs);
  };
}

/** Greatest common divisor. */
function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b);
}

async function linesAnswer(
  { selector }: Extract<LogQuery, { kind: "lines" }>,
  { parameters, stored }: Asked,
): Promise<object> {
  const limit = Number(parameters.get("limit") ?? DEFAULT_LINES);
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LINES)
    throw new WeirError("USAGE", `limit is a whole number up to ${MAX_LINES}`, "Ask for fewer lines");
  const newestFirst = parameters.get("direction")?.toLowerCase() !== "forward";
  const { lines, isCut } = await stored.lines(selector, periodOf(parameters), newestFirst, limit);
  const byStream = new Map<string, { readonly stream: Line["labels"]; readonly values: [string, string][] }>();
  for (const { atNs, text, labels } of lines) {
    const stream = byStream.get(signature(labels)) ?? { stream: labels, values: [] };
    stream.values.push([String(atNs), text]);
    byStream.set(signature(labels), stream);
  }
  const warnings = isCut ? ["only a part of the lines of this time could be looked at"] : undefined;
  return {
    status: "success",
    data: { resultType: "streams", result: [...byStream.values()], stats: {} },
    ...(warnings && { warnings }),
  };
}

function selectorOf(text: string): readonly Matcher[] {
  if (text.trim() === "" || text.trim() === "{}") return [];
  const query = parseLogql(text);
  if (query.kind !== "lines") throw new PromqlError("syntax", "only a selector of streams can stand here");
  return query.selector.matchers;
}

/** Labels of the streams that one of the selectors matches; of all where there is none. */
async function streams({ parameters, stored }: Asked) {
  const texts = [...parameters.getAll("match[]"), ...parameters.getAll("match"), ...parameters.getAll("query")];
  const { fromNs, toNs } = periodOf(parameters);
  const found = new Map<string, Line["labels"]>();
  for (const text of texts.length === 0 ? [""] : texts)
    for (const labels of await stored.labelSets(selectorOf(text), fromNs, toNs)) found.set(signature(labels), labels);
  return [...found.values()];
}
