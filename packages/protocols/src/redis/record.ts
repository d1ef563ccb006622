import { field } from "@weir/model";
import type { ProtocolRecord } from "../contract.ts";

/** What Redis calls carry. */
export const redisRecord = {
  id: "redis",
  protocol: "redis",
  name: "Redis",
  fields: [
    field("system", "string", "Always redis, also for servers that speak its protocol", {
      otel: "db.system.name",
      cardinality: "few",
    }),
    field("database", "string", "Number of the database that SELECT chose", {
      otel: "db.namespace",
      optional: true,
      cardinality: "few",
    }),
    field("errorCode", "string", "Word that an error begins with: WRONGTYPE, MOVED; ERR where it has none", {
      otel: "db.response.status_code",
      optional: true,
      cardinality: "few",
    }),
    field("reply", "string", "Kind of the answer: simple, error, integer, bulk, array, map, null …", {
      otel: "weir.redis.reply",
      optional: true,
      cardinality: "few",
    }),
    field("replyElements", "int", "Elements of an aggregate answer; keys and values of a map both count", {
      otel: "weir.redis.reply_elements",
      optional: true,
    }),
    field("queued", "bool", "The command waits in a transaction; EXEC has its result", {
      otel: "weir.redis.queued",
      optional: true,
      cardinality: "few",
    }),
    field("batchSize", "int", "Results of a transaction", { otel: "db.operation.batch.size", optional: true }),
    field("failedCommands", "int", "Errors among the elements of an answer: commands of a transaction that failed", {
      otel: "weir.redis.failed_commands",
      optional: true,
    }),
    field("redirect", "string", "Slot and server to which MOVED or ASK point", {
      otel: "weir.redis.redirect",
      optional: true,
      sensitivity: "internal",
    }),
    field("procedure", "string", "Script (by its SHA-1) or function that was called", {
      otel: "db.stored_procedure.name",
      optional: true,
      sensitivity: "internal",
    }),
    field("pattern", "string", "Pattern that a message was delivered by", {
      otel: "weir.redis.pattern",
      optional: true,
      sensitivity: "internal",
    }),
    field("blocking", "bool", "The server may wait before it answers: the time is no work", {
      otel: "weir.redis.blocking",
      optional: true,
      cardinality: "few",
    }),
    field("inline", "bool", "The command came as a plain line, as people and health checks send it", {
      otel: "weir.redis.inline",
      optional: true,
      cardinality: "few",
    }),
    field("initiator", "string", "server: sent unasked, a message of a channel or a command to a replica", {
      otel: "weir.call.initiator",
      optional: true,
      cardinality: "few",
    }),
  ],
} as const satisfies ProtocolRecord;
