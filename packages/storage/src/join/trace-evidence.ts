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

/** Calls that carry the context of one of these traces on the wire, of every capture. */
export function readTraceCalls(store: Store, traceIds: readonly string[]): Promise<Limited<Call>> {
  return listed<Call>(store, callRecord, {
    where: "trace_id IN {traceIds:Array(String)}",
    params: { traceIds },
    orderBy: "started_at, call_id",
    limit: MAX_CALLS,
  });
}

/** Calls of whatever kind that were going on. */
export function readCallsAround(store: Store, query: AroundQuery): Promise<Limited<Call>> {
  const { where, params } = takingPart(query);
  return listed<Call>(store, callRecord, {
    where: `${where} AND started_at <= ${time("to")} AND toUnixTimestamp64Nano(started_at) + ifNull(duration_ns, request_ns) >= toUnixTimestamp64Nano(${time("from")})`,
    params,
    orderBy: "started_at, call_id",
    limit: MAX_AROUND,
  });
}

/** Connections that were open, or were tried. */
export function readConnectionsAround(store: Store, query: AroundQuery): Promise<Limited<Connection>> {
  const { where, params } = takingPart(query);
  return listed<Connection>(store, connectionRecord, {
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

async function listed<Item>(
  store: Store,
  definition: RecordDefinition,
  { where, params, orderBy, limit }: SqlCondition & { readonly orderBy: string; readonly limit: number },
): Promise<Limited<Item>> {
  const condition = { where, params };
  const { items, total } = await store.list(definition, { condition, orderBy, limit, offset: 0 });
  return { items: items.map((item) => fromJsonRecord<Item>(definition, item)), isCut: total > limit };
}
