import { field } from "@weir/model";
import { SQL_FIELDS } from "../common/sql/fields.ts";
import type { ProtocolRecord } from "../contract.ts";

/** What calls to Microsoft SQL Server carry. */
export const tdsRecord = {
  id: "tds",
  protocol: "tds",
  name: "TDS (Microsoft SQL Server)",
  fields: [
    ...SQL_FIELDS,
    field("message", "string", "Message that asks: SQLBatch, RPC, LOGIN7, PRELOGIN …", {
      otel: "weir.tds.message",
      optional: true,
      cardinality: "few",
    }),
    field("procedure", "string", "Procedure of a remote call", { otel: "db.stored_procedure.name", optional: true }),
    field("user", "string", "User of the login", { otel: "weir.tds.user", optional: true, sensitivity: "internal" }),
    field("application", "string", "Application of the login", {
      otel: "weir.tds.application_name",
      optional: true,
      sensitivity: "internal",
    }),
    field("library", "string", "Client library of the login", { otel: "weir.tds.library", optional: true }),
    field("tdsVersion", "string", "Version of the protocol that the client asks for", {
      otel: "weir.tds.version",
      optional: true,
      cardinality: "few",
    }),
    field("server", "string", "Server's program and version", {
      otel: "weir.tds.server_version",
      optional: true,
      cardinality: "few",
    }),
    field("encryption", "string", "What the server says of encryption: off (login only), on, notSupported, required", {
      otel: "weir.tds.encryption",
      optional: true,
      cardinality: "few",
    }),
    field("affectedRows", "int", "Rows that were changed", { otel: "weir.tds.affected_rows", optional: true }),
    field("severity", "int", "Class of the error", {
      otel: "weir.tds.error_class",
      optional: true,
      cardinality: "few",
    }),
    field("infos", "int", "Information messages that came with the answer", {
      otel: "weir.tds.infos",
      optional: true,
      cardinality: "few",
    }),
  ],
} as const satisfies ProtocolRecord;
