import { toHex } from "@weir/base";
import type { KafkaReader } from "./reader.ts";

/**
 * A message of the Kafka protocol, all its versions in one line of fields, in the order in which they stand on the wire:
 *
 * ```
 * acks:i16 topics[ topic:string@0-12 topic_id:uuid@13+ partition:i32[] ] throttle_time_ms:i32@1+
 * ```
 *
 * `name:type`, `name:type[]` for an array of values, `name[ … ]` for an array of structures; behind it the versions that have it: `@3`, `@3+`, `@0-2`;
 * without them all versions have it. Whether lengths are compact and tagged fields follow depends on the version (KIP-482). `rest` says that what
 * follows is not read. Names are those of the protocol guide, except where several messages mean the same by different ones: then it is one.
 */
export type SchemaText = string;

type PrimitiveType = "bool" | "i8" | "i16" | "i32" | "i64" | "uuid" | "string" | "bytes" | "records";

interface Field {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly type: PrimitiveType | "struct" | "rest";
  readonly isArray: boolean;
  readonly fields: readonly Field[];
}

export type Schema = readonly Field[];

/** What becomes of the fields of a message. Which names of texts it wants is asked first: the others are passed over unread. */
export interface FieldSink {
  wants(name: string): boolean;
  number(name: string, value: number): void;
  text(name: string, value: string): void;
  /** `bytes` may be fewer than `length`, where the message's end is not there. Borrowed. */
  records(bytes: Uint8Array, length: number): void;
}

const PRIMITIVES: ReadonlySet<string> = new Set<PrimitiveType>([
  "bool",
  "i8",
  "i16",
  "i32",
  "i64",
  "uuid",
  "string",
  "bytes",
  "records",
]);
const FIELD = /^(?<name>\w+):(?<type>\w+)(?<array>\[\])?(?:@(?<from>\d+)(?:(?<open>\+)|-(?<to>\d+))?)?$/;
const STRUCT_END = /^\](?:@(?<from>\d+)(?:(?<open>\+)|-(?<to>\d+))?)?$/;
const UUID_BYTES = 16;
const ALL = { from: 0, to: Number.POSITIVE_INFINITY };

/** Reads a schema. Throws on what it does not understand: schemas are ours. */
export function parseSchema(text: SchemaText): Schema {
  const open: { readonly name: string; readonly fields: Field[] }[] = [{ name: "", fields: [] }];
  for (const word of text.split(/\s+/).filter((part) => part !== "")) {
    const fields = open.at(-1)?.fields ?? [];
    const end = STRUCT_END.exec(word);
    if (end !== null) {
      const ended = open.pop();
      if (ended === undefined || open.length === 0) throw new Error(`schema: ] without [ in ${text}`);
      open.at(-1)?.fields.push({ ...ended, ...versionsOf(end.groups), type: "struct", isArray: true });
    } else if (word.endsWith("[")) open.push({ name: word.slice(0, -1), fields: [] });
    else if (word === "rest") fields.push({ name: word, ...ALL, type: "rest", isArray: false, fields: [] });
    else fields.push(parseField(word));
  }
  const [top] = open;
  if (top === undefined || open.length !== 1) throw new Error(`schema: [ without ] in ${text}`);
  return top.fields;
}

function parseField(word: string): Field {
  const groups = FIELD.exec(word)?.groups;
  const { name = "", type = "", array } = groups ?? {};
  if (!isPrimitive(type)) throw new Error(`schema: not understood: ${word}`);
  return { name, type, ...versionsOf(groups), isArray: array !== undefined, fields: [] };
}

function isPrimitive(type: string): type is PrimitiveType {
  return PRIMITIVES.has(type);
}

function versionsOf(groups: Readonly<Record<string, string | undefined>> | undefined): typeof ALL {
  const { from, open, to } = groups ?? {};
  if (from === undefined) return ALL;
  return { from: Number(from), to: open === undefined ? Number(to ?? from) : ALL.to };
}

/** Reads a message body after its schema. True where it was read to its end, and nothing was left over or not understood. */
export function readBody(
  schema: Schema,
  reader: KafkaReader,
  version: number,
  isFlexible: boolean,
  sink: FieldSink,
): boolean {
  const isWhole = readStruct(schema, reader, version, isFlexible, sink);
  return isWhole && !reader.isOver && reader.left === 0;
}

/** False where something is behind that is not read. */
function readStruct(
  schema: Schema,
  reader: KafkaReader,
  version: number,
  isFlexible: boolean,
  sink: FieldSink,
): boolean {
  for (const field of schema) {
    if (version < field.from || version > field.to) continue;
    if (field.type === "rest" || reader.isOver) return false;
    let count = field.isArray ? reader.longLength(isFlexible) : 1;
    // Every element takes a byte at least.
    if (count > reader.left) reader.isBroken = true;
    for (; count > 0 && !reader.isOver; count -= 1) {
      if (field.type !== "struct") readValue(field, field.type, reader, isFlexible, sink);
      else if (!readStruct(field.fields, reader, version, isFlexible, sink)) return false;
    }
  }
  if (isFlexible) reader.skipTags();
  return true;
}

function readValue(
  { name }: Field,
  type: PrimitiveType,
  reader: KafkaReader,
  isFlexible: boolean,
  sink: FieldSink,
): void {
  switch (type) {
    case "string":
      readText(name, reader, reader.stringLength(isFlexible), sink);
      return;
    case "uuid":
      readId(name, reader, sink);
      return;
    case "bytes":
      reader.skip(Math.max(0, reader.longLength(isFlexible)));
      return;
    case "records":
      readRecords(reader, reader.longLength(isFlexible), sink);
      return;
    default: {
      const value = readNumber(type, reader);
      if (!reader.isOver) sink.number(name, value);
    }
  }
}

function readText(name: string, reader: KafkaReader, length: number, sink: FieldSink): void {
  if (length <= 0) return;
  if (!sink.wants(name)) {
    reader.skip(length);
    return;
  }
  const value = reader.text(length);
  if (!reader.isOver) sink.text(name, value);
}

function readId(name: string, reader: KafkaReader, sink: FieldSink): void {
  const bytes = reader.take(UUID_BYTES);
  if (!reader.isOver && sink.wants(name)) sink.text(name, toHex(bytes));
}

function readRecords(reader: KafkaReader, length: number, sink: FieldSink): void {
  if (length <= 0) return;
  const bytes = reader.take(length);
  if (!reader.isBroken) sink.records(bytes, length);
}

function readNumber(type: "bool" | "i8" | "i16" | "i32" | "i64", reader: KafkaReader): number {
  switch (type) {
    case "bool":
    case "i8":
      return reader.int8();
    case "i16":
      return reader.int16();
    case "i32":
      return reader.int32();
    case "i64":
      return reader.int64();
    default:
      return type satisfies never;
  }
}
