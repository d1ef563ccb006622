import { basename } from "node:path";
import type { AnalysisConfig } from "@weir/analysis";
import { unixNsAt, WeirError } from "@weir/base";
import type { Names } from "@weir/identity";
import { type Capture, type GradeReason, gradeOf } from "@weir/model";
import { Pipeline, type PipelineShare, type RecordSink } from "@weir/pipeline";
import { httpApplicationsWith, KeyLog, type MessageDecoder, ProbeMemory } from "@weir/protocols";
import { CaptureReader, type CaptureSummary, Verdict } from "@weir/wire";
import { CaptureGrades } from "./capture-grades.ts";
import { decompress } from "./capture-source/decompress.ts";
import type { CaptureSource } from "./capture-source/source.ts";
import { RecordCounter } from "./record-counter.ts";

export interface ReadCaptureOptions {
  readonly captureId: string;
  readonly names: Names;
  /** Thresholds of the verdicts on its connections; the defaults where absent. */
  readonly config?: AnalysisConfig;
  readonly sink: RecordSink;
  /** False reads headers only: connections with their health, no calls. */
  readonly dissect?: boolean;
  /** Only one of so many packets was captured, by choice. */
  readonly sampling?: number | undefined;
  /** Reads one share of the capture: other workers read the others. */
  readonly share?: PipelineShare;
  /** Secrets to open TLS with; those that the capture brings along are added. */
  readonly keyLog?: KeyLog | undefined;
  /** Types of gRPC's messages. */
  readonly messages?: MessageDecoder | undefined;
  /** Called after each chunk of the (compressed) file. */
  readonly onProgress?: (bytesRead: number, packets: number) => void;
  /** Called after each chunk: a place to wait until records are taken. */
  readonly afterChunk?: () => Promise<void> | undefined;
  /** Gives finished connections out after each chunk, and not only after many packets: for who watches them come. */
  readonly isPrompt?: boolean;
  /** Stops reading when it fires; what was read is reported as usual. */
  readonly signal?: AbortSignal;
}

/**
 * Reads one capture to its end: decompression, packets, connections, calls. Returns what the capture was. Only a source
 * that is no capture at all throws (NOT_A_CAPTURE, CAPTURE_EMPTY); whatever breaks later is kept as `problem` beside
 * everything read before it.
 */
export async function readCapture(source: CaptureSource, options: ReadCaptureOptions): Promise<Capture> {
  const counter = new RecordCounter(options.sink, options.config);
  const keyLog = options.keyLog ?? new KeyLog();
  const reader = new CaptureReader(
    options.share,
    (atNs) => pipeline.otherPacket(atNs),
    (text) => keyLog.add(text),
  );
  const { summary } = reader;
  const grades = new CaptureGrades(counter, {
    summary,
    sampling: options.sampling,
    isPrompt: options.isPrompt === true,
  });
  const pipeline = new Pipeline({
    captureId: options.captureId,
    names: options.names,
    probeMemory: new ProbeMemory(),
    tlsSecrets: keyLog,
    httpApplications: options.messages && httpApplicationsWith(options.messages),
    sink: grades,
    dissect: options.dissect !== false,
    ...(options.share !== undefined && { share: options.share }),
  });
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
      if (options.isPrompt === true) pipeline.sweep();
      options.onProgress?.(fileBytes, reader.summary.packets);
      await options.afterChunk?.();
      if (options.signal?.aborted === true || reader.summary.problem !== undefined) break;
    }
  } catch (error) {
    if (!(error instanceof WeirError) || error.code !== "COMPRESSION_BROKEN") throw error;
    broken = error;
  }
  reader.end(onPacket);
  assertIsCapture(source.name, fileBytes, reader.summary, broken);
  learnNames(options.names, reader.summary);
  pipeline.finish();
  grades.finish();
  counter.finish();
  const { format: found = "" } = reader.summary;
  const format = compression === "none" ? found : `${compression}+${found}`;
  return captureRecordOf({
    source,
    captureId: options.captureId,
    format,
    fileBytes,
    reader,
    counter,
    broken,
    latePackets: pipeline.latePackets,
    isSampled: options.sampling !== undefined,
  });
}

async function* countBytes(
  chunks: AsyncIterable<Uint8Array>,
  count: (bytes: number) => void,
): AsyncIterable<Uint8Array> {
  for await (const chunk of chunks) {
    count(chunk.length);
    yield chunk;
  }
}

/** Throws where nothing of the source could be read as a capture. */
function assertIsCapture(
  name: string,
  fileBytes: number,
  summary: CaptureSummary,
  broken: WeirError | undefined,
): void {
  if (fileBytes === 0) {
    throw new WeirError(
      "CAPTURE_EMPTY",
      `${name} is empty: 0 bytes`,
      "Check that the capture was written; tcpdump needs -w FILE",
    );
  }
  if (summary.format !== undefined) return;
  if (broken !== undefined) throw broken;
  const problem = summary.problem?.message ?? "this is not a capture: it is too short to be one";
  throw new WeirError(
    "NOT_A_CAPTURE",
    `${name}: ${problem}`,
    summary.problem?.hint ?? "Give a pcap, pcapng or snoop file, plain or as gzip or zstd",
  );
}

function learnNames(names: Names, summary: CaptureSummary): void {
  for (const { address, name } of summary.names) names.learn("capture", address, name, 0);
}

interface Read {
  readonly source: CaptureSource;
  readonly captureId: string;
  readonly format: string;
  readonly fileBytes: number;
  readonly reader: CaptureReader;
  readonly counter: RecordCounter;
  readonly broken: WeirError | undefined;
  readonly latePackets: number;
  readonly isSampled: boolean;
}

function captureRecordOf({
  source,
  captureId,
  format,
  fileBytes,
  reader,
  counter,
  broken,
  latePackets,
  isSampled,
}: Read): Capture {
  const { summary, startUnixNs } = reader;
  const dropped = summary.interfaces.flatMap(({ droppedPackets }) =>
    droppedPackets === undefined ? [] : [droppedPackets],
  );
  const droppedPackets = dropped.length === 0 ? undefined : dropped.reduce((sum, count) => sum + count, 0);
  const reasons: GradeReason[] = [];
  if ((droppedPackets ?? 0) > 0) reasons.push("captureLoss");
  if (isSampled) reasons.push("sampled");
  if (summary.cutPackets > 0) reasons.push("snapLength");
  if (summary.clockSteps > 0) reasons.push("clockStep");
  if (broken !== undefined || summary.problem !== undefined) reasons.push("captureDamaged");
  if ((summary.verdicts[Verdict.unknownLinkType] ?? 0) > 0) reasons.push("notDecoded");
  const hasPackets = summary.packets > 0;
  return {
    captureId,
    name: basename(source.name),
    format,
    fileBytes,
    startedAt: hasPackets ? startUnixNs : undefined,
    endedAt: hasPackets ? unixNsAt(startUnixNs, summary.lastNs) : undefined,
    packets: summary.packets,
    wireBytes: summary.wireBytes,
    capturedBytes: summary.capturedBytes,
    cutPackets: summary.cutPackets,
    droppedPackets,
    latePackets,
    undecodedPackets: undecoded(summary),
    interfaces: summary.interfaces.map(
      ({ name, linkType }) => `${name === "" ? "unnamed" : name} (link type ${linkType})`,
    ),
    vantage: counter.vantage(),
    connections: counter.connections,
    calls: counter.calls,
    problem: problemText(summary, broken),
    grade: gradeOf(reasons),
    gradeReasons: reasons,
  };
}

/** Packets whose headers could not be read to the transport's payload; fragments that were put together later are fine. */
function undecoded(summary: CaptureSummary): number {
  const fine: readonly Verdict[] = [Verdict.ok, Verdict.fragmentPending, Verdict.unknownTransport];
  return summary.verdicts.reduce((sum, count, verdict) => sum + (fine.includes(verdict as Verdict) ? 0 : count), 0);
}

/** What is wrong with the capture: what, where, and what to do. */
function problemText(
  { problem, verdicts, interfaces }: CaptureSummary,
  broken: WeirError | undefined,
): string | undefined {
  if (broken !== undefined) return `${broken.message}. ${broken.hint}.`;
  if (problem !== undefined)
    return `${problem.message}, at byte ${problem.fileOffset} after packet ${problem.packetNumber}. ${problem.hint}.`;
  const strange = verdicts[Verdict.unknownLinkType] ?? 0;
  if (strange === 0) return undefined;
  const linkTypes = [...new Set(interfaces.map(({ linkType }) => linkType))].join(", ");
  return `${strange} packets have a link type that Weir does not decode (the capture has link type ${linkTypes}). They were counted and nothing else; capture on another interface, or with another link type (tcpdump -L lists them).`;
}
