import { parseUnixNs, WeirError } from "@weir/base";
import { tracesMessage, writeTraces } from "@weir/receive";
import {
  readServices,
  readSpanWords,
  readTagKeys,
  readTagValues,
  readTrace,
  type SpanWord,
  type Store,
  type TagScope,
  type TraceRow,
} from "@weir/storage";
import type { Context } from "hono";
import { VERSION } from "../../../version.ts";
import { answerOf } from "../../problems.ts";
import { momentMs, parametersOf } from "../parameters.ts";
import type { ReaderParts, ReaderRoute } from "../reader.ts";
import { durationNs, searchTraces, tagCondition } from "../trace-search.ts";
import { outgoingSpan, protobufJson } from "./trace-out.ts";
import { readTraceql } from "./traceql.ts";

const MAX_SPANS = 10_000;
const SCOPES: readonly TagScope[] = ["resource", "span"];
/** Words that have few values. */
const KEYWORDS: Readonly<Record<string, readonly string[]>> = {
  status: ["error", "ok", "unset"],
  kind: ["client", "consumer", "internal", "producer", "server"],
};
/** What every span has, by the names that Explore asks with: `name`, in newer versions `span:name`. */
const WORDS: Readonly<Record<string, { readonly word: SpanWord; readonly isOfRoots: boolean }>> = {
  name: { word: "name", isOfRoots: false },
  statusMessage: { word: "statusMessage", isOfRoots: false },
  rootName: { word: "name", isOfRoots: true },
  rootServiceName: { word: "service", isOfRoots: true },
  rootService: { word: "service", isOfRoots: true },
};
/** No values can be offered of what is a length. */
const LENGTHS = ["duration", "traceDuration"];
const INTRINSICS = ["duration", "kind", "name", "status", "statusMessage"];

/** Tempo's HTTP API under `/tempo`: a data source for Grafana's Explore. */
export function tempoRoutes({ store }: ReaderParts): readonly ReaderRoute[] {
  const route = (
    path: string,
    answer: (context: Context, parameters: URLSearchParams) => Promise<Response>,
  ): ReaderRoute => ({
    methods: ["GET"],
    path: `/tempo/api/${path}`,
    handler: async (context) => {
      try {
        return await answer(context, await parametersOf(context));
      } catch (error) {
        const { status, problem } = answerOf(error);
        if (status === 500) throw error;
        return context.text(`${problem.message}. ${problem.hint}.`, status);
      }
    },
  });
  return [
    route("echo", async (context) => context.text("echo")),
    route("status/buildinfo", async (context) =>
      context.json({ version: "2.6.0", revision: VERSION, branch: "", goVersion: "" }),
    ),
    route("traces/:traceId", (context) => trace(store, context, "data")),
    route("v2/traces/:traceId", (context) => trace(store, context, "response")),
    route("search", async (context, parameters) => {
      const traces = await found(store, parameters);
      return context.json({ traces: traces.map(summary), metrics: { inspectedTraces: traces.length } });
    }),
    route("search/tags", async (context, parameters) => {
      const names = await Promise.all(SCOPES.map((scope) => readTagKeys(store, scope, windowOf(parameters))));
      return context.json({ tagNames: [...new Set(names.flat())].sort() });
    }),
    route("v2/search/tags", async (context, parameters) => {
      const only = parameters.get("scope");
      const scopes = await Promise.all(
        SCOPES.map(async (name) => ({
          name: name as string,
          tags: limited(await readTagKeys(store, name, windowOf(parameters)), parameters),
        })),
      );
      const all = [...scopes, { name: "intrinsic", tags: INTRINSICS }];
      return context.json({ scopes: all.filter(({ name }) => only === null || ["", "none", name].includes(only)) });
    }),
    route("search/tag/:tag/values", async (context, parameters) =>
      context.json({ tagValues: await valuesOf(store, context.req.param("tag") ?? "", parameters) }),
    ),
    route("v2/search/tag/:tag/values", async (context, parameters) => {
      const tag = context.req.param("tag") ?? "";
      const type = tag.replace(/^span:/, "") in KEYWORDS ? "keyword" : "string";
      const values = limited(await valuesOf(store, tag, parameters), parameters);
      return context.json({ tagValues: values.map((value) => ({ type, value })) });
    }),
  ];
}

/** A trace as OpenTelemetry has it; in Protocol Buffers for those who ask so. `response`: in the envelope of version 2. */
async function trace(store: Store, context: Context, form: "data" | "response"): Promise<Response> {
  const traceId = (context.req.param("traceId") ?? "").toLowerCase().padStart(32, "0");
  const rows = await readTrace(store, traceId, MAX_SPANS);
  if (rows.length === 0) throw new WeirError("NOT_FOUND", "trace not found", "It may not have been received here");
  const spans = rows.map((row) => outgoingSpan(traceId, row));
  if (context.req.header("accept")?.includes("application/protobuf")) {
    const data = Buffer.from(writeTraces(spans));
    const bytes = form === "data" ? data : Buffer.concat([Buffer.from([0x0a]), varint(data.length), data]);
    return context.body(new Uint8Array(bytes), 200, { "content-type": "application/protobuf" });
  }
  const { resourceSpans } = tracesMessage(spans);
  return context.json(
    protobufJson(form === "data" ? { batches: resourceSpans } : { trace: { resourceSpans } }) as object,
  );
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) + 0x80);
  return Buffer.from([...bytes, rest]);
}

function found(store: Store, parameters: URLSearchParams): Promise<readonly TraceRow[]> {
  const query = parameters.get("q") ?? "";
  const tags = [...(parameters.get("tags") ?? "").matchAll(/([\w.\-/]+)=(?:"((?:[^"\\]|\\.)*)"|(\S+))/g)];
  const { fromNs, toNs } = momentsOf(parameters);
  const { relation, sets } = query.trim() === "" ? { relation: "and" as const, sets: [] } : readTraceql(query);
  return searchTraces(store, {
    relation,
    sets,
    conditions: [
      ...tags.map(([, name = "", quoted, plain]) =>
        name === "name"
          ? `span.name == ${JSON.stringify(quoted ?? plain ?? "")}`
          : tagCondition(name, quoted ?? plain ?? ""),
      ),
    ],
    fromNs,
    toNs,
    minDurationNs: durationNs(parameters.get("minDuration") ?? undefined),
    maxDurationNs: durationNs(parameters.get("maxDuration") ?? undefined),
    limit: Number(parameters.get("limit") ?? 20) || 20,
  });
}

function momentsOf(parameters: URLSearchParams): {
  readonly fromNs: bigint | undefined;
  readonly toNs: bigint | undefined;
} {
  const ns = (name: string) => {
    const ms = momentMs(parameters.get(name) ?? "");
    return ms === undefined ? undefined : BigInt(ms) * 1_000_000n;
  };
  return { fromNs: ns("start"), toNs: ns("end") };
}

function windowOf(parameters: URLSearchParams): { readonly from?: string; readonly to?: string } {
  const text = (name: string) => {
    const ms = momentMs(parameters.get(name) ?? "");
    return ms === undefined ? undefined : new Date(ms).toISOString();
  };
  const [from, to] = [text("start"), text("end")];
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
}

function summary({ traceId, rootService, rootOperation, startedAt, durationNs: length }: TraceRow): object {
  return {
    traceID: traceId,
    rootServiceName: rootService,
    rootTraceName: rootOperation,
    startTimeUnixNano: String(parseUnixNs(startedAt) ?? 0n),
    durationMs: Math.round(length / 1e6),
  };
}

/** As many as were asked for. */
function limited(words: readonly string[], parameters: URLSearchParams): readonly string[] {
  const limit = Number(parameters.get("limit"));
  return limit > 0 ? words.slice(0, limit) : words;
}

/** Values of a tag: `service.name`, `resource.service.name`, `.http.route`, `status`, `span:name`. */
async function valuesOf(store: Store, tag: string, parameters: URLSearchParams): Promise<string[]> {
  const intrinsic = tag.replace(/^(span|trace):/, "");
  const keywords = KEYWORDS[intrinsic];
  if (keywords !== undefined) return [...keywords];
  if (LENGTHS.includes(intrinsic)) return [];
  const asked = WORDS[intrinsic];
  if (asked !== undefined) return readSpanWords(store, asked.word, asked.isOfRoots, windowOf(parameters));
  const window = windowOf(parameters);
  const [, scope, scoped = ""] = /^(span|resource)?\.(.+)$/.exec(tag) ?? [];
  const name = scoped === "" ? tag : scoped;
  if (name === "service.name") return readServices(store, window);
  const scopes = SCOPES.filter((each) => scope === undefined || scope === each);
  const values = await Promise.all(scopes.map((each) => readTagValues(store, each, name, window)));
  return [...new Set(values.flat())];
}
