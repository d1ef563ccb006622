import { type EncodedReading, encodeReading } from "../encoded/encoded-reading.ts";
import type { Decoded } from "../message/message.ts";
import { readRequest } from "../message/read-request.ts";
import type { Reading } from "../received.ts";
import { readSampleBlocks } from "./blocks.ts";
import { requestV2, writeRequest } from "./messages.ts";
import { labelled, type Series, type SeriesKind, seriesRows } from "./rows.ts";

/** Versions of remote-write. */
export type RemoteWriteVersion = 1 | 2;

/** Kinds by their number in version 2; parts of histograms and summaries are told by their names. */
const KINDS: readonly SeriesKind[] = ["unknown", "counter", "gauge"];

/** Reads a request of Prometheus' remote-write, its compression undone, as rows of OpenTelemetry's tables. Input never throws. */
export function readRemoteWrite(version: RemoteWriteVersion, body: Uint8Array): Reading {
  if (version === 2) {
    return readRequest(requestV2, "protobuf", body, (request, rejections) => seriesRows(resolved(request), rejections));
  }
  return readRequest(writeRequest, "protobuf", body, ({ timeseries }, rejections) =>
    seriesRows(timeseries.map(labelled), rejections),
  );
}

/** The same as blocks of those tables, those of version 1 without rows between. */
export function readRemoteWriteEncoded(version: RemoteWriteVersion, body: Uint8Array): EncodedReading {
  return version === 1 ? readSampleBlocks(body) : encodeReading(readRemoteWrite(version, body));
}

function resolved({ symbols, timeseries }: Decoded<typeof requestV2>): Series[] {
  const symbol = (at: number | undefined) => symbols[at ?? 0] ?? "";
  return timeseries.map(({ labelsRefs, samples, histograms, metadata }) => {
    const labels = new Map<string, string>();
    for (let at = 0; at + 1 < labelsRefs.length; at += 2)
      labels.set(symbol(labelsRefs[at]), symbol(labelsRefs[at + 1]));
    return {
      ...{ labels, samples, histograms, kind: KINDS[metadata?.type ?? 0] ?? "unknown" },
      ...{ help: symbol(metadata?.helpRef), unit: symbol(metadata?.unitRef) },
    };
  });
}
