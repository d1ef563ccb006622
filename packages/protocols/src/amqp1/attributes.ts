import { Direction } from "@weir/model";
import { MASK } from "../common/http/mask.ts";
import { type MessageTexts, messageTextsOf } from "../common/messaging/message-texts.ts";
import { present } from "../common/passage.ts";
import { BODY_BYTES, type Message } from "./message.ts";
import type { ToldError } from "./outcomes.ts";
import { Field } from "./performatives.ts";
import type { Link } from "./sessions.ts";
import { scalarText } from "./values.ts";

/** Where clients put tokens: bodies there are secrets (AMQP Claims-based Security). */
const TOKEN_NODE = "$cbs";
/** Property in which some clients write the trace, as W3C's `traceparent`. */
const OTHER_TRACEPARENT = "Diagnostic-Id";
const BROKERS = [
  ["rabbitmq", "rabbitmq"],
  ["activemq", "activemq"],
] as const;

/** What is known of a connection. */
export interface ConnectionFacts {
  readonly system: string | undefined;
  readonly clientContainer: string | undefined;
}

/** OpenTelemetry's word for a broker by the name of its product. */
export function systemOf(product: string | undefined): string | undefined {
  const name = product?.toLowerCase();
  return BROKERS.find(([part]) => name?.includes(part))?.[1];
}

/** Attributes that all calls have. */
export function commonAttributes(
  operation: string,
  direction: Direction,
  channel: number | undefined,
  { system, clientContainer }: ConnectionFacts,
): Record<string, string> {
  return present({
    "messaging.system": system,
    "messaging.operation.name": operation,
    "messaging.client.id": clientContainer,
    "network.protocol.version": "1.0",
    "weir.call.initiator": direction === Direction.toClient ? "server" : undefined,
    "weir.amqp1.channel": channel,
  });
}

/** What a message says of itself. */
export function messageAttributes({ properties, bodyBytes, isDurable }: Message, link: Link): Record<string, string> {
  const text = (at: number) => scalarText(properties[at]);
  const { messageId, to, subject, replyTo, correlationId, contentType, groupId } = Field.properties;
  return present({
    "messaging.operation.type": link.sender === Direction.toServer ? "send" : "process",
    "messaging.destination.name": (link.address || text(to)) ?? "",
    "messaging.message.body.size": bodyBytes,
    "messaging.message.id": text(messageId),
    "messaging.message.conversation_id": text(correlationId),
    "weir.amqp1.link": link.name === "" ? undefined : link.name,
    "weir.amqp1.to": text(to),
    "weir.amqp1.subject": text(subject),
    "weir.amqp1.reply_to": text(replyTo),
    "weir.amqp1.content_type": text(contentType),
    "weir.amqp1.group_id": text(groupId),
    "weir.amqp1.durable": isDurable === true ? true : undefined,
  });
}

/** Application properties and body of a message as calls show them. */
export function messageTexts({ applicationProperties, body, bodyBytes }: Message, target: string): MessageTexts {
  const texts = messageTextsOf({ headers: applicationProperties, body, bodyBytes, limitBytes: BODY_BYTES });
  return {
    ...texts,
    requestBody: target === TOKEN_NODE && texts.requestBody !== undefined ? MASK : texts.requestBody,
    traceparent: texts.traceparent ?? applicationProperties.get(OTHER_TRACEPARENT),
  };
}

/** An error that was told. */
export function errorAttributes(error: ToldError | undefined): Record<string, string> {
  return present({
    "weir.amqp1.error_condition": error?.condition,
    "weir.amqp1.error_description": error?.description,
  });
}
