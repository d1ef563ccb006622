import { field } from "@weir/model";
import { messagingFields } from "../common/messaging/fields.ts";
import type { ProtocolRecord } from "../contract.ts";

const text = (name: string, meaning: string, otel: string) =>
  field(name, "string", meaning, { otel, optional: true, cardinality: "unbounded", sensitivity: "internal" });
const word = (name: string, meaning: string, otel: string) =>
  field(name, "string", meaning, { otel, optional: true, cardinality: "few" });
const number = (name: string, meaning: string, otel: string) => field(name, "int", meaning, { otel, optional: true });

/** What calls of RocketMQ carry. */
export const rocketmqRecord = {
  id: "rocketmq",
  protocol: "rocketmq",
  name: "RocketMQ",
  fields: [
    ...messagingFields(
      "system",
      "operationName",
      "operationType",
      "destination",
      "consumerGroup",
      "clientId",
      "messageId",
      "initiator",
    ),
    number("queueId", "Queue of the topic", "messaging.destination.partition.id"),
    number("messageCount", "Messages that were sent or given", "messaging.batch.message_count"),
    text("tag", "Tag of the first message", "messaging.rocketmq.message.tag"),
    text("keys", "Keys of the first message", "messaging.rocketmq.message.keys"),
    text(
      "positions",
      "Where the messages stand, as TOPIC/QUEUE:FIRST-LAST offset, where all of a stretch were sent or given",
      "weir.messaging.positions",
    ),
    text("traceIds", "Trace ids in the properties of messages, at most 8", "weir.messaging.trace_ids"),
    text("producerGroup", "Group of the producer", "weir.rocketmq.producer_group"),
    number("opaque", "Pairs requests and responses", "weir.rocketmq.opaque"),
    number("code", "Number of the request code", "weir.rocketmq.code"),
    word("language", "Language of the client", "weir.rocketmq.language"),
    number("version", "Number of the client's version", "weir.rocketmq.version"),
    number("offset", "Offset in the queue: pulled from, committed or given", "weir.rocketmq.offset"),
    number("nextOffset", "Where the next pull begins", "weir.rocketmq.next_offset"),
    number("maxOffset", "End of the queue", "weir.rocketmq.max_offset"),
    field("maxWait", "int", "How long a pull may wait for messages, in milliseconds: such waiting is no slowness", {
      otel: "weir.rocketmq.max_wait",
      optional: true,
    }),
    text("remark", "What the server says about how it went", "weir.rocketmq.remark"),
  ],
} as const satisfies ProtocolRecord;
