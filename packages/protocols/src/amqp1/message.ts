import { encodeUtf8 } from "@weir/base";
import { ByteCursor } from "../common/byte-cursor.ts";
import { valueText } from "./value-text.ts";
import { type AmqpValue, codeOf, innerOf, itemsOf, readValue, scalarsOf } from "./values.ts";
import { Constructor, Descriptor } from "./wire.ts";

/** Bodies that calls keep. */
export const BODY_BYTES = 1024;
/** Sections of one message that are read: seven kinds, of which data and sequences may come several times. */
const MAX_SECTIONS = 64;
/** Descriptor of a section. */
const DESCRIPTOR_BYTES = 3;

/** The sections of a message (§3.2), as far as calls show them. */
export interface Message {
  /** Fields of the section `properties`, in its order. */
  readonly properties: readonly AmqpValue[];
  readonly applicationProperties: ReadonlyMap<string, string>;
  readonly isDurable: boolean | undefined;
  /** The beginning of the body. */
  readonly body: Uint8Array;
  readonly bodyBytes: number;
  /** Where the sections make no sense. */
  readonly isMalformed: boolean;
}

interface Draft {
  properties: readonly AmqpValue[];
  applicationProperties: ReadonlyMap<string, string>;
  isDurable: boolean | undefined;
  body: Uint8Array;
  bodyBytes: number;
}

/** Reads a message, of which `bytes` are the beginning and `length` the whole length. */
export function readMessage(bytes: Uint8Array, length: number): Message {
  const draft: Draft = {
    properties: [],
    applicationProperties: new Map(),
    isDurable: undefined,
    body: new Uint8Array(0),
    bodyBytes: 0,
  };
  const cursor = new ByteCursor(bytes);
  for (let sections = 0; cursor.left > 0 && sections < MAX_SECTIONS; sections += 1) {
    if (!readBody(cursor, draft)) readSection(cursor, draft);
  }
  return { ...draft, isMalformed: cursor.hasFailed && bytes.length === length };
}

function readSection(cursor: ByteCursor, draft: Draft): void {
  const section = readValue(cursor);
  if (cursor.hasFailed) return;
  const code = codeOf(section);
  if (code === undefined) cursor.fail();
  else if (code === Descriptor.properties) draft.properties = itemsOf(section);
  else if (code === Descriptor.applicationProperties) draft.applicationProperties = scalarsOf(innerOf(section));
  else if (code === Descriptor.header) draft.isDurable = itemsOf(section)[0] === true;
  else if (code === Descriptor.value || code === Descriptor.sequence) addText(draft, innerOf(section));
}

/** Data, and a value that is text or binary, are read though their end was not kept. Returns false where another section stands here. */
function readBody(cursor: ByteCursor, draft: Draft): boolean {
  const { bytes, at } = cursor;
  const code = bytes[at + 2];
  if (bytes[at] !== Constructor.described || bytes[at + 1] !== Constructor.smallUlong) return false;
  if (code !== Descriptor.data && code !== Descriptor.value) return false;
  const formatCode = bytes[at + DESCRIPTOR_BYTES];
  const isShort = formatCode === Constructor.binary8 || formatCode === Constructor.string8;
  if (!isShort && formatCode !== Constructor.binary32 && formatCode !== Constructor.string32) return false;
  cursor.take(DESCRIPTOR_BYTES + 1);
  const length = isShort ? cursor.uint8() : cursor.uint32();
  addBytes(draft, bytes.subarray(cursor.at, cursor.at + length), length);
  cursor.take(length);
  return true;
}

function addText(draft: Draft, value: AmqpValue): void {
  const text = valueText(value, BODY_BYTES);
  if (text === "") return;
  const bytes = encodeUtf8(text);
  addBytes(draft, bytes, bytes.length);
}

function addBytes(draft: Draft, bytes: Uint8Array, length: number): void {
  // Behind a part that is not whole nothing is added: the text would have a hole.
  const room = draft.body.length === draft.bodyBytes ? BODY_BYTES - draft.body.length : 0;
  draft.bodyBytes += length;
  const kept = bytes.subarray(0, Math.max(0, room));
  if (kept.length === 0) return;
  const body = new Uint8Array(draft.body.length + kept.length);
  body.set(draft.body);
  body.set(kept, draft.body.length);
  draft.body = body;
}
