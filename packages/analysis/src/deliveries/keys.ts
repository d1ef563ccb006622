import type { Call, DeliveryEvidence } from "@weir/model";

/** One thing that a call which publishes a message has in common with one that delivers it. */
export interface MessageKey {
  readonly evidence: DeliveryEvidence;
  /** Equal on both sides. */
  readonly key: string;
  /** The same for people. */
  readonly text: string;
}

/** Positions of records that were sent or fetched: `TOPIC/PARTITION` and its offsets, both ends included. */
export interface PositionRange {
  readonly place: string;
  /** The place for people. */
  readonly text: string;
  readonly first: number;
  readonly last: number;
}

/** What of a message does a call do? Undefined where it is about none. */
export function roleOf({ attributes }: Call): "publish" | "consume" | undefined {
  switch (attributes["messaging.operation.type"]) {
    case "send":
      return "publish";
    case "receive":
    case "process":
      return "consume";
    default:
      return undefined;
  }
}

/** Where a message was published to, or came from, in words that both sides share; AMQP's routing key where there is an exchange of any name. */
export function destinationOf({ attributes, target }: Call): string {
  return attributes["messaging.rabbitmq.destination.routing_key"] ?? attributes["messaging.destination.name"] ?? target;
}

/** The keys of a call's message, the surest first. Ids and contexts are those of one kind of broker: the same word elsewhere says nothing. */
export function messageKeys(call: Call): MessageKey[] {
  const { protocol, attributes, traceId, parentSpanId } = call;
  const keys: Omit<MessageKey, "text">[] = [];
  const stream = attributes["weir.nats.jetstream.stream"];
  const sequence = attributes["weir.nats.jetstream.sequence"];
  if (stream !== undefined && sequence !== undefined) keys.push({ evidence: "position", key: `${stream} ${sequence}` });
  for (const id of attributes["messaging.message.id"]?.split(",") ?? []) keys.push({ evidence: "messageId", key: id });
  if (traceId !== undefined && parentSpanId !== undefined)
    keys.push({ evidence: "traceContext", key: `${traceId} ${parentSpanId}` });
  const destination = destinationOf(call);
  const correlation = attributes["messaging.message.conversation_id"];
  if (correlation !== undefined) keys.push({ evidence: "correlationId", key: `${correlation} ${destination}` });
  for (const trace of attributes["weir.messaging.trace_ids"]?.split(",") ?? (traceId === undefined ? [] : [traceId]))
    keys.push({ evidence: "sameTrace", key: `${trace} ${destination}` });
  return keys.map(({ evidence, key }) => ({ evidence, key: `${protocol} ${evidence} ${key}`, text: key }));
}

const RANGE = /^(.+):(\d+)-(\d+)$/;

/** Where the records of a call stand in their partitions, where that is known. */
export function positionsOf(call: Call): PositionRange[] {
  const { protocol, attributes } = call;
  const ranges: PositionRange[] = [];
  for (const text of attributes["weir.messaging.positions"]?.split(",") ?? []) {
    const [, place, first, last] = RANGE.exec(text) ?? [];
    if (place !== undefined)
      ranges.push({ place: `${protocol} ${place}`, text: place, first: Number(first), last: Number(last) });
  }
  return ranges;
}
