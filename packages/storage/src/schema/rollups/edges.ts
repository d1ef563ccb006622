import { NOT_ESTABLISHED } from "@weir/model";
import { callsTable, connectionsTable } from "../records.ts";
import type { Column } from "../table.ts";
import { rollup } from "./rollup.ts";

/** What makes an edge, within a capture: several hosts may see the same edge. */
const EDGE_KEY: readonly Column[] = [
  { name: "capture_id", type: "String", codec: "ZSTD(1)" },
  { name: "client_service", type: "String", codec: "ZSTD(1)" },
  { name: "server_service", type: "String", codec: "ZSTD(1)" },
  { name: "server_port", type: "Int64", codec: "ZSTD(1)" },
  { name: "transport", type: "LowCardinality(String)", codec: "ZSTD(1)" },
];
const SHARD_BY = "cityHash64(client_service, server_service)";

const sum = (name: string, part: string) => ({
  name,
  type: "SimpleAggregateFunction(sum, Int64)",
  part: `toInt64(${part})`,
  whole: `sum(parts.${name})`,
});

/** A few different values, no matter which where there are more. */
const some = (name: string, most: number, value: string) => ({
  name,
  type: `AggregateFunction(groupUniqArray(${most}), String)`,
  part: `groupUniqArrayState(${most})(toString(${value}))`,
  whole: `groupUniqArrayMerge(${most})(parts.${name})`,
});

/** A distribution of times; rows without one are left out. */
const distribution = (name: string, levels: string, column: string) => ({
  name,
  type: `AggregateFunction(quantilesTDigest(${levels}), Int64)`,
  part: `quantilesTDigestStateIf(${levels})(assumeNotNull(${column}), ${column} IS NOT NULL)`,
  whole: `quantilesTDigestMerge(${levels})(parts.${name})`,
});

/** How many rows have which outcome of a verdict tree; those that were not judged have none. */
const outcomes = (tree: "handshake" | "failing" | "slow") => ({
  name: `${tree}_verdicts`,
  type: "SimpleAggregateFunction(sumMap, Map(String, UInt64))",
  part: `sumMapIf(map(assumeNotNull(${tree}_verdict), toUInt64(1)), ${tree}_verdict IS NOT NULL)`,
  whole: `sumMap(parts.${tree}_verdicts)`,
});

const quotedList = (values: readonly string[]) => values.map((value) => `'${value}'`).join(", ");

/** Connections per edge and minute in which they began. */
export const connectionMinutes = rollup(
  "connection_minutes",
  connectionsTable,
  EDGE_KEY,
  [
    sum("connections", "count()"),
    sum("failed_connections", `countIf(close_reason IN (${quotedList(NOT_ESTABLISHED)}))`),
    sum("bytes", "sum(client_bytes + server_bytes)"),
    sum("segments", "sum(client_data_segments + server_data_segments)"),
    sum("resent", "sum(client_data_retransmissions + server_data_retransmissions)"),
    some("protocols", 32, "protocol"),
    some("addresses", 8, "server_address"),
    some("client_addresses", 8, "client_address"),
    outcomes("handshake"),
    outcomes("failing"),
    outcomes("slow"),
    sum("measured_handshakes", "countIf(handshake_ns IS NOT NULL)"),
    distribution("handshake_digest", "0.5", "handshake_ns"),
  ],
  SHARD_BY,
);

/** Calls per edge and minute in which they began. */
export const callMinutes = rollup(
  "call_minutes",
  callsTable,
  EDGE_KEY,
  [
    sum("calls", "count()"),
    sum("call_errors", "countIf(status IN ('clientError', 'serverError', 'timeout', 'aborted'))"),
    sum("measured_calls", "countIf(duration_ns IS NOT NULL)"),
    distribution("duration_digest", "0.5, 0.95, 0.99", "duration_ns"),
  ],
  SHARD_BY,
);

/** All rollups. Each keeps for every capture exactly what its rows say. */
export const EDGE_ROLLUPS = [connectionMinutes, callMinutes] as const;
