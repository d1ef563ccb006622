import { field } from "@weir/model";
import type { ProtocolRecord } from "../contract.ts";

const word = (name: string, meaning: string, otel: string) =>
  field(name, "string", meaning, { otel, optional: true, cardinality: "few" });

/** What calls of Thrift carry. */
export const thriftRecord = {
  id: "thrift",
  protocol: "thrift",
  name: "Thrift",
  fields: [
    word("system", "Always apache_thrift", "rpc.system"),
    word("service", "Service that is called, where several share a connection", "rpc.service"),
    word("method", "Method that is called", "rpc.method"),
    word("error", "Error by its name, or the number of a declared exception", "error.type"),
    word("protocol", "How values are written: binary or compact", "weir.thrift.protocol"),
    word("transport", "framed, or unframed", "weir.thrift.transport"),
    field("sequenceId", "int", "Pairs calls and replies", { otel: "weir.thrift.sequence_id", optional: true }),
    word("messageType", "2 reply, 3 exception; 1 a call without reply, 4 one-way", "weir.thrift.message_type"),
    field("errorMessage", "string", "What the server says about an error", {
      otel: "weir.thrift.error_message",
      optional: true,
      cardinality: "unbounded",
      sensitivity: "internal",
    }),
  ],
} as const satisfies ProtocolRecord;
