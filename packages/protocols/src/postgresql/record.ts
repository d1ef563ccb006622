import { field } from "@weir/model";
import { SQL_FIELDS } from "../common/sql/fields.ts";
import type { ProtocolRecord } from "../contract.ts";

/** What PostgreSQL calls carry. */
export const postgresqlRecord = {
  id: "postgresql",
  protocol: "postgresql",
  name: "PostgreSQL",
  fields: [
    ...SQL_FIELDS,
    field("message", "string", "Message that asks: Query, Execute, Parse, StartupMessage …", {
      otel: "weir.postgresql.message",
      optional: true,
      cardinality: "few",
    }),
    field("user", "string", "User of the StartupMessage", {
      otel: "weir.postgresql.user",
      optional: true,
      sensitivity: "internal",
    }),
    field("application", "string", "application_name of the StartupMessage", {
      otel: "weir.postgresql.application_name",
      optional: true,
      sensitivity: "internal",
    }),
    field("authentication", "string", "How the server had the client prove who it is: md5, scram-sha-256, password …", {
      otel: "weir.postgresql.authentication",
      optional: true,
      cardinality: "few",
    }),
    field("serverVersion", "string", "server_version that the server told", {
      otel: "weir.postgresql.server_version",
      optional: true,
      cardinality: "few",
    }),
    field("backendPid", "int", "Process of the server: BackendKeyData, or whom a CancelRequest is about", {
      otel: "weir.postgresql.backend_pid",
      optional: true,
    }),
    field("tag", "string", "Tag of CommandComplete: SELECT 4, INSERT 0 1", {
      otel: "weir.postgresql.command_tag",
      optional: true,
    }),
    field("affectedRows", "int", "Rows of the tag, of commands that change or copy rows", {
      otel: "weir.postgresql.affected_rows",
      optional: true,
    }),
    field("statementName", "string", "Name under which the statement was prepared", {
      otel: "weir.postgresql.statement_name",
      optional: true,
    }),
    field("transaction", "string", "Transaction status after it: idle, open, failed", {
      otel: "weir.postgresql.transaction_status",
      optional: true,
      cardinality: "few",
    }),
    field("severity", "string", "Severity of the error or notice: ERROR, FATAL, WARNING …", {
      otel: "weir.postgresql.severity",
      optional: true,
      cardinality: "few",
    }),
    field("notices", "int", "Notices that came with the answer", {
      otel: "weir.postgresql.notices",
      optional: true,
      cardinality: "few",
    }),
    field("copy", "string", "Rows were copied: in (to the server), out, both (replication)", {
      otel: "weir.postgresql.copy",
      optional: true,
      cardinality: "few",
    }),
    field("copyBytes", "int", "Bytes of the rows that were copied", {
      otel: "weir.postgresql.copy_bytes",
      optional: true,
      unit: "bytes",
    }),
    field("suspended", "bool", "The row limit of Execute was reached: more can be fetched", {
      otel: "weir.postgresql.portal_suspended",
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
