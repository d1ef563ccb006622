import { field } from "@weir/model";
import { messagingFields } from "../common/messaging/fields.ts";
import type { ProtocolRecord } from "../contract.ts";

const name = (word: string, meaning: string, otel: string) =>
  field(word, "string", meaning, { otel, optional: true, cardinality: "many", sensitivity: "internal" });
const word = (named: string, meaning: string, otel: string) =>
  field(named, "string", meaning, { otel, optional: true, cardinality: "few" });
const number = (named: string, meaning: string, otel: string) => field(named, "int", meaning, { otel, optional: true });
const flag = (named: string, meaning: string, otel: string) =>
  field(named, "bool", meaning, { otel, optional: true, cardinality: "few" });

/** What calls of AMQP 1.0 carry. Another protocol than AMQP 0-9-1, so that it has a word of its own. */
export const amqp1Record = {
  id: "amqp1",
  protocol: "amqp1",
  name: "AMQP 1.0",
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
    number("channel", "Channel of who sent the request", "weir.amqp1.channel"),
    name("peerContainer", "Container that answered an open", "weir.amqp1.peer_container"),
    name("hostname", "Host that was asked for", "weir.amqp1.hostname"),
    word("saslMechanism", "How the client proved who it is", "weir.amqp1.sasl_mechanism"),
    word("saslMechanisms", "What the server offered for it", "weir.amqp1.sasl_mechanisms"),
    word("saslOutcome", "What came of it: ok, auth, sys, sys-perm, sys-temp", "weir.amqp1.sasl_outcome"),
    name("link", "Name of the link", "weir.amqp1.link"),
    word("role", "What who attached the link is on it: sender, receiver", "weir.amqp1.role"),
    name("source", "Address of a link's source", "weir.amqp1.source"),
    name("targetAddress", "Address of a link's target", "weir.amqp1.target"),
    number("deliveryId", "Number by which the message is settled", "weir.amqp1.delivery_id"),
    number("transfers", "Frames in which the message passed, where they are several", "weir.amqp1.transfers"),
    flag("settled", "Sent without asking what became of it", "weir.amqp1.settled"),
    word("outcome", "What became of it: accepted, rejected, released, modified", "weir.amqp1.outcome"),
    word("errorCondition", "Error that a peer told", "weir.amqp1.error_condition"),
    name("errorDescription", "Its explanation, as the peer wrote it", "weir.amqp1.error_description"),
    flag("closed", "The link is over, and not only parted", "weir.amqp1.closed"),
    name("to", "Where the message goes to, in its own words", "weir.amqp1.to"),
    name("subject", "What the message is about", "weir.amqp1.subject"),
    name("replyTo", "Address for the reply", "weir.amqp1.reply_to"),
    name("contentType", "What the body is", "weir.amqp1.content_type"),
    name("groupId", "Group that the message is of", "weir.amqp1.group_id"),
    flag("durable", "The broker is to keep the message", "weir.amqp1.durable"),
  ],
} as const satisfies ProtocolRecord;
