import { decodeUtf8 } from "@weir/base";
import { ProtobufReader } from "../common/protobuf.ts";
import type { ProbeVerdict } from "../contract.ts";
import { COMMANDS, type CommandShape } from "./commands.ts";

/** Sizes of frame and command that stand in front ("Framing" of the binary protocol). */
export const SIZES_BYTES = 8;
/** Frames of five megabytes and some are the default of brokers; what is more than this is believed of nobody. */
export const MAX_FRAME_BYTES = 128 << 20;
/** Length of the shortest command: its type, and an empty message in the field of that number. */
const MIN_COMMAND_BYTES = 4;
const MAX_TEXT_BYTES = 512;
/** Field 1 of BaseCommand, a varint. All implementations write it first. */
const TYPE_TAG = 0x08;

/** Names of fields whose values are texts, messages or ids; the others are numbers. */
const TEXTS = new Set(
  `clientVersion serverVersion authMethod proxyToBrokerUrl topic subscription consumerName producerName message brokerUrl
namespace`.split(/\s+/),
);

/** One command with the fields that are read of it. */
export interface ParsedCommand {
  readonly type: number;
  readonly shape: CommandShape;
  readonly texts: Readonly<Record<string, string>>;
  readonly numbers: Readonly<Record<string, number>>;
  /** Ids of messages, as the tools write them: ledger, entry and partition. */
  readonly messageIds: readonly string[];
  /** What stands behind the command: a message's metadata and payload. Borrowed. */
  readonly payload: Uint8Array;
}

const MAX_MESSAGE_IDS = 16;

/** Reads the frame's command; undefined where there is none. */
export function parseFrame(frame: Uint8Array): ParsedCommand | undefined {
  const size = uint32(frame, 4);
  const command = frame.subarray(SIZES_BYTES, SIZES_BYTES + size);
  const type = command[1] ?? 0;
  const shape = COMMANDS[type];
  if (shape === undefined || command[0] !== TYPE_TAG) return undefined;
  const reader = new ProtobufReader(command);
  const texts: Record<string, string> = {};
  const numbers: Record<string, number> = {};
  const messageIds: string[] = [];
  while (reader.next()) if (reader.field === type) readFields(reader.bytes, shape, texts, numbers, messageIds);
  return { type, shape, texts, numbers, messageIds, payload: frame.subarray(SIZES_BYTES + size) };
}

function readFields(
  bytes: Uint8Array,
  shape: CommandShape,
  texts: Record<string, string>,
  numbers: Record<string, number>,
  messageIds: string[],
): void {
  const reader = new ProtobufReader(bytes);
  while (reader.next()) {
    const name = shape.fields[reader.field];
    if (name === undefined) continue;
    if (name === "messageId") {
      if (messageIds.length < MAX_MESSAGE_IDS) messageIds.push(readMessageId(reader.bytes));
    } else if (TEXTS.has(name)) texts[name] = decodeUtf8(reader.bytes.subarray(0, MAX_TEXT_BYTES));
    // -1 is how an id that is not there is written where it must be.
    else if (Number.isSafeInteger(reader.number)) numbers[name] = reader.number;
  }
}

/** MessageIdData: ledger, entry, partition; -1 for a topic without partitions. */
function readMessageId(bytes: Uint8Array): string {
  const reader = new ProtobufReader(bytes);
  let ledger = 0;
  let entry = 0;
  let partition = -1;
  while (reader.next()) {
    if (reader.field === 1) ledger = reader.number;
    else if (reader.field === 2) entry = reader.number;
    else if (reader.field === 3 && reader.number < 2 ** 31) partition = reader.number;
  }
  return `${ledger}:${entry}:${partition}`;
}

/** Length of a frame by its first bytes; undefined where its two sizes do not agree. */
export function frameLength(bytes: Uint8Array): number | undefined {
  const total = uint32(bytes, 0);
  return uint32(bytes, 4) + 4 <= total ? 4 + total : undefined;
}

/** Whether bytes begin with a frame: sizes that agree, a type that is known, and the tag of the field of that number behind it. */
export function probeFrame(bytes: Uint8Array): ProbeVerdict {
  if ((bytes[0] ?? 0) > MAX_FRAME_BYTES >> 24 || (bytes[4] ?? 0) !== 0) return "noMatch";
  if ((bytes[SIZES_BYTES] ?? TYPE_TAG) !== TYPE_TAG) return "noMatch";
  if (bytes.length < SIZES_BYTES + MIN_COMMAND_BYTES) return "needMore";
  const type = bytes[SIZES_BYTES + 1] ?? 0;
  const command = uint32(bytes, 4);
  const length = frameLength(bytes);
  if (length === undefined || length > MAX_FRAME_BYTES || command < MIN_COMMAND_BYTES) return "noMatch";
  if (COMMANDS[type] === undefined) return "noMatch";
  const reader = new ProtobufReader(bytes.subarray(SIZES_BYTES, SIZES_BYTES + command));
  reader.next();
  if (reader.next()) return reader.field === type ? "match" : "noMatch";
  // The command's own message is not all there.
  return bytes.length < SIZES_BYTES + command && bytes.length < 2048 ? "needMore" : "noMatch";
}

export function uint32(bytes: Uint8Array, at: number): number {
  const [a = 0, b = 0, c = 0, d = 0] = bytes.subarray(at, at + 4);
  return ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
}
