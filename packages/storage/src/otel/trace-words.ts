import type { Store } from "../store.ts";
import { allOf, asked, type Window, windowCondition } from "./window.ts";

/** Words of one kind at most; more cannot be chosen from. */
const MAX_WORDS = 2_000;
/** Spans that are looked at for the names and values of attributes. */
const LOOKED_AT = 200_000;

/** Services, or what one of them does, in order. */
export async function readServices(store: Store, window: Window): Promise<string[]> {
  const { where, params } = windowCondition("Timestamp", window);
  const rows = await store.rows<{ word: string }>(
    `SELECT DISTINCT ServiceName AS word FROM otel_traces WHERE ${where} ORDER BY word LIMIT ${MAX_WORDS}`,
    params,
  );
  return rows.map(({ word }) => word);
}

export interface Operation {
  readonly name: string;
  readonly kind: string;
}

/** What a service does. */
export function readOperations(store: Store, service: string): Promise<Operation[]> {
  return store.rows<Operation>(
    `SELECT DISTINCT SpanName AS name, SpanKind AS kind FROM otel_traces WHERE ServiceName = {service:String} ORDER BY name, kind LIMIT ${MAX_WORDS}`,
    { service },
  );
}

/** Whose attributes they are. */
export type TagScope = "span" | "resource";
const COLUMNS: Readonly<Record<TagScope, string>> = { span: "SpanAttributes", resource: "ResourceAttributes" };

/** Names of attributes, of the latest spans. */
export async function readTagKeys(store: Store, scope: TagScope, window: Window): Promise<string[]> {
  const { where, params } = windowCondition("Timestamp", window);
  const rows = await store.rows<{ word: string }>(
    `SELECT DISTINCT arrayJoin(mapKeys(attributes)) AS word FROM (SELECT ${COLUMNS[scope]} AS attributes FROM otel_traces WHERE ${where} LIMIT ${LOOKED_AT}) ORDER BY word LIMIT ${MAX_WORDS}`,
    params,
  );
  return rows.map(({ word }) => word);
}

/** Values of one attribute, the most frequent first. */
export async function readTagValues(store: Store, scope: TagScope, tag: string, window: Window): Promise<string[]> {
  const { where, params } = allOf([
    windowCondition("Timestamp", window),
    asked("tag", tag, `mapContains(${COLUMNS[scope]}, {tag:String})`),
  ]);
  const rows = await store.rows<{ word: string }>(
    `SELECT word FROM (SELECT ${COLUMNS[scope]}[{tag:String}] AS word FROM otel_traces WHERE ${where} LIMIT ${LOOKED_AT}) GROUP BY word ORDER BY count() DESC, word LIMIT ${MAX_WORDS}`,
    { ...params, tag },
  );
  return rows.map(({ word }) => word);
}

/** What every span has, by the columns that hold it. */
const SPAN_WORDS = { name: "SpanName", service: "ServiceName", statusMessage: "StatusMessage" } as const;
export type SpanWord = keyof typeof SPAN_WORDS;

/** Values of what every span has, the most frequent first; of the first spans of traces alone where `isOfRoots`. */
export async function readSpanWords(
  store: Store,
  word: SpanWord,
  isOfRoots: boolean,
  window: Window,
): Promise<string[]> {
  const { where, params } = windowCondition("Timestamp", window);
  const roots = isOfRoots ? " AND ParentSpanId = ''" : "";
  const rows = await store.rows<{ word: string }>(
    `SELECT word FROM (SELECT ${SPAN_WORDS[word]} AS word FROM otel_traces WHERE ${where}${roots} LIMIT ${LOOKED_AT}) WHERE word != '' GROUP BY word ORDER BY count() DESC, word LIMIT ${MAX_WORDS}`,
    params,
  );
  return rows.map((row) => row.word);
}

export interface ServiceCalls {
  readonly parent: string;
  readonly child: string;
  readonly callCount: number;
}

/** Which service called which, by spans whose parent is another service's. `weight`: how many calls a span stands for, as SQL. */
export function readServiceCalls(store: Store, window: Window, weight: string): Promise<ServiceCalls[]> {
  const { where, params } = windowCondition("Timestamp", window);
  return store.rows<ServiceCalls>(
    `SELECT parents.service AS parent, children.service AS child, toUInt64(round(sum(children.weight))) AS callCount
    FROM (SELECT TraceId AS trace, ParentSpanId AS span, ServiceName AS service, ${weight} AS weight FROM otel_traces WHERE ParentSpanId != '' AND ${where}) AS children
    INNER JOIN (SELECT TraceId AS trace, SpanId AS span, ServiceName AS service FROM otel_traces WHERE ${where}) AS parents USING (trace, span)
    WHERE parents.service != children.service GROUP BY parent, child ORDER BY parent, child LIMIT ${MAX_WORDS}`,
    params,
  );
}
