import { basename } from "node:path";
import { WeirError } from "@weir/base";
import type { Names } from "@weir/identity";
import { type Capture, type GradeReason, gradeOf } from "@weir/model";
import { Pipeline, type RecordSink } from "@weir/pipeline";
import { ProbeMemory } from "@weir/protocols";
import { CaptureReader, type CaptureSummary } from "@weir/wire";
import { decompress } from "./capture-source/decompress.ts";
import type { CaptureSource } from "./capture-source/source.ts";

export interface ReadCaptureOptions {
  readonly captureId: string;
  readonly names: Names;
  readonly sink: RecordSink;
  /** Called after each chunk of the (compressed) file. */
  readonly onProgress?: (bytesRead: number, packets: number) => void;
  /** Called after each chunk: a place to wait until records are taken. */
  readonly afterChunk?: () => Promise<void> | undefined;
  /** Stops reading when it fires; what was read is reported as usual. */
  readonly signal?: AbortSignal;
}

/**
 * Reads one capture to its end: decompression, packets, connections, calls. Returns what the capture was. Only a source
 * that is no capture at all throws (NOT_A_CAPTURE, CAPTURE_EMPTY); whatever breaks later is kept as `problem` beside
 * everything read before it.
 */
export async function readCapture(source: CaptureSource, options: ReadCaptureOptions): Promise<Capture> {
  const counter = new RecordCounter(options.sink);
  const pipeline = new Pipeline({
    captureId: options.captureId,
    names: options.names,
    probeMemory: new ProbeMemory(),
    sink: counter,
  });
  const reader = new CaptureReader();
  const onPacket: Parameters<CaptureReader["push"]>[1] = (packet) => pipeline.packet(packet, reader.startUnixNs);
  let fileBytes = 0;
  const counted = countBytes(source.chunks(), (bytes) => {
    fileBytes += bytes;
  });
  const { compression, chunks } = await decompress(counted);
  let broken: WeirError | undefined;
  try {
    for await (const chunk of chunks) {
      reader.push(chunk, onPacket);
      options.onProgress?.(fileBytes, reader.summary.packets);
      await options.afterChunk?.();
      if (options.signal?.aborted === true || reader.summary.problem?.fatal === true) break;
    }
  } catch (error) {
    if (!(error instanceof WeirError) || error.code !== "COMPRESSION_BROKEN") throw error;
    broken = error;
  }
  reader.end(onPacket);
  assertIsCapture(source.name, fileBytes, reader.summary, broken);
  learnNames(options.names, reader.summary);
  pipeline.finish();
  const format = compression === "none" ? reader.summary.format : `${compression}+${reader.summary.format}`;
  return captureRecordOf(source, options.captureId, format, fileBytes, reader, counter, broken);
}

/** Counts records on their way to the sink. */
class RecordCounter implements RecordSink {
  readonly #sink: RecordSink;
  connections = 0;
  calls = 0;

  constructor(sink: RecordSink) {
    this.#sink = sink;
  }

  connection(connection: Parameters<RecordSink["connection"]>[0]): void {
    this.connections += 1;
    this.#sink.connection(connection);
  }

  call(call: Parameters<RecordSink["call"]>[0]): void {
    this.calls += 1;
    this.#sink.call(call);
  }
}

async function* countBytes(chunks: AsyncIterable<Uint8Array>, count: (bytes: number) => void): AsyncIterable<Uint8Array> {
  for await (const chunk of chunks) {
    count(chunk.length);
    yield chunk;
  }
}
