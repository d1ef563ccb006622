import { BerReader, headerAt } from "../common/ber.ts";
import type { ProbeVerdict } from "../contract.ts";

/** Longest message that is believed; servers take some megabytes. */
export const MAX_MESSAGE_BYTES = 16 << 20;
/** Beginning of a message that is kept. */
export const KEPT_BYTES = 16 << 10;
/** The same of a buffer of signed messages: Active Directory puts a whole page of entries in one, with the result at its end. */
export const KEPT_BUFFER_BYTES = 1 << 20;
const SEQUENCE = 0x30;
const INTEGER = 0x02;
/** Application tags (RFC 4511 §4.2 and on): class and form take three bits. */
const OPERATION_MASK = 0x1f;
const APPLICATION = 0x40;

export const Operation = {
  bindRequest: 0,
  bindResponse: 1,
  unbindRequest: 2,
  searchRequest: 3,
  searchResultEntry: 4,
  searchResultDone: 5,
  modifyRequest: 6,
  addRequest: 8,
  delRequest: 10,
  modifyDnRequest: 12,
  compareRequest: 14,
  abandonRequest: 16,
  searchResultReference: 19,
  extendedRequest: 23,
  extendedResponse: 24,
  intermediateResponse: 25,
} as const;

/** What is asked, by the operation that asks or answers. */
const VERBS: ReadonlyMap<number, string> = new Map([
  [0, "bind"],
  [1, "bind"],
  [2, "unbind"],
  [3, "search"],
  [4, "search"],
  [5, "search"],
  [6, "modify"],
  [7, "modify"],
  [8, "add"],
  [9, "add"],
  [10, "delete"],
  [11, "delete"],
  [12, "modifyDN"],
  [13, "modifyDN"],
  [14, "compare"],
  [15, "compare"],
  [16, "abandon"],
  [19, "search"],
  [23, "extended"],
  [24, "extended"],
  [25, "extended"],
]);
const REQUESTS: ReadonlySet<number> = new Set([0, 2, 3, 6, 8, 10, 12, 14, 16, 23]);
/** Operations whose content is no sequence: unbind (null), delete (a name), abandon (a number). */
const PRIMITIVE: ReadonlySet<number> = new Set([2, 10, 16]);

/** A message: its id, what it is, and its content. */
export interface Message {
  readonly id: number;
  readonly operation: number;
  readonly content: BerReader;
}

export function verbOf(operation: number): string {
  return VERBS.get(operation) ?? "unknown";
}

export function isRequest(operation: number): boolean {
  return REQUESTS.has(operation);
}

/** Length of the message that begins here. */
export function messageBytes(bytes: Uint8Array): number | "needMore" | undefined {
  if (bytes[0] !== SEQUENCE) return undefined;
  const header = headerAt(bytes, 0);
  if (header === undefined || header === "needMore") return header;
  return header.contentAt + header.length;
}

/** Reads a message; undefined where it is none. */
export function parseMessage(bytes: Uint8Array): Message | undefined {
  const header = headerAt(bytes, 0);
  if (header === undefined || header === "needMore" || header.tag !== SEQUENCE) return undefined;
  const reader = new BerReader(bytes, header.contentAt, header.contentAt + header.length);
  if (!reader.next() || reader.tag !== INTEGER) return undefined;
  const id = reader.number;
  if (!reader.next() || !isOperation(reader.tag)) return undefined;
  return { id, operation: reader.tag & OPERATION_MASK, content: reader.inside };
}

/** Whether a message begins here: a sequence of an id and an operation whose length fits in it. */
export function beginsMessage(bytes: Uint8Array): ProbeVerdict {
  if (bytes[0] !== SEQUENCE) return bytes.length === 0 ? "needMore" : "noMatch";
  const message = headerAt(bytes, 0);
  if (message === undefined || message === "needMore") return message ?? "noMatch";
  if (message.length > MAX_MESSAGE_BYTES) return "noMatch";
  const id = headerAt(bytes, message.contentAt);
  if (id === undefined || id === "needMore") return id ?? "noMatch";
  if (id.tag !== INTEGER || id.length < 1 || id.length > 4) return "noMatch";
  const operation = headerAt(bytes, id.contentAt + id.length);
  if (operation === undefined || operation === "needMore") return operation ?? "noMatch";
  const end = message.contentAt + message.length;
  return isOperation(operation.tag) && operation.contentAt + operation.length <= end ? "match" : "noMatch";
}

/** True where bytes that are LDAP's ask. */
export function asks(bytes: Uint8Array): boolean {
  const operation = parseMessage(bytes)?.operation;
  return operation === undefined || isRequest(operation);
}

function isOperation(tag: number): boolean {
  const operation = tag & OPERATION_MASK;
  const form = PRIMITIVE.has(operation) ? 0 : 0x20;
  return (tag & ~OPERATION_MASK) === (APPLICATION | form) && VERBS.has(operation);
}
