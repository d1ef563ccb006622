import { decodeUtf8 } from "@weir/base";
import { parseJson } from "../message/json.ts";
import { BrokenMessage } from "../message/reader.ts";
import { objectOf, textOf } from "./json-values.ts";

/** One item of an envelope. */
export interface EnvelopeItem {
  /** `event`, `transaction`, `log`, `session` … */
  readonly type: string;
  readonly payload: Uint8Array;
}

export interface Envelope {
  /** Empty where the envelope names no event. */
  readonly eventId: string;
  readonly items: readonly EnvelopeItem[];
}

const LINE_FEED = 0x0a;
/** Items of one envelope; SDKs send a few. */
const MAX_ITEMS = 1_000;

/**
 * Cuts an envelope into its items (https://develop.sentry.dev/sdk/data-model/envelopes/): a head, then for each item a head and a payload, which ends where its length says, or with
 * its line. Throws {@link BrokenMessage} where it is none.
 */
export function parseEnvelope(body: Uint8Array): Envelope {
  const cursor = { at: 0 };
  const { event_id } = objectOf(parseJson(decodeUtf8(nextLine(body, cursor))));
  const items: EnvelopeItem[] = [];
  while (cursor.at < body.length) {
    const line = nextLine(body, cursor);
    if (line.length === 0) continue;
    if (items.length === MAX_ITEMS) throw new BrokenMessage(`an envelope has more than ${MAX_ITEMS} items`);
    const head = objectOf(parseJson(decodeUtf8(line)));
    items.push({ type: textOf(head["type"]), payload: payloadOf(body, cursor, head["length"]) });
  }
  return { eventId: textOf(event_id), items };
}

function payloadOf(body: Uint8Array, cursor: { at: number }, length: unknown): Uint8Array {
  if (length === undefined) return nextLine(body, cursor);
  const end = cursor.at + Number(length);
  if (!Number.isInteger(length) || Number(length) < 0 || end > body.length) {
    throw new BrokenMessage(`an item is ${String(length).slice(0, 20)} bytes long`);
  }
  const payload = body.subarray(cursor.at, end);
  cursor.at = end;
  return payload;
}

function nextLine(body: Uint8Array, cursor: { at: number }): Uint8Array {
  const feed = body.indexOf(LINE_FEED, cursor.at);
  const end = feed < 0 ? body.length : feed;
  const line = body.subarray(cursor.at, end);
  cursor.at = end + 1;
  return line;
}
