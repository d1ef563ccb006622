import { ATTRIBUTE_OF_FIELD, YES_OR_NO } from "./attribute-names.ts";
import { statusOfError } from "./error-codes.ts";
import { addRecordBatches, type RecordBatches } from "./record-batches.ts";
import { type OffsetRange, offsetsOf } from "./record-offsets.ts";
import type { FieldSink } from "./schema.ts";

/** Topics, partitions and different errors of one message that are kept. */
export const MAX_TOPICS = 64;
const MAX_PARTITIONS = 256;
const MAX_ERRORS = 16;
/** Longest text of an attribute. */
const MAX_TEXT_CHARS = 256;

/** One partition that a message is about. */
export interface PartitionFacts {
  readonly topic: string;
  readonly partition: number;
  fetchOffset?: number;
  highWatermark?: number;
  /** Offset that the broker gave the first record. */
  baseOffset?: number;
  /** Offsets of its records, as they stand in the batches: of a Produce request counted from 0. */
  records?: OffsetRange | undefined;
}

/** What is known of topics by their ids. */
export interface TopicNames {
  nameOf(topicId: string): string | undefined;
  learn(topicId: string, name: string): void;
}

const NIL_ID = "0".repeat(32);
const TEXTS_OF_USE = new Set([
  "topic",
  "topic_id",
  "named_topic_id",
  "forgotten_topic",
  "forgotten_topic_id",
  ...Object.keys(ATTRIBUTE_OF_FIELD),
]);

/** Gathers what one message says while it is read field by field. */
export class MessageFacts implements FieldSink {
  readonly topics = new Set<string>();
  /** Partitions in the message, all of them, and those that are kept. */
  partitionCount = 0;
  readonly partitions: PartitionFacts[] = [];
  readonly forgotten: PartitionFacts[] = [];
  /** Different error codes other than zero, as they come. */
  readonly errors = new Set<number>();
  /** True where the message has told whether there is an error. */
  hasOutcome = false;
  /** The error that decides: the first of the worst. */
  worstError = 0;
  batches: RecordBatches | undefined;
  /** Length of records whose end is not there; 0 where all are. */
  cutRecordBytes = 0;
  readonly attributes: Record<string, string> = {};
  readonly #names: TopicNames;
  #topic = "";
  #forgottenTopic = "";

  constructor(names: TopicNames) {
    this.#names = names;
  }

  wants(name: string): boolean {
    return TEXTS_OF_USE.has(name);
  }

  number(name: string, value: number): void {
    switch (name) {
      case "partition":
        this.#partition(value);
        return;
      case "error_code":
        this.#error(value);
        return;
      case "forgotten_partition":
        if (this.forgotten.length < MAX_PARTITIONS)
          this.forgotten.push({ topic: this.#forgottenTopic, partition: value });
        return;
      case "high_watermark":
        this.#last("highWatermark", value);
        return;
      case "base_offset":
        if (value >= 0) this.#last("baseOffset", value);
        if (value >= 0) this.#attribute(name, String(value));
        return;
      case "fetch_offset":
        this.#last("fetchOffset", value);
        this.#attribute(name, String(value));
        return;
      default:
        // Kafka says -1 for "none".
        if (value >= 0 || name === "acks" || name === "replica_id") this.#attribute(name, String(value));
    }
  }

  text(name: string, value: string): void {
    switch (name) {
      case "topic":
        this.#topicNamed(value);
        return;
      case "topic_id":
        if (value !== NIL_ID) this.#topicNamed(this.#names.nameOf(value) ?? value);
        return;
      case "named_topic_id":
        if (value !== NIL_ID) this.#names.learn(value, this.#topic);
        return;
      case "forgotten_topic":
        this.#forgottenTopic = value;
        return;
      case "forgotten_topic_id":
        this.#forgottenTopic = this.#names.nameOf(value) ?? value;
        return;
      default:
        this.#attribute(name, value.slice(0, MAX_TEXT_CHARS));
    }
  }

  records(bytes: Uint8Array, length: number): void {
    this.batches = addRecordBatches(this.batches, bytes, length);
    const last = this.partitions.at(-1);
    if (last !== undefined && this.partitionCount === this.partitions.length) last.records = offsetsOf(bytes, length);
    if (bytes.length < length) this.cutRecordBytes = length;
  }

  #topicNamed(topic: string): void {
    this.#topic = topic.slice(0, MAX_TEXT_CHARS);
    if (this.topics.size < MAX_TOPICS) this.topics.add(this.#topic);
  }

  #partition(partition: number): void {
    this.partitionCount += 1;
    if (this.partitions.length < MAX_PARTITIONS) this.partitions.push({ topic: this.#topic, partition });
  }

  #last(name: "fetchOffset" | "highWatermark" | "baseOffset", value: number): void {
    const last = this.partitions.at(-1);
    if (last !== undefined && this.partitionCount === this.partitions.length) last[name] = value;
  }

  #error(code: number): void {
    this.hasOutcome = true;
    if (code === 0) return;
    if (this.errors.size < MAX_ERRORS) this.errors.add(code);
    if (this.worstError === 0 || isWorse(code, this.worstError)) this.worstError = code;
  }

  #attribute(field: string, value: string): void {
    const name = ATTRIBUTE_OF_FIELD[field];
    if (name === undefined || value === "" || this.attributes[name] !== undefined) return;
    this.attributes[name] = YES_OR_NO.has(name) ? String(value !== "0") : value;
  }
}

const WEIGHT: Readonly<Record<string, number>> = { ok: 0, clientError: 1, serverError: 2 };

function isWorse(code: number, than: number): boolean {
  return (WEIGHT[statusOfError(code)] ?? 0) > (WEIGHT[statusOfError(than)] ?? 0);
}
