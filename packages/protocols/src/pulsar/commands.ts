/** Numbers of commands with rules of their own (PulsarApi.proto, `BaseCommand.Type`; a command's fields stand in the field of the same number). */
export const Command = {
  connect: 2,
  connected: 3,
  subscribe: 4,
  producer: 5,
  send: 6,
  sendReceipt: 7,
  sendError: 8,
  message: 9,
  ack: 10,
  success: 13,
  error: 14,
  closeProducer: 15,
  closeConsumer: 16,
  ping: 18,
  pong: 19,
  partitionedMetadataResponse: 22,
  lookupResponse: 24,
  authChallenge: 36,
  authResponse: 37,
} as const;

/**
 * `asks`: a client's question; `answers`: what a broker says to it; `tells`: needs no answer, of either side; `either`: both sides may begin with it.
 */
type Role = "asks" | "answers" | "tells" | "either";

/** What is known of one command. Fields by their numbers; those that are not named are passed over. */
export interface CommandShape {
  readonly name: string;
  readonly role: Role;
  /** Who says it; absent where both may. */
  readonly by?: "client" | "broker";
  readonly fields: Readonly<Record<number, string>>;
}

const asks = (name: string, fields: CommandShape["fields"]): CommandShape => ({
  name,
  role: "asks",
  by: "client",
  fields,
});
const answers = (name: string, fields: CommandShape["fields"]): CommandShape => ({
  name,
  role: "answers",
  by: "broker",
  fields,
});
const tells = (name: string, by: "client" | "broker" | undefined, fields: CommandShape["fields"]): CommandShape => ({
  name,
  role: "tells",
  ...(by === undefined ? {} : { by }),
  fields,
});

const TXN_RESPONSE = { 1: "requestId", 4: "error", 5: "message" };
const SCHEMA_RESPONSE = { 1: "requestId", 2: "error", 3: "message" };

/** The commands, by their numbers. */
export const COMMANDS: Readonly<Record<number, CommandShape>> = {
  2: asks("Connect", { 1: "clientVersion", 4: "protocolVersion", 5: "authMethod", 6: "proxyToBrokerUrl" }),
  3: answers("Connected", { 1: "serverVersion", 2: "protocolVersion", 3: "maxMessageBytes" }),
  4: asks("Subscribe", {
    1: "topic",
    2: "subscription",
    3: "subscriptionType",
    4: "consumerId",
    5: "requestId",
    6: "consumerName",
  }),
  5: asks("Producer", { 1: "topic", 2: "producerId", 3: "requestId", 4: "producerName" }),
  6: asks("Send", { 1: "producerId", 2: "sequenceId", 3: "messageCount" }),
  7: answers("SendReceipt", { 1: "producerId", 2: "sequenceId", 3: "messageId" }),
  8: answers("SendError", { 1: "producerId", 2: "sequenceId", 3: "error", 4: "message" }),
  9: tells("Message", "broker", { 1: "consumerId", 2: "messageId", 3: "redeliveryCount" }),
  10: asks("Ack", { 1: "consumerId", 2: "ackType", 3: "messageId", 8: "requestId" }),
  11: tells("Flow", "client", { 1: "consumerId", 2: "permits" }),
  12: asks("Unsubscribe", { 1: "consumerId", 2: "requestId" }),
  13: answers("Success", { 1: "requestId" }),
  14: answers("Error", { 1: "requestId", 2: "error", 3: "message" }),
  15: { name: "CloseProducer", role: "either", fields: { 1: "producerId", 2: "requestId" } },
  16: { name: "CloseConsumer", role: "either", fields: { 1: "consumerId", 2: "requestId" } },
  17: answers("ProducerSuccess", { 1: "requestId", 2: "producerName" }),
  18: { name: "Ping", role: "either", fields: {} },
  19: { name: "Pong", role: "either", fields: {} },
  20: tells("RedeliverUnacknowledgedMessages", "client", { 1: "consumerId" }),
  21: asks("PartitionedMetadata", { 1: "topic", 2: "requestId" }),
  22: answers("PartitionedMetadataResponse", {
    1: "partitions",
    2: "requestId",
    3: "lookupType",
    4: "error",
    5: "message",
  }),
  23: asks("Lookup", { 1: "topic", 2: "requestId" }),
  24: answers("LookupResponse", { 1: "brokerUrl", 3: "lookupType", 4: "requestId", 6: "error", 7: "message" }),
  25: asks("ConsumerStats", { 1: "requestId", 4: "consumerId" }),
  26: answers("ConsumerStatsResponse", SCHEMA_RESPONSE),
  27: tells("ReachedEndOfTopic", "broker", { 1: "consumerId" }),
  28: asks("Seek", { 1: "consumerId", 2: "requestId", 3: "messageId" }),
  29: asks("GetLastMessageId", { 1: "consumerId", 2: "requestId" }),
  30: answers("GetLastMessageIdResponse", { 1: "messageId", 2: "requestId" }),
  31: tells("ActiveConsumerChange", "broker", { 1: "consumerId" }),
  32: asks("GetTopicsOfNamespace", { 1: "requestId", 2: "namespace" }),
  33: answers("GetTopicsOfNamespaceResponse", { 1: "requestId" }),
  34: asks("GetSchema", { 1: "requestId", 2: "topic" }),
  35: answers("GetSchemaResponse", SCHEMA_RESPONSE),
  36: tells("AuthChallenge", "broker", {}),
  37: asks("AuthResponse", {}),
  38: answers("AckResponse", { 1: "consumerId", 4: "error", 5: "message", 6: "requestId" }),
  39: asks("GetOrCreateSchema", { 1: "requestId", 2: "topic" }),
  40: answers("GetOrCreateSchemaResponse", SCHEMA_RESPONSE),
  50: asks("NewTxn", { 1: "requestId" }),
  51: answers("NewTxnResponse", TXN_RESPONSE),
  52: asks("AddPartitionToTxn", { 1: "requestId", 4: "topic" }),
  53: answers("AddPartitionToTxnResponse", TXN_RESPONSE),
  54: asks("AddSubscriptionToTxn", { 1: "requestId" }),
  55: answers("AddSubscriptionToTxnResponse", TXN_RESPONSE),
  56: asks("EndTxn", { 1: "requestId" }),
  57: answers("EndTxnResponse", TXN_RESPONSE),
  58: asks("EndTxnOnPartition", { 1: "requestId", 4: "topic" }),
  59: answers("EndTxnOnPartitionResponse", TXN_RESPONSE),
  60: asks("EndTxnOnSubscription", { 1: "requestId" }),
  61: answers("EndTxnOnSubscriptionResponse", TXN_RESPONSE),
  62: asks("TcClientConnectRequest", { 1: "requestId" }),
  63: answers("TcClientConnectResponse", SCHEMA_RESPONSE),
  64: asks("WatchTopicList", { 1: "requestId", 3: "namespace" }),
  65: answers("WatchTopicListSuccess", { 1: "requestId" }),
  66: tells("WatchTopicUpdate", "broker", {}),
  67: asks("WatchTopicListClose", { 1: "requestId" }),
  68: tells("TopicMigrated", "broker", {}),
};
