import type { MapGrouping } from "@weir/model";
import { groupedCalls, groupedConnections } from "./map-grouping.ts";
import { callMinutes, connectionMinutes } from "./schema/rollups/edges.ts";
import { partsFromRollup, partsFromRows, type Rollup, wholeOf } from "./schema/rollups/rollup.ts";
import { conditionOf, type Scope, type Store } from "./store.ts";
import { cutAtMinutes, rangeSql, type TimeRange } from "./time-range.ts";

/** One edge with what was counted and measured on it. */
export interface EdgeRow {
  readonly clientService: string;
  readonly serverService: string;
  readonly serverPort: number;
  readonly transport: string;
  readonly protocols: readonly string[];
  readonly addresses: readonly string[];
  readonly clientAddresses: readonly string[];
  readonly connections: number;
  readonly failedConnections: number;
  readonly calls: number;
  readonly callErrors: number;
  readonly bytes: number;
  readonly segments: number;
  readonly resent: number;
  readonly seconds: number;
  readonly handshakeNs: readonly number[];
  readonly durationNs: readonly number[];
  readonly measuredCalls: number;
  readonly measuredHandshakes: number;
  /** How many connections arrived at which outcome of the verdict trees. */
  readonly handshakeVerdicts: Readonly<Record<string, number>>;
  readonly failingVerdicts: Readonly<Record<string, number>>;
  readonly slowVerdicts: Readonly<Record<string, number>>;
}

/** Which connections and calls: those of a scope that began within a range. */
export interface EdgeScope extends Scope {
  readonly range?: TimeRange | undefined;
  /** Edges between groups of ends, on any port, instead of services. Read from the rows. */
  readonly grouping?: MapGrouping | undefined;
}

const MAX_EDGES = 1000;
const EDGE = "client_service, server_service, server_port, transport";

/**
 * Edges between services. Captures of several hosts see the same edge more than once: it is taken from the capture that saw most of it.
 * Conditions name columns of connections; calls are those on the connections that match. Without a condition whole minutes are read from the rollups, so that a long range
 * reads rows per edge and minute; `rows` reads connections and calls themselves in any case.
 */
export async function readEdges(
  store: Store,
  scope: EdgeScope,
  source: "rollups" | "rows" = "rollups",
): Promise<EdgeRow[]> {
  const range = scope.range ?? {};
  const own = conditionOf({ captureId: scope.captureId }).where;
  const matching = conditionOf(scope);
  const { grouping } = scope;
  const isPlain = scope.condition === undefined && grouping === undefined;
  const useRollups = isPlain && source === "rollups";
  const onCalls = isPlain
    ? own
    : `${own} AND (capture_id, connection_id) IN (SELECT capture_id, connection_id FROM connections WHERE ${matching.where})`;
  const [connections, calls] =
    grouping === undefined
      ? [
          partsOf(connectionMinutes, range, matching.where, useRollups),
          partsOf(callMinutes, range, onCalls, useRollups),
        ]
      : groupedParts(grouping, range, matching.where, own);
  return store.rows<EdgeRow>(
    `SELECT *, ${rangeSeconds(range)} AS seconds FROM (${connectionSide(connections)}) AS edges
    FULL JOIN (${callSide(calls)}) AS answers
      USING (captureId, clientService, serverService, serverPort, transport)
    LEFT JOIN (SELECT capture_id AS captureId, max(started_at) AS startedAt, max(ended_at) AS endedAt FROM captures GROUP BY capture_id) AS spans USING (captureId)
    ORDER BY calls DESC, connections DESC, bytes DESC, captureId
    LIMIT 1 BY clientService, serverService, serverPort, transport
    LIMIT ${MAX_EDGES}`,
    matching.params,
  );
}

/** Parts of all edges, from where they are to be had: summed already for whole minutes, from the rows for the rest. */
function partsOf(rollup: Rollup, range: TimeRange, where: string, useRollup: boolean): string {
  const { minutes, rests } = useRollup ? cutAtMinutes(range) : { rests: [range] };
  return [
    ...(minutes === undefined ? [] : [partsFromRollup(rollup, `${where} AND ${rangeSql("minute", minutes)}`)]),
    ...rests.map((rest) => partsFromRows(rollup, `${where} AND ${rangeSql("started_at", rest)}`)),
  ].join("\nUNION ALL\n");
}

/** Parts of connections and calls whose ends are called as their groups. */
function groupedParts(grouping: MapGrouping, range: TimeRange, connections: string, calls: string): [string, string] {
  const began = rangeSql("started_at", range);
  return [
    partsFromRows(connectionMinutes, "1", groupedConnections(grouping, `${connections} AND ${began}`)),
    partsFromRows(callMinutes, "1", groupedCalls(grouping, `${calls} AND ${began}`, connections)),
  ];
}

const KEY =
  "capture_id AS captureId, client_service AS clientService, server_service AS serverService, server_port AS serverPort, transport";

function connectionSide(parts: string): string {
  const whole = (name: string) => wholeOf(connectionMinutes, name);
  return `SELECT ${KEY},
    arrayFilter(p -> p != '', ${whole("protocols")}) AS protocols,
    ${whole("addresses")} AS addresses, ${whole("client_addresses")} AS clientAddresses,
    ${whole("connections")} AS connections, ${whole("failed_connections")} AS failedConnections,
    ${whole("handshake_verdicts")} AS handshakeVerdicts, ${whole("failing_verdicts")} AS failingVerdicts, ${whole("slow_verdicts")} AS slowVerdicts,
    ${whole("bytes")} AS bytes, ${whole("segments")} AS segments, ${whole("resent")} AS resent,
    ${whole("handshake_digest")} AS handshakeNs, ${whole("measured_handshakes")} AS measuredHandshakes
  FROM (${parts}) AS parts GROUP BY capture_id, ${EDGE}`;
}

function callSide(parts: string): string {
  const whole = (name: string) => wholeOf(callMinutes, name);
  return `SELECT ${KEY}, ${whole("calls")} AS calls, ${whole("call_errors")} AS callErrors,
    ${whole("duration_digest")} AS durationNs, ${whole("measured_calls")} AS measuredCalls
  FROM (${parts}) AS parts GROUP BY capture_id, ${EDGE}`;
}

/** How long the capture ran within the range; 0 where it is not known. */
function rangeSeconds({ fromNs, toNs }: TimeRange): string {
  const bound = (unixNs: bigint) => `fromUnixTimestamp64Nano(${unixNs}, 'UTC')`;
  const from = fromNs === undefined ? "startedAt" : `greatest(startedAt, ${bound(fromNs)})`;
  const to = toNs === undefined ? "endedAt" : `least(endedAt, ${bound(toNs)})`;
  return `ifNull(greatest(0, toUnixTimestamp64Nano(assumeNotNull(${to})) - toUnixTimestamp64Nano(assumeNotNull(${from}))) / 1e9, 0)`;
}
