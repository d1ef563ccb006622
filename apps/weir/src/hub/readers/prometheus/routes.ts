import { EDGE_METRICS } from "@weir/model";
import { type Matcher, NAME, parseDurationMs, parsePromql, queryAt, queryOver, type SeriesSource } from "@weir/promql";
import type { Seconds } from "@weir/storage";
import type { Context } from "hono";
import { VERSION } from "../../../version.ts";
import { breathing } from "../breath.ts";
import { momentMs, parametersOf } from "../parameters.ts";
import { READER_LIMITS, type ReaderParts, type ReaderRoute } from "../reader.ts";
import { BadParameter, failure, instantData, labelNames, labelValues, rangeData, success } from "./answers.ts";
import { StoredSeries } from "./stored-series.ts";

/** The version of Prometheus' API that is spoken: who asks decides by it what may be asked. */
const API_VERSION = "3.0.0";
/** The years that the store knows. */
const ALL_TIME: Seconds = { from: 0, to: 0xffff_ffff };

interface Asked {
  readonly context: Context;
  readonly parameters: URLSearchParams;
  readonly stored: StoredSeries;
}

/** Prometheus' HTTP API under `/prometheus`: a data source for Grafana, promtool and whatever else speaks it. */
export function prometheusRoutes({ runner }: ReaderParts): readonly ReaderRoute[] {
  const route = (path: string, answer: (asked: Asked) => Promise<Response>): ReaderRoute => ({
    methods: ["GET", "POST"],
    path: `/prometheus/api/v1/${path}`,
    handler: async (context) => {
      try {
        const stored = new StoredSeries(runner, context.req.raw.signal);
        return await answer({ context, parameters: await parametersOf(context), stored });
      } catch (error) {
        return failure(context, error);
      }
    },
  });
  return [
    route("query", async ({ context, parameters, stored }) => {
      const expression = parsePromql(required(parameters, "query"));
      const atMs = moment(parameters, "time") ?? Date.now();
      return success(context, instantData(await queryAt(expression, atMs, sourceOf(stored)), atMs));
    }),
    route("query_range", async ({ context, parameters, stored }) => {
      const expression = parsePromql(required(parameters, "query"));
      const range = {
        startMs: momentOf(parameters, "start"),
        endMs: momentOf(parameters, "end"),
        stepMs: stepOf(parameters),
      };
      if (range.endMs < range.startMs) throw new BadParameter("the end lies before the start");
      const breathe = breathing(context.req.raw.signal, READER_LIMITS.seconds);
      return success(context, rangeData(await queryOver(expression, range, sourceOf(stored), breathe)));
    }),
    route("labels", async (asked) => success(asked.context, labelNames(await labelSets(asked)))),
    route("label/:name/values", async (asked) => {
      const name = asked.context.req.param("name") ?? "";
      return success(asked.context, labelValues(await labelSets(asked), name));
    }),
    route("series", async (asked) => {
      if (asked.parameters.getAll("match[]").length === 0) throw new BadParameter("no match[] parameter provided");
      return success(asked.context, await labelSets(asked));
    }),
    route("metadata", metadata),
    route("status/buildinfo", async ({ context }) =>
      success(context, {
        version: API_VERSION,
        application: "weir",
        revision: VERSION,
        branch: "",
        buildUser: "",
        buildDate: "",
        goVersion: "",
      }),
    ),
    route("rules", async ({ context }) => success(context, { groups: [] })),
  ];
}

const sourceOf =
  (stored: StoredSeries): SeriesSource =>
  (matchers, fromMs, toMs) =>
    stored.series(matchers, fromMs, toMs);

function required(parameters: URLSearchParams, name: string): string {
  const value = parameters.get(name);
  if (value === null || value === "") throw new BadParameter(`the parameter "${name}" is missing`);
  return value;
}

function moment(parameters: URLSearchParams, name: string): number | undefined {
  const text = parameters.get(name);
  if (text === null || text === "") return undefined;
  const ms = momentMs(text);
  if (ms === undefined) throw new BadParameter(`invalid parameter "${name}": "${text}" is no time`);
  return ms;
}

function momentOf(parameters: URLSearchParams, name: string): number {
  return moment(parameters, name) ?? Number(required(parameters, name));
}

function stepOf(parameters: URLSearchParams): number {
  const text = required(parameters, "step");
  const seconds = Number(text);
  const ms = Number.isNaN(seconds) ? parseDurationMs(text) : Math.round(seconds * 1000);
  if (ms === undefined || !(ms > 0)) throw new BadParameter(`invalid parameter "step": "${text}" is no step`);
  return ms;
}

/** Matchers of `match[]`; of everything where there are none. */
function listsOf(parameters: URLSearchParams): readonly (readonly Matcher[])[] {
  const lists = parameters.getAll("match[]").map((text) => {
    const expression = parsePromql(text);
    if (expression.kind !== "selector") throw new BadParameter(`"${text}" is no selector`);
    return expression.matchers;
  });
  return lists.length === 0 ? [[{ label: NAME, operator: "!=", value: "" }]] : lists;
}

function labelSets({ parameters, stored }: Asked) {
  const [startMs, endMs] = [moment(parameters, "start"), moment(parameters, "end")];
  const time = {
    from: startMs === undefined ? ALL_TIME.from : startMs / 1000,
    to: endMs === undefined ? ALL_TIME.to : endMs / 1000,
  };
  return stored.labelSets(listsOf(parameters), time);
}

/** What metrics mean. */
async function metadata({ context, parameters, stored }: Asked): Promise<Response> {
  const only = parameters.get("metric");
  const found: Record<string, object[]> = {};
  for (const { name, part, row, description } of await stored.meanings()) {
    // Of a histogram's series one says what the whole is.
    const base = name.slice(0, name.length - part.suffix.length);
    if (only === null || only === base) found[base] = [{ type: part.kind, help: description, unit: row.unit }];
  }
  for (const { name, kind, meaning, unit } of EDGE_METRICS)
    if (only === null || only === name) found[name] = [{ type: kind, help: meaning, unit }];
  return success(context, found);
}
