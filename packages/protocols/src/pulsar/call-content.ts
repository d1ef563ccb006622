import { type CallStatus, Direction, type GradeReason } from "@weir/model";
import { type CallContent, type Passage, present } from "../common/passage.ts";
import { Command } from "./commands.ts";
import { errorName, statusOfError } from "./errors.ts";
import type { ParsedCommand } from "./frame.ts";
import type { MessageMetadata } from "./metadata.ts";

/** A producer or consumer of this connection, as the request that made it said. */
export interface Endpoint {
  readonly topic: string;
  readonly name: string | undefined;
  readonly subscription: string | undefined;
}

/** A command with what belongs to it. */
export interface CallOfCommand {
  readonly command: ParsedCommand;
  readonly passage: Passage;
  readonly direction: Direction;
  readonly endpoint: Endpoint | undefined;
  readonly metadata: MessageMetadata | undefined;
}

const OPERATION_TYPES: Readonly<Record<number, string>> = {
  [Command.send]: "send",
  [Command.message]: "receive",
  [Command.ack]: "settle",
};
const SUBSCRIPTION_TYPES = ["Exclusive", "Shared", "Failover", "Key_Shared"];
/** `LookupType` of lookups is redirect, connect, failed; of partitions success, failed. */
const LOOKUP_TYPES = ["redirect", "connect", "failed"];
const PARTITIONS_FAILED = 1;
const LOOKUP_FAILED = 2;

/** What the call of a command and its answer says. `without` is what became of it where there is no answer. */
export function contentOf(
  request: CallOfCommand | undefined,
  answer: ParsedCommand | undefined,
  without: { readonly status: CallStatus; readonly gradeReasons: readonly GradeReason[] } = {
    status: "unknown",
    gradeReasons: [],
  },
): CallContent {
  const error = answer === undefined ? undefined : errorOf(answer);
  const answered: CallStatus = request === undefined && error === undefined ? "unknown" : "ok";
  return {
    operation: request?.command.shape.name ?? "unknown",
    target: targetOf(request, answer),
    status: answer === undefined ? without.status : error === undefined ? answered : statusOfError(error),
    statusCode: error === undefined ? "" : errorName(error),
    attributes: attributesOf(request, answer),
    traceparent: request?.metadata?.traceparent,
    gradeReasons: answer === undefined ? without.gradeReasons : [],
  };
}

/** The error of an answer. Some say only that they failed. */
function errorOf({ type, numbers }: ParsedCommand): number | undefined {
  if (numbers["error"] !== undefined) return numbers["error"];
  const failed = type === Command.lookupResponse ? LOOKUP_FAILED : PARTITIONS_FAILED;
  const canFail = type === Command.lookupResponse || type === Command.partitionedMetadataResponse;
  return canFail && numbers["lookupType"] === failed ? 0 : undefined;
}

function targetOf(request: CallOfCommand | undefined, answer: ParsedCommand | undefined): string {
  const { texts = {} } = request?.command ?? answer ?? {};
  return texts["topic"] ?? request?.endpoint?.topic ?? texts["namespace"] ?? texts["proxyToBrokerUrl"] ?? "";
}

function attributesOf(request: CallOfCommand | undefined, answer: ParsedCommand | undefined): Record<string, string> {
  const texts = { ...answer?.texts, ...request?.command.texts };
  const numbers = { ...answer?.numbers, ...request?.command.numbers };
  const ids = request?.command.messageIds.length ? request.command.messageIds : (answer?.messageIds ?? []);
  const type = request?.command.type;
  const metadata = request?.metadata;
  const topic = texts["topic"] ?? request?.endpoint?.topic;
  const subscriptionType = numbers["subscriptionType"];
  return present({
    "messaging.system": "pulsar",
    "messaging.operation.name": request?.command.shape.name,
    "messaging.operation.type": type === undefined ? undefined : OPERATION_TYPES[type],
    "messaging.destination.name": topic,
    "messaging.destination.subscription.name": texts["subscription"] ?? request?.endpoint?.subscription,
    "messaging.client.id":
      texts["producerName"] ?? texts["consumerName"] ?? request?.endpoint?.name ?? metadata?.producerName,
    "messaging.message.id": ids.length === 0 ? undefined : ids.join(","),
    "messaging.message.body.size": metadata?.payloadBytes,
    "messaging.batch.message_count": metadata?.batchCount ?? numbers["messageCount"],
    "weir.call.initiator": request?.direction === Direction.toClient ? "server" : undefined,
    "weir.pulsar.request_id": numbers["requestId"],
    "weir.pulsar.producer_id": numbers["producerId"],
    "weir.pulsar.consumer_id": numbers["consumerId"],
    "weir.pulsar.sequence_id": numbers["sequenceId"],
    "weir.pulsar.subscription_type":
      subscriptionType === undefined ? undefined : (SUBSCRIPTION_TYPES[subscriptionType] ?? String(subscriptionType)),
    "weir.pulsar.permits": numbers["permits"],
    "weir.pulsar.redelivery_count": numbers["redeliveryCount"],
    "weir.pulsar.partitions": numbers["partitions"],
    "weir.pulsar.compression": metadata === undefined || metadata.codec === "none" ? undefined : metadata.codec,
    "weir.pulsar.lookup_result":
      answer?.type === Command.lookupResponse ? LOOKUP_TYPES[answer.numbers["lookupType"] ?? -1] : undefined,
    "weir.pulsar.broker_url": texts["brokerUrl"] ?? texts["proxyToBrokerUrl"],
    "weir.pulsar.client_version": texts["clientVersion"],
    "weir.pulsar.server_version": texts["serverVersion"],
    "weir.pulsar.auth_method": texts["authMethod"],
    "weir.pulsar.error_message": texts["message"],
    "network.protocol.version": type === Command.connect ? numbers["protocolVersion"] : undefined,
    "weir.messaging.trace_ids": metadata?.traceIds.length ? metadata.traceIds.join(",") : undefined,
  });
}
