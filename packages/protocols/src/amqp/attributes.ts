import { type MessageTexts, messageTextsOf } from "../common/messaging/message-texts.ts";
import { present } from "../common/passage.ts";
import { BODY_BYTES, type Content, type Received } from "./contents.ts";
import type { Arguments, Method } from "./methods.ts";

/** OpenTelemetry's words for what methods do with messages. */
const OPERATION_TYPES: Readonly<Record<string, string>> = {
  "basic.publish": "send",
  "basic.deliver": "process",
  "basic.get": "receive",
  "basic.ack": "settle",
  "basic.nack": "settle",
  "basic.reject": "settle",
};

/** Flags of methods that calls show where they are set. */
const FLAGS = ["mandatory", "redelivered", "requeue", "durable", "exclusive", "passive", "noAck"] as const;

/** What is known of a connection. */
export interface ConnectionFacts {
  readonly system: string | undefined;
  readonly clientName: string | undefined;
}

/** Of what a method asks: a queue, an exchange with its routing key, a virtual host, a consumer. */
export function targetOf(method: Method, { texts }: Arguments): string {
  if (method.hasContent) return destinationOf(texts);
  const names = ["queue", "exchange", "destination", "virtualHost", "consumerTag", "reason"];
  for (const name of names) {
    const text = texts.get(name);
    if (text !== undefined && text !== "") return text;
  }
  return "";
}

/** The attributes of a method's own arguments, and of the message that it carries. `queue` is the queue where arguments do not say. */
export function attributesOf(
  { method, args, channel, content }: Received,
  byServer: boolean,
  { system, clientName }: ConnectionFacts,
  queue: string | undefined,
): Record<string, string> {
  const { texts, numbers } = args;
  const deliveryTag = numbers.get("deliveryTag");
  return present({
    "messaging.system": system,
    "messaging.operation.name": method.name,
    "messaging.operation.type": OPERATION_TYPES[method.name],
    "messaging.client.id": clientName,
    "network.protocol.version": "0-9-1",
    "weir.call.initiator": byServer ? "server" : undefined,
    "weir.amqp.channel": channel,
    "messaging.destination.name": method.hasContent ? destinationOf(texts) : nonEmpty(texts.get("queue")),
    "weir.amqp.exchange": texts.get("exchange"),
    "messaging.rabbitmq.destination.routing_key": texts.get("routingKey"),
    "weir.amqp.queue": nonEmpty(texts.get("queue")) ?? queue,
    "weir.amqp.consumer_tag": nonEmpty(texts.get("consumerTag")),
    "messaging.rabbitmq.message.delivery_tag": deliveryTag,
    "weir.amqp.prefetch_count": numbers.get("prefetchCount"),
    ...Object.fromEntries(FLAGS.filter((flag) => numbers.get(flag) === 1).map((flag) => [flagName(flag), "true"])),
    ...replyAttributes(args),
    ...messageAttributes(content),
  });
}

/** Reply code and text of closes and returns. */
function replyAttributes({ texts, numbers }: Arguments): Record<string, string> {
  const failedClass = numbers.get("classId") ?? 0;
  return present({
    "weir.amqp.reply_code": numbers.get("replyCode"),
    "weir.amqp.reply_text": texts.get("replyText"),
    "weir.amqp.failed_method": failedClass > 0 ? `${failedClass}.${numbers.get("methodId") ?? 0}` : undefined,
  });
}

/** What a message's properties say of it. */
export function messageAttributes(content: Content | undefined): Record<string, string> {
  const header = content?.header;
  if (header === undefined) return {};
  const text = (name: string) => header.texts.get(name);
  return present({
    "messaging.message.body.size": header.bodyBytes,
    "messaging.message.id": text("messageId"),
    "messaging.message.conversation_id": text("correlationId"),
    "weir.amqp.reply_to": text("replyTo"),
    "weir.amqp.content_type": text("contentType"),
    "weir.amqp.message_type": text("type"),
    "weir.amqp.app_id": text("appId"),
    "weir.amqp.expiration": text("expiration"),
    "weir.amqp.persistent": header.deliveryMode === undefined ? undefined : header.deliveryMode === 2,
  });
}

/** Headers and body of a message as calls show them. */
export function messageTexts(content: Content | undefined): MessageTexts {
  if (content === undefined) return {};
  const { header, body, bodyBytes } = content;
  return messageTextsOf({
    headers: header?.headers ?? new Map(),
    body,
    bodyBytes: Math.max(bodyBytes, header?.bodyBytes ?? 0),
    limitBytes: BODY_BYTES,
  });
}

/** Exchange and routing key as OpenTelemetry joins them; the default exchange has no name. */
function destinationOf(texts: ReadonlyMap<string, string>): string {
  return [texts.get("exchange"), texts.get("routingKey")].filter((part) => part !== undefined && part !== "").join(":");
}

function flagName(flag: string): string {
  return `weir.amqp.${flag.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`;
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === "" ? undefined : text;
}
