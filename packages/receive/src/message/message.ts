import type { Scalar } from "./scalar.ts";

/**
 * Messages described once, as data, and read from both of the forms in which they travel: Protocol Buffers and its JSON. A library would decode a
 * request as a whole; here one broken span or log record is left out and counted, and its batch-mates are kept.
 */
export interface MessageType<T> {
  readonly name: string;
  readonly fields: Fields;
  /** By field number. */
  readonly byNumber: ReadonlyMap<number, NamedField>;
  /** Never there: it carries the type. */
  readonly decoded?: T;
}

/** One field: its number, what it holds, and what it is where it is absent. */
export interface FieldType<T> {
  readonly number: number;
  readonly kind: FieldKind;
  readonly isRepeated: boolean;
  /** Value where the field is absent; undefined for messages, and for what the specification marks optional. */
  readonly absent: T;
  /** True for the items of a batch: a broken one is left out and counted. */
  readonly isItem: boolean;
}
type FieldKind =
  | { readonly kind: "scalar"; readonly scalar: Scalar<unknown> }
  | { readonly kind: "message"; readonly type: () => MessageType<unknown> }
  | { readonly kind: "textMap" };
export type Fields = Readonly<Record<string, FieldType<unknown>>>;
export type NamedField = FieldType<unknown> & {
  /** As in JSON: `startTimeUnixNano`. */
  readonly name: string;
  /** As in the schema, which readers of its JSON take as well: `start_time_unix_nano`. */
  readonly schemaName: string;
};

/** What a message with these fields decodes to. */
export type MessageOf<F extends Fields> = {
  readonly [Name in keyof F]: F[Name] extends FieldType<infer T> ? T : never;
};
/** What a described message decodes to. */
export type Decoded<M> = M extends MessageType<infer T> ? T : never;

/** Describes a message. Names of fields are those of its JSON. */
export function message<const F extends Fields>(name: string, fields: F): MessageType<MessageOf<F>> {
  const byNumber = new Map(
    Object.entries(fields).map(([field, type]) => [
      type.number,
      { ...type, name: field, schemaName: field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`) },
    ]),
  );
  return { name, fields, byNumber };
}

const field = <T>(number: number, kind: FieldKind, absent: T, isRepeated = false, isItem = false): FieldType<T> => ({
  number,
  kind,
  absent,
  isRepeated,
  isItem,
});

/** A single value; its zero where it is absent. */
export function one<T>(number: number, scalar: Scalar<T>): FieldType<T> {
  return field(number, { kind: "scalar", scalar }, scalar.zero);
}

/** A value that may be absent: `optional`, or one of several (`oneof`). */
export function optional<T>(number: number, scalar: Scalar<T>): FieldType<T | undefined> {
  return field<T | undefined>(number, { kind: "scalar", scalar }, undefined);
}

export function many<T>(number: number, scalar: Scalar<T>): FieldType<readonly T[]> {
  return field<readonly T[]>(number, { kind: "scalar", scalar }, [], true);
}

/** A message inside the message; undefined where it is absent. */
export function nested<T>(number: number, type: () => MessageType<T>): FieldType<T | undefined> {
  return field<T | undefined>(number, { kind: "message", type }, undefined);
}

export function manyNested<T>(number: number, type: () => MessageType<T>): FieldType<readonly T[]> {
  return field<readonly T[]>(number, { kind: "message", type }, [], true);
}

/** Names and texts: an object in JSON, entries one by one in Protocol Buffers. */
export function textMap(number: number): FieldType<Readonly<Record<string, string>>> {
  return field<Readonly<Record<string, string>>>(number, { kind: "textMap" }, {});
}

/** Items of a batch: a broken one is left out and counted in {@link BrokenItems}, the others are kept. */
export function items<T>(number: number, type: () => MessageType<T>): FieldType<readonly T[]> {
  return field<readonly T[]>(number, { kind: "message", type }, [], true, true);
}

/** A message that is being filled. */
export function emptyMessage(type: MessageType<unknown>): Record<string, unknown> {
  const value: Record<string, unknown> = {};
  for (const [name, { absent }] of Object.entries(type.fields)) value[name] = absent;
  return value;
}

/** Messages inside of messages: honest ones nest attributes a few levels deep. */
export const MAX_DEPTH = 32;
