import { field } from "@weir/model";
import type { SqlStatement } from "./query.ts";

/** Fields that calls of all SQL databases carry (OpenTelemetry's semantic conventions for databases). */
export const SQL_FIELDS = [
  field("system", "string", "Which database: OpenTelemetry's well-known value", {
    otel: "db.system.name",
    cardinality: "few",
  }),
  field("namespace", "string", "Database, or schema, that is used", {
    otel: "db.namespace",
    optional: true,
    sensitivity: "internal",
  }),
  field("operation", "string", "First verb of the statement, in capitals", {
    otel: "db.operation.name",
    optional: true,
    cardinality: "few",
  }),
  field("collection", "string", "Table, procedure or channel that the statement is about first", {
    otel: "db.collection.name",
    optional: true,
    sensitivity: "internal",
  }),
  field("summary", "string", "Operations of the statement with their tables: few for many statements", {
    otel: "db.query.summary",
    optional: true,
    sensitivity: "internal",
  }),
  field("query", "string", "The statement with `?` in place of its literals", {
    otel: "db.query.text",
    optional: true,
    cardinality: "unbounded",
    sensitivity: "internal",
  }),
  field("returnedRows", "int", "Rows that were returned", { otel: "db.response.returned_rows", optional: true }),
  field("errorCode", "string", "The database's own code of the error", {
    otel: "db.response.status_code",
    optional: true,
    cardinality: "few",
  }),
] as const;

/** The attributes of a statement, added to what there is; nothing of an empty one. */
export function statementAttributes(
  statement: SqlStatement | undefined,
  attributes: Record<string, string> = {},
): Record<string, string> {
  if (statement === undefined) return attributes;
  const { operation, collection, summary, text } = statement;
  if (operation !== "") attributes["db.operation.name"] = operation;
  if (collection !== "") attributes["db.collection.name"] = collection;
  if (summary !== "") attributes["db.query.summary"] = summary;
  if (text !== "") attributes["db.query.text"] = text;
  return attributes;
}
