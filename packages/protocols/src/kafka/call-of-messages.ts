import type { Mark } from "@weir/base";
import type { CallStatus, GradeReason } from "@weir/model";
import type { CallDraft } from "../call-draft.ts";
import { ApiKey } from "./apis.ts";
import { errorName, statusOfError } from "./error-codes.ts";
import type { MessageFacts, PartitionFacts } from "./message-facts.ts";
import type { RecordBatches } from "./record-batches.ts";
import type { RequestHead } from "./request-head.ts";

/** Topics that a call's target names; behind them stands how many more there are. */
const MAX_TARGET_TOPICS = 4;

/** Partitions of which it is told where the records of a call stand. */
const MAX_POSITIONS = 16;

/** One message as it passed. */
export interface Passed {
  readonly facts: MessageFacts;
  readonly first: Mark;
  readonly last: Mark;
  readonly bytes: number;
  readonly hasGap: boolean;
  /** True where it is longer than what was read of it, and something that matters may stand in the rest. */
  readonly isCut: boolean;
  /** True where it does not fit its schema: what it says ends where that showed. */
  readonly isBroken: boolean;
}

/** What a call is made of. `request` is absent where only the response was captured, `response` where there is none. */
export interface CallParts {
  readonly head: RequestHead | undefined;
  readonly correlationId: number;
  readonly request: Passed | undefined;
  readonly response: Passed | undefined;
  /** Topics that a fetch session is about, and how far behind the fetch was. */
  readonly fetch?: { readonly topics: readonly string[]; readonly lag: number | undefined } | undefined;
  /** What became of it where no response says so. */
  readonly without: { readonly status: CallStatus; readonly gradeReasons: readonly GradeReason[] };
}

const OPERATION_TYPES: Readonly<Record<number, string>> = {
  [ApiKey.produce]: "send",
  [ApiKey.fetch]: "receive",
  [ApiKey.shareFetch]: "receive",
  [ApiKey.offsetCommit]: "settle",
  [ApiKey.txnOffsetCommit]: "settle",
};

/** The call of a request and its response. */
export function callOf(parts: CallParts): CallDraft | undefined {
  const { head, request, response, without } = parts;
  const known = request ?? response;
  if (known === undefined) return undefined;
  const batches = batchesOf(parts);
  return {
    operation: operationOf(head),
    target: targetOf(parts),
    ...outcomeOf(head, response, without.status),
    requestFirst: known.first,
    requestLast: request?.last ?? known.first,
    responseFirst: response?.first,
    responseLast: response?.last,
    requestBytes: request?.bytes ?? 0,
    responseBytes: response?.bytes ?? 0,
    traceparent: batches?.traceparent,
    attributes: attributesOf(parts, batches),
    gradeReasons: gradeReasonsOf(parts),
  };
}

/** That no error was seen is good news only where one would have been. */
function outcomeOf(
  head: RequestHead | undefined,
  response: Passed | undefined,
  without: CallStatus,
): Pick<CallDraft, "status" | "statusCode"> {
  if (response === undefined) return { status: without, statusCode: "" };
  const { worstError: error, hasOutcome } = response.facts;
  if (head === undefined || (!hasOutcome && (response.isBroken || response.hasGap)))
    return { status: "unknown", statusCode: "" };
  return { status: statusOfError(error), statusCode: errorName(error) };
}

function operationOf(head: RequestHead | undefined): string {
  if (head === undefined) return "unknown";
  return head.api?.name ?? `ApiKey ${head.apiKey}`;
}

/** Topics, else the group, else what a coordinator or a configuration is asked for. */
function targetOf(parts: CallParts): string {
  const { attributes = {} } = parts.request?.facts ?? parts.response?.facts ?? {};
  const topics = askedTopics(parts);
  if (topics.length > MAX_TARGET_TOPICS)
    return `${topics.slice(0, MAX_TARGET_TOPICS).join(",")},+${topics.length - MAX_TARGET_TOPICS}`;
  if (topics.length > 0) return topics.join(",");
  const names = ["messaging.consumer.group.name", "weir.kafka.coordinator_key", "weir.kafka.transactional_id"];
  const name = [...names, "weir.kafka.resource"].find((candidate) => attributes[candidate] !== undefined);
  return name === undefined ? "" : (attributes[name] ?? "");
}

/** Topics that were asked for: those of the request, of its fetch session, or that the response is about where it was not asked for all. */
function askedTopics({ head, request, response, fetch }: CallParts): readonly string[] {
  const asked = [...(request?.facts.topics ?? [])];
  if (asked.length > 0) return asked;
  if (fetch !== undefined && fetch.topics.length > 0) return fetch.topics;
  return head?.apiKey === ApiKey.metadata ? [] : [...(response?.facts.topics ?? [])];
}

function batchesOf({ request, response }: CallParts): RecordBatches | undefined {
  return request?.facts.batches ?? response?.facts.batches;
}

function gradeReasonsOf({ request, response, without }: CallParts): readonly GradeReason[] {
  const reasons: GradeReason[] = [];
  if (request === undefined) reasons.push("midStreamStart");
  if (request?.hasGap === true || response?.hasGap === true) reasons.push("missingSegments");
  else if (request?.isCut === true || response?.isCut === true) reasons.push("limitReached");
  if (response === undefined) reasons.push(...without.gradeReasons);
  return reasons;
}

function attributesOf(parts: CallParts, batches: RecordBatches | undefined): Readonly<Record<string, string>> {
  const { head, correlationId, request, response, fetch } = parts;
  const attributes: Record<string, string> = {
    "messaging.system": "kafka",
    ...response?.facts.attributes,
    ...request?.facts.attributes,
  };
  const set = (name: string, value: string | number | undefined) => {
    if (value !== undefined && value !== "") attributes[name] = String(value);
  };
  // Authentication without Kafka's own framing has no ids.
  if (correlationId >= 0) set("weir.kafka.correlation_id", correlationId);
  set("weir.kafka.api_key", head?.apiKey);
  if (head !== undefined && head.apiVersion >= 0) set("weir.kafka.api_version", head.apiVersion);
  set("messaging.client.id", head?.clientId);
  set("messaging.operation.name", head?.api?.name);
  set("messaging.operation.type", head === undefined ? undefined : OPERATION_TYPES[head.apiKey]);
  setTopics(parts, set);
  set("weir.kafka.errors", [...(response?.facts.errors ?? [])].map(errorName).join(","));
  set("weir.kafka.lag", fetch?.lag);
  const [partition] = response?.facts.partitions ?? [];
  if (head?.apiKey === ApiKey.fetch) set("weir.kafka.high_watermark", partition?.highWatermark);
  if (batches !== undefined) setBatches(batches, set);
  if (batches !== undefined) set("weir.messaging.positions", positionsOf(parts).join(","));
  return attributes;
}

type SetAttribute = (name: string, value: string | number | undefined) => void;

/** What is one is named; of several it is told how many. */
function setTopics(parts: CallParts, set: SetAttribute): void {
  const { request, response } = parts;
  const asked = askedTopics(parts);
  if (asked.length === 1) set("messaging.destination.name", asked[0]);
  set("weir.kafka.topics", asked.join(","));
  const count = request?.facts.partitionCount || response?.facts.partitionCount || 0;
  if (count > 0) set("weir.kafka.partition_count", count);
  const [partition] =
    request?.facts.partitions[0] === undefined ? (response?.facts.partitions ?? []) : request.facts.partitions;
  if (count === 1) set("messaging.destination.partition.id", partition?.partition);
}

/** Where records stand in their partitions: fetched ones say it themselves, of those that are sent the broker does. */
function positionsOf({ head, request, response }: CallParts): string[] {
  const isProduce = head?.apiKey === ApiKey.produce;
  const positions: string[] = [];
  for (const answered of response?.facts.partitions ?? []) {
    const { topic, partition, baseOffset } = answered;
    const sent = isProduce ? request?.facts.partitions.find((each) => isSame(each, answered))?.records : undefined;
    const shift = isProduce ? baseOffset : 0;
    const records = isProduce ? sent : answered.records;
    if (records === undefined || shift === undefined || positions.length >= MAX_POSITIONS) continue;
    positions.push(`${topic}/${partition}:${records.first + shift}-${records.last + shift}`);
  }
  return positions;
}

function isSame(a: PartitionFacts, b: PartitionFacts): boolean {
  return a.topic === b.topic && a.partition === b.partition;
}

function setBatches(batches: RecordBatches, set: SetAttribute): void {
  set("messaging.batch.message_count", batches.records);
  set("weir.kafka.record_bytes", batches.bytes);
  set("weir.kafka.message_format", batches.magic);
  if (batches.codec !== "none") set("weir.kafka.compression", batches.codec);
  if (batches.producerId >= 0) {
    set("weir.kafka.producer_id", batches.producerId);
    set("weir.kafka.producer_epoch", batches.producerEpoch);
    set("weir.kafka.base_sequence", batches.baseSequence);
  }
  set("weir.messaging.trace_ids", [...batches.traceIds].join(","));
}
