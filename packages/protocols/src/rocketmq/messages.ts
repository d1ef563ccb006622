import { ByteCursor } from "../common/byte-cursor.ts";

/** Magic numbers of stored messages; with the second, the topic's length has two bytes. */
const MAGIC = 0xdaa320a7;
const MAGIC_LONG_TOPIC = 0xdaa320ab;
/** Bits of a stored message's `sysFlag`: its hosts are of IPv6. */
const BORN_HOST_V6 = 0x10;
const STORE_HOST_V6 = 0x20;
const PORT_BYTES = 4;
/** Messages of one pull that are looked at; a pull asks for 32 by default. */
const MAX_MESSAGES = 256;
const MAX_TRACE_IDS = 8;
const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}/;
/** What stands between name and value of a property, and behind it (`MessageDecoder`). */
const NAME_END = "\u0001";
const PROPERTY_END = "\u0002";

/** What messages say together; the first one gives ids and tags. */
export interface MessagesFacts {
  readonly count: number;
  readonly messageId: string | undefined;
  readonly tags: string | undefined;
  readonly keys: string | undefined;
  readonly traceparent: string | undefined;
  readonly traceIds: readonly string[];
}

/** Properties of a message as its sender writes them. */
export function factsOfProperties(texts: readonly string[]): MessagesFacts {
  const all = texts.map(parseProperties);
  const contexts = all.flatMap((properties) => {
    const context = properties.get("traceparent") ?? "";
    return TRACEPARENT.test(context) ? [context] : [];
  });
  const ids = new Set(contexts.map((context) => TRACEPARENT.exec(context)?.[1] ?? ""));
  return {
    count: texts.length,
    messageId: all[0]?.get("UNIQ_KEY"),
    tags: all[0]?.get("TAGS"),
    keys: all[0]?.get("KEYS"),
    traceparent: contexts[0],
    traceIds: [...ids].slice(0, MAX_TRACE_IDS),
  };
}

function parseProperties(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split(PROPERTY_END).map((property): [string, string] => {
      const end = property.indexOf(NAME_END);
      return end < 0 ? ["", ""] : [property.slice(0, end), property.slice(end + 1)];
    }),
  );
}

/** Messages as the broker stores and gives them, one behind the other; the last one may be cut. */
export function factsOfStored(body: Uint8Array): MessagesFacts {
  const properties: string[] = [];
  for (let at = 0; at + 8 <= body.length && properties.length < MAX_MESSAGES; ) {
    const size = new ByteCursor(body, at).uint32();
    const text = propertiesAt(new ByteCursor(body, at + 4));
    if (text === undefined || size === 0) break;
    properties.push(text);
    at += size;
  }
  return factsOfProperties(properties);
}

/** Properties of the stored message behind whose size the cursor stands; undefined where there is none. */
function propertiesAt(cursor: ByteCursor): string | undefined {
  const magic = cursor.uint32();
  if (magic !== MAGIC && magic !== MAGIC_LONG_TOPIC) return undefined;
  // Checksum, queue, flag, offset in the queue and in the log.
  cursor.take(4 + 4 + 4 + 8 + 8);
  const flags = cursor.uint32();
  cursor.take(8 + ((flags & BORN_HOST_V6) === 0 ? 4 : 16) + PORT_BYTES);
  cursor.take(8 + ((flags & STORE_HOST_V6) === 0 ? 4 : 16) + PORT_BYTES);
  // Deliveries before this one, and where the transaction was prepared.
  cursor.take(4 + 8);
  cursor.take(cursor.uint32());
  cursor.take(magic === MAGIC ? cursor.uint8() : cursor.uint16());
  const text = cursor.text(cursor.uint16());
  return cursor.hasFailed ? undefined : text;
}
