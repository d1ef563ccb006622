import type { AnalysisConfig } from "@weir/analysis";
import { type LogRecord, ROUTES, type RouteName, type Span } from "@weir/http-contract";
import { notFound, readLogs, readTrace, readTraces, type Store } from "@weir/storage";
import type { Handler } from "./handler.ts";
import { joinStoredTrace } from "./traces/join-one.ts";
import { joinSummaryOf } from "./traces/join-summary.ts";

/** Spans of a trace that are handed out at most; more than a person looks at. */
const MAX_SPANS = 10_000;

/** Handlers of what applications reported. */
export function telemetryHandlers(store: Store, config: AnalysisConfig) {
  return {
    async listTraces(context) {
      return context.json(await readTraces(store, ROUTES.listTraces.query.parse(context.req.query())));
    },
    async getTrace(context) {
      const traceId = (context.req.param("traceId") ?? "").toLowerCase();
      const rows = await readTrace(store, traceId, MAX_SPANS + 1);
      if (rows.length === 0) throw notFound("trace", traceId);
      const spans = rows.slice(0, MAX_SPANS).map((row): Span => withoutEmpty(row, ["parentSpanId"]));
      return context.json({ traceId, spans, isCut: rows.length > MAX_SPANS });
    },
    async getJoinedTrace(context) {
      return context.json(await joinStoredTrace(store, (context.req.param("traceId") ?? "").toLowerCase()));
    },
    async joinTraces(context) {
      return context.json(await joinSummaryOf(store, ROUTES.joinTraces.query.parse(context.req.query()), config));
    },
    async listLogs(context) {
      const { items, hasMore } = await readLogs(store, ROUTES.listLogs.query.parse(context.req.query()));
      const records = items.map((row): LogRecord => withoutEmpty(row, ["traceId", "spanId", "eventName"]));
      return context.json({ items: records, hasMore });
    },
  } as const satisfies Partial<Record<RouteName, Handler>>;
}

/** The row without these where they are empty: in the tables that is how they say "none". */
function withoutEmpty<Row extends object, Name extends keyof Row>(
  row: Row,
  names: readonly Name[],
): Omit<Row, Name> & Partial<Pick<Row, Name>> {
  const kept = Object.entries(row).filter(([name, value]) => value !== "" || !names.includes(name as Name));
  return Object.fromEntries(kept) as Row;
}
