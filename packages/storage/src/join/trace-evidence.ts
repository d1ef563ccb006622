import { formatUnixNs } from "@weir/base";
import {
  type Call,
  type Capture,
  type Connection,
  callRecord,
  captureRecord,
  connectionRecord,
  fromJsonRecord,
  type RecordDefinition,
} from "@weir/model";
import { fromRow } from "../rows.ts";
import { selectList } from "../schema/columns.ts";
import type { SqlCondition, Store } from "../store.ts";

/** Calls of one trace that are joined; more is no trace that people made. */
const MAX_CALLS = 5_000;
/** Calls and connections about a trace's time that are looked at. */
const MAX_AROUND = 5_000;

/** A list that may have been cut off at a limit. */
export interface Limited<Item> {
  readonly items: readonly Item[];
  readonly isCut: boolean;
}

/** Which part of what the wire saw lies about a trace. */
export interface AroundQuery {
  readonly from: bigint;
  readonly to: bigint;
  /** Only what one of these addresses took part in, or one of these services. */
  readonly addresses: readonly string[];
  readonly services: readonly string[];
}

/** What of a connection says whether it came to work: few of its two hundred fields. */
const AROUND_FIELDS = [
  "connectionId",
  "captureId",
  "clientAddress",
  "serverAddress",
  "serverPort",
  "clientService",
  "serverService",
  "protocol",
  "closeReason",
  "startedAt",
  "durationNs",
] as const satisfies readonly (keyof Connection)[];
type ConnectionAround = Pick<Connection, (typeof AROUND_FIELDS)[number]>;
const connectionAround = partOf(connectionRecord, (name) => (AROUND_FIELDS as readonly string[]).includes(name));

/** What calls carried is not joined: it is the largest part of them. */
const NO_PAYLOAD = { requestHeaders: [], responseHeaders: [] } as const;
const PAYLOAD: readonly string[] = [...Object.keys(NO_PAYLOAD), "requestBody", "responseBody"];
const callWithoutPayload = partOf(callRecord, (name) => !PAYLOAD.includes(name));

function partOf(definition: RecordDefinition, isPart: (name: string) => boolean): RecordDefinition {
  return { ...definition, fields: definition.fields.filter(({ name }) => isPart(name)) };
}

/** Calls that carry the context of one of these traces on the wire, of every capture; without what they carried. */
export function readTraceCalls(store: Store, traceIds: readonly string[]): Promise<Limited<Call>> {
  return listedCalls(store, {
    where: "trace_id IN {traceIds:Array(String)}",
    params: { traceIds },
    orderBy: "started_at, call_id",
    limit: MAX_CALLS,
  });
}

/** Calls of whatever kind that were going on; without what they carried. */
export function readCallsAround(store: Store, query: AroundQuery): Promise<Limited<Call>> {
  const { where, params } = takingPart(query);
  return listedCalls(store, {
    where: `${where} AND started_at <= ${time("to")} AND toUnixTimestamp64Nano(started_at) + ifNull(duration_ns, request_ns) >= toUnixTimestamp64Nano(${time("from")})`,
    params,
    orderBy: "started_at, call_id",
    limit: MAX_AROUND,
  });
}

/** Connections that were open, or were tried. */
export function readConnectionsAround(store: Store, query: AroundQuery): Promise<Limited<ConnectionAround>> {
  const { where, params } = takingPart(query);
  return listed<ConnectionAround>(store, connectionAround, {
    where: `${where} AND started_at <= ${time("to")} AND toUnixTimestamp64Nano(started_at) + duration_ns >= toUnixTimestamp64Nano(${time("from")})`,
    params,
    orderBy: "started_at, connection_id",
    limit: MAX_AROUND,
  });
}

/** Captures that watched at that time, or a part of it. */
export function readCapturesAround(
  store: Store,
  { from, to }: Pick<AroundQuery, "from" | "to">,
): Promise<Limited<Capture>> {
  return listed<Capture>(store, captureRecord, {
    where: `started_at <= ${time("to")} AND ended_at >= ${time("from")}`,
    params: { from: formatUnixNs(from), to: formatUnixNs(to) },
    orderBy: "capture_id",
    limit: MAX_AROUND,
  });
}

/** A parameter as a time. */
function time(name: "from" | "to"): string {
  return `parseDateTime64BestEffort({${name}:String}, 9)`;
}

function takingPart({ from, to, addresses, services }: AroundQuery): SqlCondition {
  return {
    where:
      "(client_address IN {addresses:Array(String)} OR server_address IN {addresses:Array(String)} OR client_service IN {services:Array(String)} OR server_service IN {services:Array(String)})",
    params: { from: formatUnixNs(from), to: formatUnixNs(to), addresses, services },
  };
}

interface Asked extends SqlCondition {
  readonly orderBy: string;
  readonly limit: number;
}

async function listedCalls(store: Store, asked: Asked): Promise<Limited<Call>> {
  const { items, isCut } = await listed<Omit<Call, keyof typeof NO_PAYLOAD>>(store, callWithoutPayload, asked);
  return { items: items.map((call) => ({ ...call, ...NO_PAYLOAD })), isCut };
}

async function listed<Item>(
  store: Store,
  definition: RecordDefinition,
  { where, params, orderBy, limit }: Asked,
): Promise<Limited<Item>> {
  const rows = await store.rows(
    `SELECT ${selectList(definition)} FROM ${definition.table} WHERE ${where} ORDER BY ${orderBy} LIMIT {most:UInt32}`,
    { ...params, most: limit + 1 },
  );
  const items = rows.slice(0, limit).map((row) => fromJsonRecord<Item>(definition, fromRow(definition, row)));
  return { items, isCut: rows.length > limit };
}
