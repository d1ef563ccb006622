import { type CallStatus, Direction, type GradeReason } from "@weir/model";
import { type CallContent, type Passage, present } from "../common/passage.ts";
import { outcomeOf, requestName } from "./codes.ts";
import type { RemotingCommand } from "./frame.ts";
import { factsOfProperties, factsOfStored, type MessagesFacts } from "./messages.ts";

/** A request as it was seen. */
export interface Asked {
  readonly command: RemotingCommand;
  readonly passage: Passage;
  readonly direction: Direction;
}

/** What became of a request without a response. */
export interface Without {
  readonly status: CallStatus;
  readonly gradeReasons: readonly GradeReason[];
}

const SENDS = new Set([10, 310, 320, 324, 325]);
const RECEIVES = new Set([11, 361, 200050]);
const SETTLES = new Set([15, 36, 200051, 200151]);
/** `SendMessageRequestHeaderV2` has letters for names. */
const SHORT_NAMES: Readonly<Record<string, string>> = {
  producerGroup: "a",
  topic: "b",
  queueId: "e",
  properties: "i",
  reconsumeTimes: "j",
};
const SHORT_NAMED = new Set([310, 320, 325]);
const UNKNOWN: Without = { status: "unknown", gradeReasons: [] };
const MAX_REMARK_CHARS = 256;

/** What the call of a request and its response says. */
export function contentOf(
  asked: Asked | undefined,
  response: RemotingCommand | undefined,
  without: Without = UNKNOWN,
): CallContent {
  const field = fieldsOf(asked?.command);
  const outcome = response === undefined ? undefined : outcomeOf(response.code);
  const code = asked?.command.code;
  const messages = messagesOf(asked, response);
  const target = field("topic") ?? field("consumerGroup") ?? field("producerGroup") ?? field("group") ?? "";
  return {
    operation: code === undefined ? "unknown" : requestName(code),
    target,
    status: outcome?.status ?? without.status,
    statusCode: outcome?.name ?? "",
    traceparent: messages?.traceparent,
    attributes: {
      ...attributesOf(asked, response, field),
      ...(messages === undefined ? {} : attributesOfMessages(messages, response)),
      ...(messages === undefined ? {} : positionOf(code, field, response, messages.count)),
    },
    gradeReasons: outcome === undefined ? without.gradeReasons : [],
  };
}

type FieldOf = (name: string) => string | undefined;

function fieldsOf(command: RemotingCommand | undefined): FieldOf {
  if (command === undefined) return () => undefined;
  const { fields, code } = command;
  if (!SHORT_NAMED.has(code)) return (name) => fields.get(name);
  return (name) => fields.get(SHORT_NAMES[name] ?? name);
}

/** Messages that were sent or given. */
function messagesOf(asked: Asked | undefined, response: RemotingCommand | undefined): MessagesFacts | undefined {
  const code = asked?.command.code ?? -1;
  const properties = SENDS.has(code) ? fieldsOf(asked?.command)("properties") : undefined;
  if (properties !== undefined) return factsOfProperties([properties]);
  if (!RECEIVES.has(code) || response === undefined || response.body.length === 0) return undefined;
  return factsOfStored(response.body);
}

function attributesOf(
  asked: Asked | undefined,
  response: RemotingCommand | undefined,
  field: FieldOf,
): Record<string, string> {
  const known = asked?.command ?? response;
  const code = asked?.command.code;
  const remark = response?.remark.slice(0, MAX_REMARK_CHARS);
  return present({
    "messaging.system": "rocketmq",
    "messaging.operation.name": code === undefined ? undefined : requestName(code),
    "messaging.operation.type": operationType(code),
    "messaging.destination.name": field("topic"),
    "messaging.destination.partition.id": field("queueId"),
    "messaging.consumer.group.name": field("consumerGroup") ?? field("group"),
    "messaging.client.id": field("clientID") ?? field("clientId"),
    "weir.call.initiator": asked?.direction === Direction.toClient ? "server" : undefined,
    "weir.rocketmq.producer_group": field("producerGroup"),
    "weir.rocketmq.opaque": known?.opaque,
    "weir.rocketmq.code": code,
    "weir.rocketmq.language": known?.language === "" ? undefined : known?.language,
    "weir.rocketmq.version": known?.version,
    "weir.rocketmq.offset": field("queueOffset") ?? field("commitOffset") ?? response?.fields.get("queueOffset"),
    "weir.rocketmq.next_offset": response?.fields.get("nextBeginOffset"),
    "weir.rocketmq.max_offset": response?.fields.get("maxOffset"),
    "weir.rocketmq.max_wait": field("suspendTimeoutMillis") ?? field("pollTime"),
    "weir.rocketmq.remark": remark === "" ? undefined : remark,
    "messaging.message.id": response?.fields.get("msgId"),
  });
}

function operationType(code: number | undefined): string | undefined {
  if (code === undefined) return undefined;
  if (SENDS.has(code)) return "send";
  if (RECEIVES.has(code)) return "receive";
  return SETTLES.has(code) ? "settle" : undefined;
}

/** Where the messages stand in their queue: the broker answers a send with the first one's offset, a pull goes from one offset to the next. */
function positionOf(
  code: number | undefined,
  field: FieldOf,
  response: RemotingCommand | undefined,
  count: number,
): Record<string, string> {
  const isSend = code !== undefined && SENDS.has(code);
  const first = Number(isSend ? response?.fields.get("queueOffset") : field("queueOffset"));
  const end = isSend ? first + count : Number(response?.fields.get("nextBeginOffset"));
  // Where a filter left some out, which ones were given is not known.
  if (!(count > 0 && end - first === count)) return {};
  return { "weir.messaging.positions": `${field("topic")}/${field("queueId")}:${first}-${end - 1}` };
}

function attributesOfMessages(messages: MessagesFacts, response: RemotingCommand | undefined): Record<string, string> {
  const { count, messageId, tags, keys, traceIds } = messages;
  return present({
    "messaging.batch.message_count": count,
    "messaging.message.id": messageId ?? response?.fields.get("msgId"),
    "messaging.rocketmq.message.tag": tags,
    "messaging.rocketmq.message.keys": keys,
    "weir.messaging.trace_ids": traceIds.length === 0 ? undefined : traceIds.join(","),
  });
}
