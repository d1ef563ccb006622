import { field } from "@weir/model";
import { SQL_FIELDS } from "../common/sql/fields.ts";
import type { ProtocolRecord } from "../contract.ts";

/** What MySQL and MariaDB calls carry. */
export const mysqlRecord = {
  id: "mysql",
  protocol: "mysql",
  name: "MySQL",
  fields: [
    ...SQL_FIELDS,
    field("command", "string", "Command by its name in the protocol: COM_QUERY, COM_STMT_EXECUTE …", {
      otel: "weir.mysql.command",
      optional: true,
      cardinality: "few",
    }),
    field("user", "string", "User that the client named", {
      otel: "weir.mysql.user",
      optional: true,
      sensitivity: "internal",
    }),
    field("program", "string", "program_name that the client told", {
      otel: "weir.mysql.program_name",
      optional: true,
    }),
    field("serverVersion", "string", "Version in the server's greeting", {
      otel: "weir.mysql.server_version",
      optional: true,
      cardinality: "few",
    }),
    field("serverConnectionId", "int", "Number of the connection in the server's greeting (thread id)", {
      otel: "weir.mysql.connection_id",
      optional: true,
    }),
    field("authentication", "string", "Plugin by which the client proved who it is", {
      otel: "weir.mysql.authentication",
      optional: true,
      cardinality: "few",
    }),
    field("compression", "string", "Packets are compressed: zlib or zstd", {
      otel: "weir.mysql.compression",
      optional: true,
      cardinality: "few",
    }),
    field("sqlState", "string", "SQLSTATE of the error", {
      otel: "weir.mysql.sqlstate",
      optional: true,
      cardinality: "few",
    }),
    field("affectedRows", "int", "Rows that were changed", { otel: "weir.mysql.affected_rows", optional: true }),
    field("columns", "int", "Columns of the result", { otel: "weir.mysql.columns", optional: true }),
    field("warnings", "int", "Warnings that the server counted", { otel: "weir.mysql.warnings", optional: true }),
    field("results", "int", "Results of several statements, or of a procedure; absent for one", {
      otel: "weir.mysql.results",
      optional: true,
    }),
    field("statementId", "int", "Number of the prepared statement", {
      otel: "weir.mysql.statement_id",
      optional: true,
    }),
    field("localInfile", "bool", "The server asked for a file of the client's (LOAD DATA LOCAL)", {
      otel: "weir.mysql.local_infile",
      optional: true,
      cardinality: "few",
    }),
    field("initiator", "string", "server: the server sent it unasked", {
      otel: "weir.call.initiator",
      optional: true,
      cardinality: "few",
    }),
  ],
} as const satisfies ProtocolRecord;
