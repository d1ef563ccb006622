import { field } from "@weir/model";
import type { ProtocolRecord } from "../contract.ts";

/** What calls of WebSocket carry. */
export const websocketRecord = {
  id: "websocket",
  protocol: "websocket",
  name: "WebSocket",
  fields: [
    field("initiator", "string", "Who sent the message: `client` or `server`", {
      otel: "weir.call.initiator",
      optional: true,
      cardinality: "few",
    }),
    field("payloadBytes", "int", "Size of the message's payload as transferred", {
      otel: "weir.websocket.payload_bytes",
      optional: true,
    }),
    field("frames", "int", "Frames in which the message came", { otel: "weir.websocket.frames", optional: true }),
    field("masked", "bool", "True where its frames were masked, as a client's must be", {
      otel: "weir.websocket.masked",
      optional: true,
      cardinality: "few",
    }),
    field("compressed", "bool", "True where it was compressed (permessage-deflate)", {
      otel: "weir.websocket.compressed",
      optional: true,
      cardinality: "few",
    }),
    field("closeCode", "int", "Status code of a close", {
      otel: "weir.websocket.close_code",
      optional: true,
      cardinality: "few",
    }),
    field("closeMeaning", "string", "Name of the close's status code", {
      otel: "weir.websocket.close_meaning",
      optional: true,
      cardinality: "few",
    }),
    field("closeReason", "string", "Reason that a close gives in words", {
      otel: "weir.websocket.close_reason",
      optional: true,
      sensitivity: "internal",
    }),
    field("answerCloseCode", "int", "Status code of the close that answered", {
      otel: "weir.websocket.answer_close_code",
      optional: true,
      cardinality: "few",
    }),
  ],
} as const satisfies ProtocolRecord;
