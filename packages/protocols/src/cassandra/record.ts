import { field } from "@weir/model";
import { SQL_FIELDS } from "../common/sql/fields.ts";
import type { ProtocolRecord } from "../contract.ts";

const few = { optional: true, cardinality: "few" } as const;

/** What Cassandra calls carry. */
export const cassandraRecord = {
  id: "cassandra",
  protocol: "cassandra",
  name: "Cassandra",
  fields: [
    ...SQL_FIELDS,
    field("batchSize", "int", "Statements of a batch", { otel: "db.operation.batch.size", optional: true }),
    field("consistency", "string", "Consistency level", { otel: "cassandra.consistency.level", ...few }),
    field(
      "opcode",
      "string",
      "Opcode of the request: QUERY, EXECUTE …; of the response where the request was not seen",
      {
        otel: "weir.cassandra.opcode",
        cardinality: "few",
      },
    ),
    field("result", "string", "Kind of the result (rows, void, prepared …), or the response's opcode", {
      otel: "weir.cassandra.result",
      ...few,
    }),
    field("stream", "int", "What pairs request and response", { otel: "weir.cassandra.stream", optional: true }),
    field("version", "int", "Version of the protocol", { otel: "weir.cassandra.version", ...few }),
    field("initiator", "string", "server: an event, sent unasked", { otel: "weir.call.initiator", ...few }),
  ],
} as const satisfies ProtocolRecord;
