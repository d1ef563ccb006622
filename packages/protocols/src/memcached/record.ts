import { field } from "@weir/model";
import type { ProtocolRecord } from "../contract.ts";

const few = { optional: true, cardinality: "few" } as const;

/** What memcached calls carry. */
export const memcachedRecord = {
  id: "memcached",
  protocol: "memcached",
  name: "memcached",
  fields: [
    field("system", "string", "Always memcached", { otel: "db.system.name", cardinality: "few" }),
    field("variant", "string", "How it is written: text, meta (two-letter commands) or binary", {
      otel: "weir.memcached.variant",
      cardinality: "few",
      values: ["text", "meta", "binary"],
    }),
    field("responseCode", "string", "Word or status of the answer: STORED, NOT_FOUND, HD, KEY_ENOENT …", {
      otel: "db.response.status_code",
      ...few,
    }),
    field("keys", "int", "Keys that were asked for at once, where more than one", {
      otel: "db.operation.batch.size",
      optional: true,
    }),
    field("hits", "int", "Items that a retrieval found", { otel: "weir.memcached.hits", optional: true }),
    field("misses", "int", "Keys that a retrieval did not find", { otel: "weir.memcached.misses", optional: true }),
    field("valueBytes", "int", "Bytes of the values that were stored or retrieved", {
      otel: "weir.memcached.value_bytes",
      unit: "bytes",
      optional: true,
    }),
    field(
      "quiet",
      "bool",
      "The client wants no answer, or none where there is nothing to tell (noreply, quiet operations)",
      {
        otel: "weir.memcached.quiet",
        ...few,
      },
    ),
    field("opcode", "int", "Opcode of the binary protocol", { otel: "weir.memcached.opcode", ...few }),
    field("opaque", "int", "What pairs request and response in the binary protocol", {
      otel: "weir.memcached.opaque",
      optional: true,
      cardinality: "unbounded",
    }),
    field("initiator", "string", "server: a line of the log that the client watches", {
      otel: "weir.call.initiator",
      ...few,
    }),
  ],
} as const satisfies ProtocolRecord;
