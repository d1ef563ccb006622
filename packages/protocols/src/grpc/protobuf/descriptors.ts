import { tryDecodeUtf8 } from "@weir/base";
import { readMessage, type WireField, WireType } from "./wire.ts";

/** A field of a message type. */
export interface FieldType {
  readonly name: string;
  /** `FieldDescriptorProto.Type`. */
  readonly type: number;
  /** Full name of its message or enum type; empty where it has none. */
  readonly typeName: string;
}

/** What a FileDescriptorSet declares, by full names without a dot in front. */
export interface Descriptors {
  readonly messages: ReadonlyMap<string, ReadonlyMap<number, FieldType>>;
  readonly enums: ReadonlyMap<string, ReadonlyMap<number, string>>;
  /** Types of a method's messages, by `package.Service/Method`. */
  readonly methods: ReadonlyMap<string, { readonly request: string; readonly response: string }>;
}

/** Most fields of one descriptor message, and types inside types, that are read. */
const MAX_FIELDS = 100_000;
const MAX_DEPTH = 32;

interface Building {
  readonly messages: Map<string, Map<number, FieldType>>;
  readonly enums: Map<string, Map<number, string>>;
  readonly methods: Map<string, { request: string; response: string }>;
}

/** Reads a FileDescriptorSet, as `protoc --descriptor_set_out --include_imports` writes it (google/protobuf/descriptor.proto). */
export function parseDescriptors(set: Uint8Array): Descriptors {
  const building: Building = { messages: new Map(), enums: new Map(), methods: new Map() };
  for (const file of messagesIn(fieldsOf(set), 1)) {
    const fields = fieldsOf(file);
    const scope = textOf(fields, 2);
    for (const message of messagesIn(fields, 4)) addMessage(building, message, scope, 0);
    for (const type of messagesIn(fields, 5)) addEnum(building, type, scope);
    for (const service of messagesIn(fields, 6)) addService(building, service, scope);
  }
  return building;
}

function addMessage(building: Building, bytes: Uint8Array, scope: string, depth: number): void {
  const fields = fieldsOf(bytes);
  const name = inScope(scope, textOf(fields, 1));
  const types = new Map<number, FieldType>();
  for (const field of messagesIn(fields, 2)) {
    const parts = fieldsOf(field);
    const typeName = textOf(parts, 6).replace(/^\./, "");
    types.set(numberOf(parts, 3), { name: textOf(parts, 1), type: numberOf(parts, 5), typeName });
  }
  building.messages.set(name, types);
  if (depth >= MAX_DEPTH) return;
  for (const inner of messagesIn(fields, 3)) addMessage(building, inner, name, depth + 1);
  for (const type of messagesIn(fields, 4)) addEnum(building, type, name);
}

function addEnum(building: Building, bytes: Uint8Array, scope: string): void {
  const fields = fieldsOf(bytes);
  const values = new Map<number, string>();
  for (const value of messagesIn(fields, 2)) {
    const parts = fieldsOf(value);
    values.set(numberOf(parts, 2), textOf(parts, 1));
  }
  building.enums.set(inScope(scope, textOf(fields, 1)), values);
}

function addService(building: Building, bytes: Uint8Array, scope: string): void {
  const fields = fieldsOf(bytes);
  const service = inScope(scope, textOf(fields, 1));
  for (const method of messagesIn(fields, 2)) {
    const parts = fieldsOf(method);
    building.methods.set(`${service}/${textOf(parts, 1)}`, {
      request: textOf(parts, 2).replace(/^\./, ""),
      response: textOf(parts, 3).replace(/^\./, ""),
    });
  }
}

function inScope(scope: string, name: string): string {
  return scope === "" ? name : `${scope}.${name}`;
}

function fieldsOf(bytes: Uint8Array): readonly WireField[] {
  return readMessage(bytes, MAX_FIELDS).fields;
}

function messagesIn(fields: readonly WireField[], number: number): Uint8Array[] {
  return fields.flatMap((field) => (field.type === WireType.bytes && field.number === number ? [field.bytes] : []));
}

function textOf(fields: readonly WireField[], number: number): string {
  const [bytes] = messagesIn(fields, number);
  return (bytes && tryDecodeUtf8(bytes)) ?? "";
}

function numberOf(fields: readonly WireField[], number: number): number {
  for (const field of fields)
    if (field.number === number && field.type === WireType.varint) return Number(BigInt.asIntN(32, field.value));
  return 0;
}
