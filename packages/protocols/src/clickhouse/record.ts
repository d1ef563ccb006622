import { field } from "@weir/model";
import { SQL_FIELDS } from "../common/sql/fields.ts";
import type { ProtocolRecord } from "../contract.ts";

const few = { optional: true, cardinality: "few" } as const;
const number = (name: string, meaning: string, otel: string) => field(name, "int", meaning, { otel, optional: true });
const bytes = (name: string, meaning: string, otel: string) =>
  field(name, "int", meaning, { otel, optional: true, unit: "bytes" });

/** What calls of ClickHouse's native protocol carry. */
export const clickhouseRecord = {
  id: "clickhouse",
  protocol: "clickhouse",
  name: "ClickHouse",
  fields: [
    ...SQL_FIELDS,
    field("queryId", "string", "Id of the query, as in system.query_log", {
      otel: "weir.clickhouse.query_id",
      optional: true,
      cardinality: "unbounded",
    }),
    field("secondary", "bool", "A server asks, for a query that it was asked", {
      otel: "weir.clickhouse.secondary",
      ...few,
    }),
    field("clientName", "string", "Name that the client gave itself", { otel: "weir.clickhouse.client_name", ...few }),
    field("clientVersion", "string", "Version of the client", { otel: "weir.clickhouse.client_version", ...few }),
    field("serverVersion", "string", "Version of the server", { otel: "weir.clickhouse.server_version", ...few }),
    number("revision", "Revision of the protocol that both sides know", "weir.clickhouse.revision"),
    field("settings", "string", "Names of the settings that come with the query, at most 32", {
      otel: "weir.clickhouse.settings",
      optional: true,
    }),
    number("blocks", "Blocks of rows that were given", "weir.clickhouse.blocks"),
    number("sentRows", "Rows that the client sent", "weir.clickhouse.sent_rows"),
    number("sentBlocks", "Blocks of rows that the client sent", "weir.clickhouse.sent_blocks"),
    bytes("compressedBytes", "Size of all blocks as they were compressed", "weir.clickhouse.compressed_bytes"),
    bytes("uncompressedBytes", "The same before they were", "weir.clickhouse.uncompressed_bytes"),
    number("readRows", "Rows that the server read to answer, as its progress tells", "weir.clickhouse.read_rows"),
    bytes("readBytes", "The same in bytes", "weir.clickhouse.read_bytes"),
  ],
} as const satisfies ProtocolRecord;
