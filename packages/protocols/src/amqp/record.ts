import { field } from "@weir/model";
import { messagingFields } from "../common/messaging/fields.ts";
import type { ProtocolRecord } from "../contract.ts";

const name = (word: string, meaning: string, otel: string) =>
  field(word, "string", meaning, { otel, optional: true, cardinality: "many", sensitivity: "internal" });
const number = (word: string, meaning: string, otel: string) => field(word, "int", meaning, { otel, optional: true });
const flag = (word: string, meaning: string, otel: string) =>
  field(word, "bool", meaning, { otel, optional: true, cardinality: "few" });

/** What calls of AMQP 0-9-1 carry. */
export const amqpRecord = {
  id: "amqp",
  protocol: "amqp",
  name: "AMQP 0-9-1",
  fields: [
    ...messagingFields(
      "system",
      "operationName",
      "operationType",
      "destination",
      "clientId",
      "messageId",
      "correlationId",
      "bodyBytes",
      "initiator",
      "version",
    ),
    number("channel", "Channel of the connection", "weir.amqp.channel"),
    name("exchange", "Exchange; empty for the default one", "weir.amqp.exchange"),
    name("routingKey", "Routing key", "messaging.rabbitmq.destination.routing_key"),
    name("queue", "Queue; of a delivery the one that is consumed, where that was seen", "weir.amqp.queue"),
    name("consumerTag", "Consumer", "weir.amqp.consumer_tag"),
    number(
      "deliveryTag",
      "Delivery tag, by which a message is acknowledged",
      "messaging.rabbitmq.message.delivery_tag",
    ),
    number("settledWith", "Delivery tag of the later message with which it was acknowledged", "weir.amqp.settled_with"),
    number("replyCode", "Reply code of a close or a return", "weir.amqp.reply_code"),
    name("replyText", "Its explanation, as the peer wrote it", "weir.amqp.reply_text"),
    name("failedMethod", "Class and number of the method that a close names as its cause", "weir.amqp.failed_method"),
    name("failedBy", "The close that answered it", "weir.amqp.failed_by"),
    flag("mandatory", "The message is to come back where no queue takes it", "weir.amqp.mandatory"),
    flag("redelivered", "The message was delivered before", "weir.amqp.redelivered"),
    flag("requeue", "A refused message goes back to its queue", "weir.amqp.requeue"),
    flag("durable", "Outlives the broker's restart", "weir.amqp.durable"),
    flag("exclusive", "For this connection only", "weir.amqp.exclusive"),
    flag("passive", "Only asks whether it is there", "weir.amqp.passive"),
    flag("noAck", "Messages are taken for acknowledged when they are sent", "weir.amqp.no_ack"),
    number("prefetchCount", "Messages that a consumer takes before it acknowledges", "weir.amqp.prefetch_count"),
    number("messageCount", "Messages that are left in the queue, or were removed", "weir.amqp.message_count"),
    number("consumerCount", "Consumers of the queue", "weir.amqp.consumer_count"),
    name("replyTo", "Queue for the reply", "weir.amqp.reply_to"),
    name("contentType", "What the body is", "weir.amqp.content_type"),
    name("messageType", "What the message is, in the application's words", "weir.amqp.message_type"),
    name("appId", "Application that sent it", "weir.amqp.app_id"),
    name("expiration", "Lifetime of the message in the queue, in milliseconds", "weir.amqp.expiration"),
    flag("persistent", "The broker keeps the message on disk", "weir.amqp.persistent"),
  ],
} as const satisfies ProtocolRecord;
