import { field, type RecordDefinition, type RecordOf } from "./field.ts";
import { GRADES } from "./grade.ts";

/** By what a message that was delivered is known to be one that was published, the surest first. */
export const DELIVERY_EVIDENCE = [
  /** The same topic, partition and offset (Kafka, RocketMQ), or the same stream and number in it (JetStream): the broker's own identity of a message. */
  "position",
  /** The same message id, given by who published it or by the broker. */
  "messageId",
  /** The same traceparent, span included: the message carried it through the broker. */
  "traceContext",
  /** The same correlation id to the same destination: a request and its reply have it in common as well. */
  "correlationId",
  /** The same trace, to the same destination. */
  "sameTrace",
] as const;
export type DeliveryEvidence = (typeof DELIVERY_EVIDENCE)[number];

const fields = [
  field("captureId", "string", "The capture it was seen in", { otel: "weir.capture.id" }),
  field("deliveryId", "string", "Identity: the calls that published and consumed", { otel: "weir.delivery.id" }),
  field("publishCallId", "string", "The call that published", { cardinality: "unbounded" }),
  field("consumeCallId", "string", "The call with which the broker handed it out: a delivery, or a fetch", {
    cardinality: "unbounded",
  }),
  field("protocol", "string", "Protocol of the broker", { cardinality: "few", otel: "network.protocol.name" }),
  field("destination", "string", "Topic, queue, subject or exchange that it was published to", {
    otel: "messaging.destination.name",
    sensitivity: "internal",
  }),
  field("clientService", "string", "Name of the service that published", {
    otel: "weir.client.service.name",
    sensitivity: "internal",
  }),
  field("serverService", "string", "Name of the broker", {
    otel: "weir.server.service.name",
    sensitivity: "internal",
  }),
  field("serverPort", "int", "Port of the broker", { otel: "server.port" }),
  field("consumerService", "string", "Name of the service that consumed", { sensitivity: "internal" }),
  field("startedAt", "time", "Last byte of what published it", { otel: "weir.delivery.start" }),
  field("queueNs", "int", "From there to the first byte of what delivered it: the time in the queue", { unit: "ns" }),
  field("evidence", "string", "By what the two are known to be the same message", {
    values: DELIVERY_EVIDENCE,
    cardinality: "few",
    otel: "weir.delivery.evidence",
  }),
  field("key", "string", "What both have in common: offset, message id, traceparent", {
    cardinality: "unbounded",
    sensitivity: "internal",
  }),
  field(
    "candidates",
    "int",
    "Publishing calls that have this in common with the delivery: more than one, and it may be any",
    {
      unit: "count",
    },
  ),
  field("grade", "string", "How far the link can be trusted: whole only by a key of its own that one call has", {
    values: GRADES,
    cardinality: "few",
  }),
  field("gradeReasons", "string[]", "Why not whole"),
] as const;

/** One message from who published it to who consumed it. */
export const deliveryRecord = {
  name: "delivery",
  table: "deliveries",
  meaning: "A message that one call published and another one consumed, known by evidence.",
  fields,
} as const satisfies RecordDefinition;

export type Delivery = RecordOf<typeof fields>;
