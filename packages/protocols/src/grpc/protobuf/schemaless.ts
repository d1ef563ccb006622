import { MessageText, showText, textIn } from "./text.ts";
import { readMessage, type WireField, WireType } from "./wire.ts";

/** Messages inside messages that are opened, and fields of one that are shown. */
const MAX_DEPTH = 8;
export const MAX_SHOWN_FIELDS = 64;

/**
 * A message whose type is not known, as numbers of fields with their values: `1: "abc", 2: 150, 3: {1: 1}`. Fixed-size values stand in hexadecimal, as
 * nobody knows whether they are whole numbers; bytes that are neither text nor a message as their count. Undefined where it is no message.
 */
export function showFields(bytes: Uint8Array, isCut: boolean, maxChars: number): string | undefined {
  const message = readMessage(bytes, MAX_SHOWN_FIELDS);
  if (message.end === "damaged" || (message.end === "cut" && !isCut && message.fields.length < MAX_SHOWN_FIELDS))
    return undefined;
  const text = new MessageText(maxChars);
  addFields(text, message.fields, 0);
  if (message.end === "cut" || isCut) text.add(message.fields.length === 0 ? "…" : ", …");
  return text.toString();
}

function addFields(text: MessageText, fields: readonly WireField[], depth: number): void {
  for (const [index, field] of fields.entries()) {
    if (text.isFull) return;
    text.add(`${index === 0 ? "" : ", "}${field.number}: `);
    addValue(text, field, depth);
  }
}

function addValue(text: MessageText, field: WireField, depth: number): void {
  if (field.type === WireType.varint) text.add(String(field.value));
  else if (field.type !== WireType.bytes) text.add(showFixed(field.bytes));
  else addBytes(text, field.bytes, field.isCut, depth);
}

/** A text is shown as such; else a message that reads to its last byte is opened. */
function addBytes(text: MessageText, bytes: Uint8Array, isCut: boolean, depth: number): void {
  const plain = textIn(bytes);
  if (plain !== undefined) {
    text.add(showText(plain));
    return;
  }
  const inner = depth < MAX_DEPTH ? readMessage(bytes, MAX_SHOWN_FIELDS) : undefined;
  if (inner === undefined || (inner.end !== "whole" && !(isCut && inner.end === "cut"))) {
    text.add(`<${bytes.length} bytes>`);
    return;
  }
  text.add("{");
  addFields(text, inner.fields, depth + 1);
  text.add("}");
}

/** Four or eight bytes, most significant first. */
export function showFixed(bytes: Uint8Array): string {
  let text = "0x";
  for (let at = bytes.length - 1; at >= 0; at -= 1) text += (bytes[at] ?? 0).toString(16).padStart(2, "0");
  return text;
}
