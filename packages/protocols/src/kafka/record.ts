import { field } from "@weir/model";
import { messagingFields } from "../common/messaging/fields.ts";
import type { ProtocolRecord } from "../contract.ts";

const text = (name: string, meaning: string, otel: string) =>
  field(name, "string", meaning, { otel, optional: true, cardinality: "unbounded", sensitivity: "internal" });
const word = (name: string, meaning: string, otel: string) =>
  field(name, "string", meaning, { otel, optional: true, cardinality: "few" });
const number = (name: string, meaning: string, otel: string) => field(name, "int", meaning, { otel, optional: true });
const ms = (name: string, meaning: string, otel: string) =>
  field(name, "int", `${meaning}, in milliseconds`, { otel, optional: true });

/** What calls of Kafka carry. */
export const kafkaRecord = {
  id: "kafka",
  protocol: "kafka",
  name: "Kafka",
  fields: [
    ...messagingFields("system", "operationName", "operationType", "destination", "consumerGroup", "clientId"),
    number("apiKey", "Number of the API", "weir.kafka.api_key"),
    number("apiVersion", "Version of the API that the client chose", "weir.kafka.api_version"),
    number("correlationId", "Pairs requests and responses of a connection", "weir.kafka.correlation_id"),
    text("topics", "Topics that a call is about, separated by commas, at most 64", "weir.kafka.topics"),
    number("partition", "Partition, where a call is about one", "messaging.destination.partition.id"),
    number("partitionCount", "Partitions that a call is about", "weir.kafka.partition_count"),
    number("offset", "Offset that was asked for, committed or given, of the first partition", "messaging.kafka.offset"),
    number("messageCount", "Records that were sent or fetched", "messaging.batch.message_count"),
    number("recordBytes", "Bytes of record batches", "weir.kafka.record_bytes"),
    number("messageFormat", "Magic number of the record format: 0, 1 or 2", "weir.kafka.message_format"),
    word("compression", "Codec of the record batches: gzip, snappy, lz4, zstd", "weir.kafka.compression"),
    text("traceIds", "Trace ids in the headers of the first records, at most 8", "weir.messaging.trace_ids"),
    text(
      "positions",
      "Where the records stand, as TOPIC/PARTITION:FIRST-LAST offset, of at most 16 partitions",
      "weir.messaging.positions",
    ),
    word("errors", "Names of all different errors in the response", "weir.kafka.errors"),
    text("errorMessage", "What the broker says about an error", "weir.kafka.error_message"),
    ms("throttle", "How long the broker holds the client back because of a quota", "weir.kafka.throttle"),
    word(
      "acks",
      "Acknowledgements that a producer waits for: -1 all in-sync replicas, 0 none, 1 the leader",
      "weir.kafka.acks",
    ),
    ms("timeout", "How long the broker may take", "weir.kafka.timeout"),
    ms("maxWait", "How long a fetch may wait for messages: such waiting is no slowness", "weir.kafka.max_wait"),
    number("minBytes", "Bytes that a fetch waits for", "weir.kafka.min_bytes"),
    number("isolationLevel", "0 read uncommitted, 1 read committed", "weir.kafka.isolation_level"),
    number("replicaId", "Broker that follows; -1 for consumers", "weir.kafka.replica_id"),
    number("sessionId", "Fetch session", "weir.kafka.session_id"),
    number("sessionEpoch", "Number of the request in its fetch session", "weir.kafka.session_epoch"),
    number("highWatermark", "End of the first fetched partition for consumers", "weir.kafka.high_watermark"),
    number(
      "lag",
      "High watermark less the offset that was fetched from, of the partition where it is largest",
      "weir.kafka.lag",
    ),
    text("memberId", "Member of the group", "weir.kafka.member_id"),
    text("groupInstanceId", "Name of a static member", "weir.kafka.group_instance_id"),
    number("generation", "Generation of the group, or the member's epoch", "weir.kafka.generation"),
    word("groupState", "State of the described group", "weir.kafka.group_state"),
    ms("sessionTimeout", "Silence after which a member is out", "weir.kafka.session_timeout"),
    ms("rebalanceTimeout", "How long a rebalance waits for a member", "weir.kafka.rebalance_timeout"),
    word("assignor", "How partitions are assigned: range, roundrobin, uniform …", "weir.kafka.assignor"),
    text("groupLeader", "Member that assigns", "weir.kafka.group_leader"),
    text("reason", "Why a member joins or leaves, in its words", "weir.kafka.reason"),
    text("transactionalId", "Name of a transactional producer", "weir.kafka.transactional_id"),
    number("producerId", "Id of an idempotent producer", "weir.kafka.producer_id"),
    number("producerEpoch", "Epoch of an idempotent producer", "weir.kafka.producer_epoch"),
    number(
      "baseSequence",
      "Sequence number of the first record: the same again is a retry",
      "weir.kafka.base_sequence",
    ),
    field("committed", "bool", "Whether the transaction was committed", {
      otel: "weir.kafka.committed",
      optional: true,
      cardinality: "few",
    }),
    text("coordinatorKey", "Group or transactional id whose coordinator was asked for", "weir.kafka.coordinator_key"),
    text("coordinatorHost", "Host of the coordinator", "weir.kafka.coordinator_host"),
    number("coordinatorPort", "Port of the coordinator", "weir.kafka.coordinator_port"),
    word("saslMechanism", "SASL mechanism: PLAIN, SCRAM-SHA-256 …", "weir.kafka.sasl_mechanism"),
    word("clientSoftware", "Client library", "weir.kafka.client_software"),
    word("clientSoftwareVersion", "Version of the client library", "weir.kafka.client_software_version"),
    text("resource", "Topic, broker or other thing whose configuration it is about", "weir.kafka.resource"),
  ],
} as const satisfies ProtocolRecord;
