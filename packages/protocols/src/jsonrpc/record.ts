import { field } from "@weir/model";
import type { ProtocolRecord } from "../contract.ts";

/** What calls of JSON-RPC carry beside what HTTP's carry. */
export const jsonrpcRecord = {
  id: "jsonrpc",
  protocol: "jsonrpc",
  name: "JSON-RPC",
  fields: [
    field("system", "string", "Always jsonrpc", { otel: "rpc.system.name", optional: true, cardinality: "few" }),
    field("method", "string", "Method; of a batch all methods, separated by commas", {
      otel: "rpc.method",
      optional: true,
    }),
    field("version", "string", "Version of JSON-RPC", {
      otel: "jsonrpc.protocol.version",
      optional: true,
      cardinality: "few",
    }),
    field("requestId", "string", "Id by which request and response belong together; absent in notifications", {
      otel: "jsonrpc.request.id",
      optional: true,
      cardinality: "unbounded",
    }),
    field("errorCode", "int", "Code of the error, of a batch the first one's", {
      otel: "rpc.response.status_code",
      optional: true,
      cardinality: "few",
    }),
    field("errorMessage", "string", "Message of the error", {
      otel: "weir.jsonrpc.error_message",
      optional: true,
      sensitivity: "internal",
    }),
    field("batchSize", "int", "Calls in a batch", { otel: "weir.jsonrpc.batch_size", optional: true }),
  ],
} as const satisfies ProtocolRecord;
