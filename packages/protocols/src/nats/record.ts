import { field } from "@weir/model";
import { messagingFields } from "../common/messaging/fields.ts";
import type { ProtocolRecord } from "../contract.ts";

const name = (word: string, meaning: string, otel: string) =>
  field(word, "string", meaning, { otel, optional: true, cardinality: "many", sensitivity: "internal" });

/** What calls of NATS carry. */
export const natsRecord = {
  id: "nats",
  protocol: "nats",
  name: "NATS",
  fields: [
    ...messagingFields(
      "system",
      "operationName",
      "operationType",
      "destination",
      "consumerGroup",
      "clientId",
      "messageId",
      "bodyBytes",
      "initiator",
    ),
    name("replyTo", "Subject for the reply", "weir.nats.reply_to"),
    name("subscriptionId", "Subscription id, which the client gave", "weir.nats.subscription_id"),
    field("maxMessages", "int", "Messages after which a subscription ends", {
      otel: "weir.nats.max_messages",
      optional: true,
    }),
    name("answeredBy", "What ended it: MSG, PUB, +OK, -ERR, +ACK, -NAK, +TERM …", "weir.nats.answered_by"),
    name("statusText", "Status in words", "weir.nats.status_text"),
    name("stream", "Stream of JetStream from which the message comes", "weir.nats.jetstream.stream"),
    name("consumer", "Consumer of JetStream", "weir.nats.jetstream.consumer"),
    field("deliveries", "int", "How often JetStream delivered the message", {
      otel: "weir.nats.jetstream.deliveries",
      optional: true,
    }),
    field("streamSequence", "int", "Number of the message in its stream", {
      otel: "weir.nats.jetstream.sequence",
      optional: true,
    }),
    name("serverName", "Name of the server", "weir.nats.server_name"),
    name("serverVersion", "Version of the server", "weir.nats.server_version"),
    name("clientLanguage", "Language of the client's library", "weir.nats.client_language"),
    name("clientVersion", "Version of the client's library", "weir.nats.client_version"),
    field("verbose", "bool", "The client wants every operation confirmed", {
      otel: "weir.nats.verbose",
      optional: true,
      cardinality: "few",
    }),
  ],
} as const satisfies ProtocolRecord;
