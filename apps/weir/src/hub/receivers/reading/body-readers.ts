import { randomUUID } from "node:crypto";
import type { UnixNs } from "@weir/base";
import {
  type AccessLogIdentifier,
  type BulkItem,
  type EncodedReading,
  encodeReading,
  type OtlpEncoding,
  type OtlpSignal,
  type PprofOrigin,
  type Reading,
  type RemoteWriteVersion,
  readAccessLogs,
  readBulk,
  readJaegerBatch,
  readJaegerPostSpans,
  readLoki,
  readOtlpEncoded,
  readPprof,
  readPyroscopePush,
  readRemoteWriteEncoded,
  readScrape,
  readSentryEnvelope,
  readSentryEvent,
  readZipkin,
  type Scrape,
} from "@weir/receive";

/** Protocol Buffers, or JSON. */
type Encoding = "json" | "protobuf";

interface SentryArrival {
  readonly project: string;
  readonly receivedAt: UnixNs;
}

/**
 * Everything that reads whole bodies, by name: a large body is read in another thread, which can be told names but not functions. `told` is what the receiver answers
 * beside.
 */
export const BODY_READERS = {
  otlp: (body: Uint8Array, { signal, encoding }: { readonly signal: OtlpSignal; readonly encoding: OtlpEncoding }) =>
    encoded(readOtlpEncoded(signal, encoding, body)),
  zipkin: (body: Uint8Array, encoding: Encoding) => alone(readZipkin(encoding, body)),
  jaegerBatch: (body: Uint8Array) => alone(readJaegerBatch(body)),
  jaegerSpans: (body: Uint8Array) => alone(readJaegerPostSpans(body)),
  remoteWrite: (body: Uint8Array, version: RemoteWriteVersion) => encoded(readRemoteWriteEncoded(version, body)),
  loki: (body: Uint8Array, encoding: Encoding) => alone(readLoki(encoding, body)),
  bulk(body: Uint8Array, { index, receivedAt }: { readonly index: string; readonly receivedAt: UnixNs }) {
    const { reading, items } = readBulk(body, index, receivedAt);
    const hasErrors = items.some(({ error }) => error !== undefined);
    return { reading: encodeReading(reading), told: { hasErrors, itemsJson: JSON.stringify(items.map(bulkAnswer)) } };
  },
  sentryEnvelope(body: Uint8Array, { project, receivedAt }: SentryArrival) {
    const { reading, eventId } = readSentryEnvelope(body, project, receivedAt);
    return { reading: encodeReading(reading), told: eventId };
  },
  sentryEvent(body: Uint8Array, { project, receivedAt }: SentryArrival) {
    const { reading, eventId } = readSentryEvent(body, project, receivedAt);
    return { reading: encodeReading(reading), told: eventId };
  },
  pprof: (body: Uint8Array, origin: PprofOrigin) => alone(readPprof(body, origin)),
  pyroscopePush: (body: Uint8Array, how: { readonly encoding: Encoding; readonly receivedAt: UnixNs }) =>
    alone(readPyroscopePush(how.encoding, body, how.receivedAt)),
  accessLogs(
    body: Uint8Array,
    how: { readonly receivedAt: UnixNs; readonly identifier: AccessLogIdentifier | undefined },
  ) {
    const { reading, identifier } = readAccessLogs(body, how.receivedAt, how.identifier);
    return { reading: encodeReading(reading), told: identifier };
  },
  scrape(body: Uint8Array, how: Scrape) {
    const { reading, shown } = readScrape(body, how);
    return { reading: encodeReading(reading), told: shown };
  },
};

export type BodyReaderName = keyof typeof BODY_READERS;
/** What a reader has to know beside the body. */
export type How<Name extends BodyReaderName> = Parameters<(typeof BODY_READERS)[Name]>[1];
export type Told<Name extends BodyReaderName> = ReturnType<(typeof BODY_READERS)[Name]>["told"];

function alone(reading: Reading): { readonly reading: EncodedReading; readonly told: undefined } {
  return encoded(encodeReading(reading));
}

function encoded(reading: EncodedReading): { readonly reading: EncodedReading; readonly told: undefined } {
  return { reading, told: undefined };
}

/** Answer to one action, as Elasticsearch gives it. */
function bulkAnswer({ action, index, id, error }: BulkItem): object {
  const named = { _index: index, _id: id ?? randomUUID() };
  if (error !== undefined) return { [action]: { ...named, status: 400, error } };
  const shards = { total: 1, successful: 1, failed: 0 };
  return { [action]: { ...named, _version: 1, result: "created", _shards: shards, status: 201 } };
}
