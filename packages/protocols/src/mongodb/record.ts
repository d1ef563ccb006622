import { field } from "@weir/model";
import type { ProtocolRecord } from "../contract.ts";

const few = { optional: true, cardinality: "few" } as const;
const internal = { optional: true, sensitivity: "internal" } as const;

/** What MongoDB calls carry. */
export const mongodbRecord = {
  id: "mongodb",
  protocol: "mongodb",
  name: "MongoDB",
  fields: [
    field("system", "string", "Always mongodb, also for servers that speak its protocol", {
      otel: "db.system.name",
      cardinality: "few",
    }),
    field("database", "string", "Database", { otel: "db.namespace", ...internal }),
    field("collection", "string", "Collection", { otel: "db.collection.name", ...internal }),
    field("errorCode", "string", "Number of the error, also of the first among write errors; error where it has none", {
      otel: "db.response.status_code",
      ...few,
    }),
    field("errorName", "string", "Name of the error: NotWritablePrimary, DuplicateKey …", {
      otel: "weir.mongodb.code_name",
      ...few,
    }),
    field("returned", "int", "Documents in the answer", { otel: "db.response.returned_rows", optional: true }),
    field("matched", "int", "Documents that a write inserted, matched or deleted, or a count found (n)", {
      otel: "weir.mongodb.matched",
      optional: true,
    }),
    field("modified", "int", "Documents that an update changed", { otel: "weir.mongodb.modified", optional: true }),
    field("writeErrors", "int", "Writes of a batch that failed", { otel: "weir.mongodb.write_errors", optional: true }),
    field("opcode", "string", "Form of the request: OP_MSG, OP_QUERY …; of the answer where the request was not seen", {
      otel: "weir.mongodb.opcode",
      cardinality: "few",
    }),
    field("requestId", "int", "What the answer refers to", {
      otel: "weir.mongodb.request_id",
      optional: true,
      cardinality: "unbounded",
    }),
    field("compressor", "string", "What the request was compressed with, or the answer where the request was not", {
      otel: "weir.mongodb.compressor",
      ...few,
    }),
    field("sessionId", "string", "Logical session; with the transaction number it is the same in a retried write", {
      otel: "weir.mongodb.session_id",
      optional: true,
      cardinality: "unbounded",
    }),
    field("transactionNumber", "int", "Number of the transaction or retryable write in its session", {
      otel: "weir.mongodb.txn_number",
      optional: true,
    }),
    field("blocking", "bool", "The server may wait for news before it answers: the time is no work", {
      otel: "weir.mongodb.awaits",
      ...few,
    }),
    field("initiator", "string", "server: a further answer that was not asked for again (exhaust)", {
      otel: "weir.call.initiator",
      ...few,
    }),
  ],
} as const satisfies ProtocolRecord;
