import { maskHeaders } from "../common/http/mask.ts";
import { present } from "../common/passage.ts";
import { payloadText } from "../common/payload-text.ts";
import { headerOf, type MessageHeaders, parseHeaders } from "./headers.ts";
import { jetStreamOriginOf } from "./subjects.ts";
import type { Operation } from "./wire.ts";

/** Payload that calls keep. */
export const BODY_BYTES = 1024;

/** A published or delivered message. */
export interface Message {
  readonly subject: string;
  readonly replyTo: string | undefined;
  /** Of deliveries. */
  readonly subscriptionId: string | undefined;
  readonly headers: MessageHeaders | undefined;
  /** What was kept of the body, without headers. Borrowed. */
  readonly body: Uint8Array;
  /** Its length on the wire. */
  readonly bodyBytes: number;
}

/** Reads PUB, HPUB, MSG and HMSG; undefined where their arguments make no sense. */
export function parseMessage({ name, args, payload, payloadBytes }: Operation): Message | undefined {
  const hasHeaders = name.startsWith("H");
  const isDelivery = name.endsWith("MSG");
  const sizes = hasHeaders ? 2 : 1;
  const names = args.slice(0, -sizes);
  const [subject, ...others] = names;
  const subscriptionId = isDelivery ? others.shift() : undefined;
  const headerBytes = hasHeaders ? Number(args.at(-2)) : 0;
  const isSane = others.length <= 1 && headerBytes <= payloadBytes && Number(args.at(-1)) === payloadBytes;
  if (subject === undefined || !isSane || (isDelivery && subscriptionId === undefined)) return undefined;
  return {
    subject,
    replyTo: others[0],
    subscriptionId,
    headers: hasHeaders ? parseHeaders(payload.subarray(0, headerBytes)) : undefined,
    body: payload.subarray(headerBytes),
    bodyBytes: payloadBytes - headerBytes,
  };
}

/** The attributes of a message. */
export function messageAttributes({
  subject,
  replyTo,
  subscriptionId,
  headers,
  bodyBytes,
}: Message): Record<string, string> {
  const origin = replyTo === undefined ? undefined : jetStreamOriginOf(replyTo);
  return present({
    "messaging.destination.name": subject,
    "messaging.message.body.size": bodyBytes,
    "messaging.message.id": headerOf(headers, "nats-msg-id"),
    "weir.nats.reply_to": replyTo,
    "weir.nats.subscription_id": subscriptionId,
    "weir.nats.jetstream.stream": origin?.stream,
    "weir.nats.jetstream.consumer": origin?.consumer,
    "weir.nats.jetstream.deliveries": origin?.delivered,
    "weir.nats.jetstream.sequence": origin?.streamSequence,
  });
}

/** A message as a call shows it. */
export interface MessageTexts {
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string | undefined;
  readonly isTruncated: boolean;
  readonly traceparent: string | undefined;
}

export function messageTexts({ headers, body, bodyBytes }: Message): MessageTexts {
  const { text, isTruncated } = payloadText(body, bodyBytes, BODY_BYTES);
  return {
    headers: maskHeaders(headers?.pairs ?? []),
    body: text,
    isTruncated,
    traceparent: headerOf(headers, "traceparent"),
  };
}
