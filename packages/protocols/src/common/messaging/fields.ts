import { field } from "@weir/model";

const MESSAGING = {
  system: field("system", "string", "Messaging system", {
    otel: "messaging.system",
    optional: true,
    cardinality: "few",
  }),
  operationName: field("operationName", "string", "What is done with messages, in the system's own words", {
    otel: "messaging.operation.name",
    optional: true,
    cardinality: "few",
  }),
  operationType: field("operationType", "string", "The same in words for all systems: send, receive, process, settle", {
    otel: "messaging.operation.type",
    optional: true,
    cardinality: "few",
  }),
  destination: field("destination", "string", "Queue, topic, subject or exchange", {
    otel: "messaging.destination.name",
    optional: true,
    cardinality: "many",
    sensitivity: "internal",
  }),
  subscription: field("subscription", "string", "Name by which consumers of a destination are told apart", {
    otel: "messaging.destination.subscription.name",
    optional: true,
    cardinality: "many",
    sensitivity: "internal",
  }),
  consumerGroup: field("consumerGroup", "string", "Group of consumers that share a destination's messages", {
    otel: "messaging.consumer.group.name",
    optional: true,
    cardinality: "many",
    sensitivity: "internal",
  }),
  clientId: field("clientId", "string", "Name that the client gave itself", {
    otel: "messaging.client.id",
    optional: true,
    cardinality: "unbounded",
    sensitivity: "internal",
  }),
  messageId: field("messageId", "string", "Id of the message, given by who sent it or by the broker", {
    otel: "messaging.message.id",
    optional: true,
    cardinality: "unbounded",
    sensitivity: "internal",
  }),
  correlationId: field("correlationId", "string", "Id that a request and its reply, two messages, have in common", {
    otel: "messaging.message.conversation_id",
    optional: true,
    cardinality: "unbounded",
    sensitivity: "internal",
  }),
  bodyBytes: field("bodyBytes", "int", "Size of the message's body", {
    otel: "messaging.message.body.size",
    optional: true,
    unit: "bytes",
  }),
  initiator: field("initiator", "string", "`server` where the server began: a delivery, a notification", {
    otel: "weir.call.initiator",
    optional: true,
    cardinality: "few",
  }),
  version: field("version", "string", "Protocol version", {
    otel: "network.protocol.version",
    optional: true,
    cardinality: "few",
  }),
} as const;

/** Fields that message brokers have in common, with OpenTelemetry's names for messaging. */
export function messagingFields<const Names extends readonly (keyof typeof MESSAGING)[]>(...names: Names) {
  return names.map((name) => MESSAGING[name]);
}
