import { NS_PER_MS, NS_PER_S } from "@weir/base";
import type { Call, Connection, Finding } from "@weir/model";
import type { AnalysisConfig } from "../config.ts";
import type { Detector } from "../contract.ts";
import { createDetectors, createKernelDetectors } from "../detectors.ts";
import { rankFindings } from "../rank.ts";

/** When test captures begin. */
export const START_NS = 1_790_000_000_000_000_000n;

let next = 0;

/** The moment `seconds` after the beginning. */
export function at(seconds: number): bigint {
  return START_NS + BigInt(Math.round(seconds * NS_PER_S));
}

/** A healthy TCP connection from orders to payments with a request and an answer; `changes` make it another one. */
export function connection(changes: Partial<Connection> = {}): Connection {
  next += 1;
  return { ...healthy(next), ...changes };
}

/** An answered HTTP call from orders to payments; `changes` make it another one. */
export function call(changes: Partial<Call> = {}): Call {
  next += 1;
  return {
    captureId: "capture",
    callId: `call-${next}`,
    connectionId: `tcp-${next}`,
    transport: "tcp",
    streamNumber: next,
    protocol: "http",
    operation: "POST",
    target: "/charge",
    status: "ok",
    statusCode: "200",
    clientAddress: "10.0.0.5",
    clientPort: 40_000 + (next % 20_000),
    clientService: "orders",
    serverAddress: "10.0.0.6",
    serverPort: 8080,
    serverService: "payments",
    startedAt: at(1),
    durationNs: 10 * NS_PER_MS,
    requestNs: NS_PER_MS,
    waitNs: 8 * NS_PER_MS,
    serverThinkNs: 7 * NS_PER_MS,
    responseNs: NS_PER_MS,
    timeGrade: "whole",
    endedBy: "",
    attempt: 1,
    attemptEvidence: "",
    requestBytes: 200,
    responseBytes: 500,
    requestPackets: [4, 4],
    responsePackets: [6, 6],
    attributes: {},
    requestHeaders: [],
    responseHeaders: [],
    bodyTruncated: false,
    grade: "whole",
    gradeReasons: [],
    ...changes,
  };
}

/** An edge other than the usual one, for calls and connections. */
export function between(clientService: string, serverService: string, serverPort = 8080) {
  return { clientService, serverService, serverPort };
}

/** What has no answer of a call. */
export const NO_ANSWER = {
  status: "aborted",
  statusCode: "",
  durationNs: undefined,
  waitNs: undefined,
  serverThinkNs: undefined,
  responseNs: undefined,
  timeGrade: "unknown",
  responseBytes: 0,
  responsePackets: [],
} as const satisfies Partial<Call>;

/** The same thing several times. */
export function times<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

export interface TestTraffic {
  readonly calls?: readonly Call[];
  readonly connections?: readonly Connection[];
}

/** What all detectors say about some traffic, ranked. Calls come first, as in the pipeline. */
export function findingsOf({ calls = [], connections = [] }: TestTraffic, config?: Partial<AnalysisConfig>): Finding[] {
  const detectors: readonly Detector[] = [...createDetectors(config), ...createKernelDetectors(config)];
  for (const each of calls) for (const detector of detectors) detector.call?.(each);
  for (const each of connections) for (const detector of detectors) detector.connection?.(each);
  return rankFindings(detectors.flatMap((detector) => detector.finish("capture")));
}

/** The only finding of a rule; undefined where there is none. */
export function findingOf(rule: string, traffic: TestTraffic, config?: Partial<AnalysisConfig>): Finding | undefined {
  const found = findingsOf(traffic, config).filter((finding) => finding.rule === rule);
  if (found.length > 1) throw new Error(`${found.length} findings of ${rule}`);
  return found[0];
}

/** The answers of a finding's path, by question. */
export function pathOf(finding: Finding | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries((finding?.steps ?? []).map(({ question, outcome }) => [question, outcome]));
}

function healthy(number: number): Connection {
  return {
    captureId: "capture",
    connectionId: `tcp-${number}`,
    transport: "tcp",
    streamNumber: number,
    protocol: "http",
    clientAddress: "10.0.0.5",
    clientPort: 40_000 + (number % 20_000),
    clientService: "orders",
    serverAddress: "10.0.0.6",
    serverPort: 8080,
    serverService: "payments",
    directionScore: 255,
    startedAt: at(1),
    durationNs: NS_PER_S,
    firstPacket: number * 10 + 1,
    lastPacket: number * 10 + 9,
    firstFileOffset: 24,
    lastFileOffset: 2_400,
    vlanId: undefined,
    tunnel: "",
    paths: 1,
    ...VOLUMES,
    ...HEALTH,
  };
}

const VOLUMES = {
  clientPackets: 6,
  serverPackets: 5,
  clientBytes: 900,
  serverBytes: 1_200,
  clientPayloadBytes: 400,
  serverPayloadBytes: 700,
  clientGoodputBytes: 400,
  serverGoodputBytes: 700,
};

const HEALTH = {
  handshakeServerNs: 300_000,
  handshakeClientNs: 100_000,
  handshakeNs: 400_000,
  firstByteNs: 8 * NS_PER_MS,
  synRetransmissions: 0,
  synAckRetransmissions: 0,
  completeness: 31,
  clientDataSegments: 10,
  serverDataSegments: 10,
  clientRetransmissions: 0,
  serverRetransmissions: 0,
  clientFastRetransmissions: 0,
  serverFastRetransmissions: 0,
  clientSpuriousRetransmissions: 0,
  serverSpuriousRetransmissions: 0,
  clientCopies: 0,
  serverCopies: 0,
  clientDataRetransmissions: 0,
  serverDataRetransmissions: 0,
  retransmissionRatio: 0,
  clientOutOfOrder: 0,
  serverOutOfOrder: 0,
  clientLostSegments: 0,
  serverLostSegments: 0,
  clientUnseenAcked: 0,
  serverUnseenAcked: 0,
  clientDuplicateAcks: 0,
  serverDuplicateAcks: 0,
  clientZeroWindows: 0,
  serverZeroWindows: 0,
  clientZeroWindowNs: 0,
  serverZeroWindowNs: 0,
  clientZeroWindowProbes: 0,
  serverZeroWindowProbes: 0,
  clientWindowFull: 0,
  serverWindowFull: 0,
  clientWindowUpdates: 0,
  serverWindowUpdates: 0,
  clientKeepAlives: 0,
  serverKeepAlives: 0,
  clientKeepAliveAcks: 0,
  serverKeepAliveAcks: 0,
  rttServerMinNs: 300_000,
  rttServerMeanNs: 350_000,
  rttServerMaxNs: 500_000,
  rttServerSamples: 8,
  rttClientMinNs: 100_000,
  rttClientMeanNs: 120_000,
  rttClientMaxNs: 200_000,
  rttClientSamples: 8,
  longestStallNs: 100 * NS_PER_MS,
  clientFins: 1,
  serverFins: 1,
  clientResets: 0,
  serverResets: 0,
  clientTtl: 64,
  serverTtl: 61,
  unreachableCode: "",
  abortCause: "",
  closedBy: "client",
  closeReason: "closed",
  evidencePackets: [],
  directionEvidence: "handshake",
  clientTimeoutRetransmissions: 0,
  serverTimeoutRetransmissions: 0,
  clientTailLossProbes: 0,
  serverTailLossProbes: 0,
  clientRetransmittedBytes: 0,
  serverRetransmittedBytes: 0,
  clientLostBefore: 0,
  serverLostBefore: 0,
  clientLostAfter: 0,
  serverLostAfter: 0,
  clientNotCapturedBytes: 0,
  serverNotCapturedBytes: 0,
  clientSackBlocks: 0,
  serverSackBlocks: 0,
  clientDuplicateSacks: 0,
  serverDuplicateSacks: 0,
  clientLargestSegmentBytes: 0,
  serverLargestSegmentBytes: 0,
  throughputBucketNs: 0,
  clientThroughput: [],
  serverThroughput: [],
  clientTtlChanges: 0,
  serverTtlChanges: 0,
  clientDscpChanges: 0,
  serverDscpChanges: 0,
  clientCongestionMarks: 0,
  serverCongestionMarks: 0,
  clientCongestionEchoes: 0,
  serverCongestionEchoes: 0,
  clientCongestionReduced: 0,
  serverCongestionReduced: 0,
  clientMaxBytesInFlight: 0,
  serverMaxBytesInFlight: 0,
  clientOptions: [],
  serverOptions: [],
  rttServerByTimestamp: 0,
  rttClientByTimestamp: 0,
  thinkSamples: 0,
  clientIdleSamples: 0,
  longestStallReason: "",
  longestStallPacket: 0,
  portReuses: 0,
  clientZeroWindowProbeAcks: 0,
  serverZeroWindowProbeAcks: 0,
  attempts: 1,
  calls: 1,
  callErrors: 0,
  grade: "whole",
  gradeReasons: [],
} as const satisfies Partial<Connection>;
