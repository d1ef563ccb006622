import { field } from "@weir/model";
import { messagingFields } from "../common/messaging/fields.ts";
import type { ProtocolRecord } from "../contract.ts";

const name = (word: string, meaning: string, otel: string) =>
  field(word, "string", meaning, { otel, optional: true, cardinality: "unbounded", sensitivity: "internal" });
const number = (word: string, meaning: string, otel: string) =>
  field(word, "int", meaning, { otel, optional: true, cardinality: "few" });
const flag = (word: string, meaning: string, otel: string) =>
  field(word, "bool", meaning, { otel, optional: true, cardinality: "few" });

/** What calls of MQTT carry. */
export const mqttRecord = {
  id: "mqtt",
  protocol: "mqtt",
  name: "MQTT",
  fields: [
    ...messagingFields(
      "system",
      "operationName",
      "operationType",
      "destination",
      "clientId",
      "correlationId",
      "bodyBytes",
      "initiator",
      "version",
    ),
    number("qos", "Quality of service of a PUBLISH: 0, 1 or 2", "weir.mqtt.qos"),
    number("packetId", "Packet identifier, which the acknowledgement has too", "weir.mqtt.packet_id"),
    flag("retain", "RETAIN: the server is to keep it, or kept it, for later subscribers", "weir.mqtt.retain"),
    flag("duplicate", "DUP: sent again, perhaps on another connection", "weir.mqtt.duplicate"),
    number("attempts", "How often it was sent on this connection", "weir.mqtt.attempts"),
    name(
      "answeredBy",
      "Packets of the exchange behind the first, by name, separated by commas",
      "weir.mqtt.answered_by",
    ),
    name("topicFilters", "Filters that were subscribed to or given up, one a line", "weir.mqtt.topic_filters"),
    name("requestedQos", "Quality of service that was asked for, one per filter", "weir.mqtt.requested_qos"),
    name("reasonCodes", "Codes of the answer, one per filter where there are filters", "weir.mqtt.reason_codes"),
    name("reason", "Reason in words, as the peer wrote it", "weir.mqtt.reason"),
    flag("cleanStart", "CONNECT asked for a session without a past", "weir.mqtt.clean_start"),
    flag("sessionPresent", "The server knew the session", "weir.mqtt.session_present"),
    number("keepAlive", "Keep alive that is in force, in seconds", "weir.mqtt.keep_alive_s"),
    number("sessionExpiry", "Time that the session outlives the connection, in seconds", "weir.mqtt.session_expiry_s"),
    name(
      "willTopic",
      "Topic of the message that the server is to publish when the client is lost",
      "weir.mqtt.will_topic",
    ),
    flag("hasUserName", "CONNECT names a user", "weir.mqtt.has_user_name"),
    name("assignedClientId", "Client identifier that the server gave", "weir.mqtt.assigned_client_id"),
    name("authenticationMethod", "Method of the enhanced authentication", "weir.mqtt.authentication_method"),
    name("serverReference", "Server to which the client is sent", "weir.mqtt.server_reference"),
    number("topicAlias", "Alias of the topic", "weir.mqtt.topic_alias"),
    name("responseTopic", "Topic for the reply", "weir.mqtt.response_topic"),
    name("contentType", "What the payload is", "weir.mqtt.content_type"),
    number("messageExpiry", "Lifetime of the message, in seconds", "weir.mqtt.message_expiry_s"),
  ],
} as const satisfies ProtocolRecord;
