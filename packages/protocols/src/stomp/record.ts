import { field } from "@weir/model";
import { messagingFields } from "../common/messaging/fields.ts";
import type { ProtocolRecord } from "../contract.ts";

const name = (word: string, meaning: string, otel: string) =>
  field(word, "string", meaning, { otel, optional: true, cardinality: "many", sensitivity: "internal" });

/** What calls of STOMP carry. */
export const stompRecord = {
  id: "stomp",
  protocol: "stomp",
  name: "STOMP",
  fields: [
    ...messagingFields(
      "operationName",
      "operationType",
      "destination",
      "messageId",
      "correlationId",
      "bodyBytes",
      "initiator",
      "version",
    ),
    name("subscription", "Id of the subscription", "weir.stomp.subscription"),
    name("ackMode", "How a subscription acknowledges: auto, client, client-individual", "weir.stomp.ack_mode"),
    name("transaction", "Transaction", "weir.stomp.transaction"),
    name("receipt", "Id of the receipt that was asked for", "weir.stomp.receipt"),
    name("replyTo", "Destination for the reply", "weir.stomp.reply_to"),
    name("contentType", "What the body is", "weir.stomp.content_type"),
    name("settledWith", "Later message with which it was acknowledged", "weir.stomp.settled_with"),
    name("server", "Software of the server", "weir.stomp.server"),
    name("virtualHost", "Virtual host", "weir.stomp.host"),
    name("heartBeat", "Heart-beats that were agreed on, in milliseconds: sent, wanted", "weir.stomp.heart_beat"),
  ],
} as const satisfies ProtocolRecord;
