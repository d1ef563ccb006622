import { formatUnixNs, WeirError } from "@weir/base";
import { SPAN_WEIGHT } from "@weir/query";
import { type Operation, readOperations, readServiceCalls, readServices, readTrace, type Store } from "@weir/storage";
import type { Context } from "hono";
import { answerOf } from "../../problems.ts";
import { parametersOf } from "../parameters.ts";
import type { ReaderParts, ReaderRoute } from "../reader.ts";
import { durationNs, searchTraces, tagCondition } from "../trace-search.ts";
import { jaegerTrace } from "./trace-json.ts";

/** Spans of a trace that are handed out at most. */
const MAX_SPANS = 10_000;
/** Traces that a search reads whole. */
const MAX_TRACES = 200;
const DAY_MS = 86_400_000;

/** Jaeger's query API under `/jaeger`: a data source for Grafana, and whatever else reads from Jaeger's UI. */
export function jaegerRoutes({ store }: ReaderParts): readonly ReaderRoute[] {
  const route = (
    path: string,
    answer: (context: Context, parameters: URLSearchParams) => Promise<readonly unknown[]>,
  ) =>
    ({
      methods: ["GET"],
      path: `/jaeger/api/${path}`,
      handler: async (context) => {
        try {
          const data = await answer(context, await parametersOf(context));
          return context.json({ data, total: data.length, limit: 0, offset: 0, errors: null });
        } catch (error) {
          const { status, problem } = answerOf(error);
          if (status === 500) throw error;
          return context.json(
            { data: null, total: 0, limit: 0, offset: 0, errors: [{ code: status, msg: problem.message }] },
            status,
          );
        }
      },
    }) satisfies ReaderRoute;
  return [
    route("services", () => readServices(store, {})),
    route("services/:service/operations", async (context) => {
      const operations = await readOperations(store, context.req.param("service") ?? "");
      return [...new Set(operations.map(({ name }) => name))];
    }),
    route("operations", async (_, parameters) => {
      const kind = parameters.get("spanKind");
      const operations = (await readOperations(store, parameters.get("service") ?? "")).map(kindInLowerCase);
      return operations.filter(({ spanKind }) => kind === null || kind === "" || spanKind === kind);
    }),
    route("traces", (_, parameters) => foundTraces(store, parameters)),
    route("traces/:traceId", async (context) => {
      const traceId = (context.req.param("traceId") ?? "").toLowerCase().padStart(32, "0");
      const rows = await readTrace(store, traceId, MAX_SPANS);
      if (rows.length === 0) throw new WeirError("NOT_FOUND", "trace not found", "It may not have been received here");
      return [jaegerTrace(traceId, rows)];
    }),
    route("dependencies", (_, parameters) => {
      const endMs = Number(parameters.get("endTs") ?? Date.now());
      const lookbackMs = Number(parameters.get("lookback") ?? DAY_MS);
      if (!Number.isFinite(endMs) || !Number.isFinite(lookbackMs))
        throw new WeirError("USAGE", "endTs and lookback are milliseconds", "Give both as whole numbers");
      const at = (ms: number) => formatUnixNs(BigInt(Math.trunc(ms)) * 1_000_000n);
      return readServiceCalls(store, { from: at(endMs - lookbackMs), to: at(endMs) }, SPAN_WEIGHT);
    }),
  ];
}

const kindInLowerCase = ({ name, kind }: Operation) => ({ name, spanKind: kind.toLowerCase() });

async function foundTraces(store: Store, parameters: URLSearchParams): Promise<object[]> {
  const given = (name: string) => parameters.get(name) || undefined;
  const [service, operation] = [given("service"), given("operation")];
  if (service === undefined) throw new WeirError("USAGE", "parameter 'service' is required", "Name a service");
  const found = await searchTraces(store, {
    conditions: [
      `span.service == ${JSON.stringify(service)}`,
      ...(operation === undefined ? [] : [`span.name == ${JSON.stringify(operation)}`]),
      ...Object.entries(tagsOf(given("tags"))).map(([name, value]) => tagCondition(name, value)),
    ],
    fromNs: momentNs(given("start")),
    toNs: momentNs(given("end")),
    minDurationNs: durationNs(given("minDuration")),
    maxDurationNs: durationNs(given("maxDuration")),
    limit: Math.min(MAX_TRACES, Number(given("limit") ?? 20) || 20),
  });
  const traces: object[] = [];
  for (const { traceId } of found) traces.push(jaegerTrace(traceId, await readTrace(store, traceId, MAX_SPANS)));
  return traces;
}

/** Unix microseconds. */
function momentNs(text: string | undefined): bigint | undefined {
  return text !== undefined && /^\d+$/.test(text) ? BigInt(text) * 1000n : undefined;
}

/** Tags as JSON of texts. */
function tagsOf(text: string | undefined): Readonly<Record<string, string>> {
  if (text === undefined) return {};
  try {
    const tags: unknown = JSON.parse(text);
    if (typeof tags === "object" && tags !== null && !Array.isArray(tags))
      return Object.fromEntries(Object.entries(tags).map(([name, value]) => [name, String(value)]));
  } catch {
    // Said below, as for what is JSON of another kind.
  }
  throw new WeirError("USAGE", "tags are no JSON object of texts", 'Write them as {"http.route":"/pay"}');
}
