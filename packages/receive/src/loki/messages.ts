import { items, manyNested, message, nested, one, textMap } from "../message/message.ts";
import { BrokenMessage, WireType } from "../message/reader.ts";
import { int64, type Scalar, text, uint32 } from "../message/scalar.ts";

/** Messages of Loki's push API (logproto.proto), and the same as JSON (https://grafana.com/docs/loki/latest/reference/loki-http-api/#ingest-logs). */

const moment = message("Timestamp", { seconds: one(1, int64), nanos: one(2, uint32) });
const pair = message("LabelPair", { name: one(1, text), value: one(2, text) });
const entry = message("Entry", {
  timestamp: nested(1, () => moment),
  line: one(2, text),
  structuredMetadata: manyNested(3, () => pair),
});
const stream = message("Stream", { labels: one(1, text), entries: items(2, () => entry) });
export const pushRequest = message("PushRequest", { streams: items(1, () => stream) });

/** One line of a stream. */
export interface LokiEntry {
  readonly atUnixNs: bigint;
  readonly line: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Entries as they stand in JSON; each is read by itself. */
const anyList: Scalar<readonly unknown[]> = {
  wireType: WireType.bytes,
  zero: [],
  read: () => {
    throw new BrokenMessage("only JSON has lists of values");
  },
  fromJson: (json) => {
    if (!Array.isArray(json)) throw new BrokenMessage("no list stands where values should");
    return json;
  },
};

/** In JSON an entry is a list: nanoseconds as text, the line, and perhaps an object of metadata. Throws {@link BrokenMessage}. */
export function jsonEntry(json: unknown): LokiEntry {
  const [at, line, metadata = {}] = Array.isArray(json) ? (json as unknown[]) : [];
  if (typeof at !== "string" || !/^\d{1,20}$/.test(at) || typeof line !== "string") {
    throw new BrokenMessage(`${JSON.stringify(json)?.slice(0, 60)} is not [nanoseconds, line]`);
  }
  const texts = Object.entries(metadata ?? {}).map(([name, value]) => [name, String(value)] as const);
  return { atUnixNs: BigInt(at), line, metadata: Object.fromEntries(texts) };
}

const jsonStream = message("stream", { stream: textMap(1), values: one(2, anyList) });
export const jsonPush = message("push", { streams: items(1, () => jsonStream) });
