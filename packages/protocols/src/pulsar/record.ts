import { field } from "@weir/model";
import { messagingFields } from "../common/messaging/fields.ts";
import type { ProtocolRecord } from "../contract.ts";

const text = (name: string, meaning: string, otel: string) =>
  field(name, "string", meaning, { otel, optional: true, cardinality: "unbounded", sensitivity: "internal" });
const word = (name: string, meaning: string, otel: string) =>
  field(name, "string", meaning, { otel, optional: true, cardinality: "few" });
const number = (name: string, meaning: string, otel: string) => field(name, "int", meaning, { otel, optional: true });

/** What calls of Pulsar carry. */
export const pulsarRecord = {
  id: "pulsar",
  protocol: "pulsar",
  name: "Pulsar",
  fields: [
    ...messagingFields(
      "system",
      "operationName",
      "operationType",
      "destination",
      "subscription",
      "clientId",
      "messageId",
      "bodyBytes",
      "initiator",
      "version",
    ),
    number("messageCount", "Messages in the batch", "messaging.batch.message_count"),
    text("traceIds", "Trace ids in the properties of messages, at most 8", "weir.messaging.trace_ids"),
    number("requestId", "Pairs requests and responses", "weir.pulsar.request_id"),
    number("producerId", "Number of the producer on its connection", "weir.pulsar.producer_id"),
    number("consumerId", "Number of the consumer on its connection", "weir.pulsar.consumer_id"),
    number("sequenceId", "Number of the message among those of its producer", "weir.pulsar.sequence_id"),
    word("subscriptionType", "Exclusive, Shared, Failover, Key_Shared", "weir.pulsar.subscription_type"),
    number("permits", "Messages that the consumer is ready to take", "weir.pulsar.permits"),
    number("redeliveryCount", "How often the message was delivered before", "weir.pulsar.redelivery_count"),
    number("partitions", "Partitions of the topic; 0 where it has none", "weir.pulsar.partitions"),
    word("compression", "Codec of the payload: lz4, zlib, zstd, snappy", "weir.pulsar.compression"),
    word("lookupResult", "Where a lookup leads: redirect, connect, failed", "weir.pulsar.lookup_result"),
    text("brokerUrl", "Broker that a lookup names, or that a proxy is asked for", "weir.pulsar.broker_url"),
    word("clientVersion", "Client library and its version", "weir.pulsar.client_version"),
    word("serverVersion", "Version of the broker", "weir.pulsar.server_version"),
    word("authMethod", "How the client proves who it is", "weir.pulsar.auth_method"),
    text("errorMessage", "What the broker says about an error", "weir.pulsar.error_message"),
  ],
} as const satisfies ProtocolRecord;
