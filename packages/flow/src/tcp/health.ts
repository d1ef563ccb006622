import type { ConnectionHealth, GradeReason } from "@weir/model";
import { NEVER } from "../side.ts";
import { tunnelName } from "../tunnel-name.ts";
import { closeReasonOf } from "./close-reason.ts";
import { Complete } from "./completeness.ts";
import type { TcpConnection } from "./connection.ts";
import { CLIENT, ConnectionFlag, Int, Real, SERVER, SideInt, SideReal } from "./memory.ts";

/**
 * The finished numbers of a TCP connection. One flat literal: it is made for every connection, and a literal of one shape is many times
 * faster than one that is put together of parts.
 */
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: one line per fact
export function tcpHealth(connection: TcpConnection, ended: "captureEnd" | "idle" | "replaced"): ConnectionHealth {
  const int = (offset: number) => connection.int(offset);
  const real = (offset: number) => connection.real(offset);
  const { handshakeServerNs, handshakeClientNs, handshakeNs, firstByteNs } = timesOf(connection);
  const segments = int(CLIENT + SideInt.dataSegments) + int(SERVER + SideInt.dataSegments);
  const resent = int(CLIENT + SideInt.dataRetransmissions) + int(SERVER + SideInt.dataRetransmissions);
  return {
    transport: "tcp",
    streamNumber: connection.streamNumber,
    clientAddress: connection.clientAddress,
    clientPort: connection.clientPort,
    serverAddress: connection.serverAddress,
    serverPort: connection.serverPort,
    directionScore: connection.directionScore,
    durationNs: real(Real.lastAtNs) - real(Real.startedAtNs),
    firstPacket: int(Int.firstPacket),
    lastPacket: int(Int.lastPacket),
    firstFileOffset: real(Real.firstFileOffset),
    lastFileOffset: real(Real.lastFileOffset),
    vlanId: known(int(Int.vlanId)),
    tunnel: tunnelName(int(Int.tunnel)),
    clientPackets: int(CLIENT + SideInt.packets),
    serverPackets: int(SERVER + SideInt.packets),
    clientBytes: real((CLIENT >> 1) + SideReal.wireBytes),
    serverBytes: real((SERVER >> 1) + SideReal.wireBytes),
    clientPayloadBytes: real((CLIENT >> 1) + SideReal.payloadBytes),
    serverPayloadBytes: real((SERVER >> 1) + SideReal.payloadBytes),
    clientGoodputBytes: real((CLIENT >> 1) + SideReal.goodputBytes),
    serverGoodputBytes: real((SERVER >> 1) + SideReal.goodputBytes),
    handshakeServerNs,
    handshakeClientNs,
    handshakeNs,
    firstByteNs,
    synRetransmissions: Math.max(0, int(Int.syns) - 1),
    synAckRetransmissions: Math.max(0, int(Int.synAcks) - 1),
    completeness: connection.completeness,
    clientDataSegments: int(CLIENT + SideInt.dataSegments),
    serverDataSegments: int(SERVER + SideInt.dataSegments),
    clientRetransmissions: int(CLIENT + SideInt.retransmissions),
    serverRetransmissions: int(SERVER + SideInt.retransmissions),
    clientFastRetransmissions: int(CLIENT + SideInt.fastRetransmissions),
    serverFastRetransmissions: int(SERVER + SideInt.fastRetransmissions),
    clientSpuriousRetransmissions: int(CLIENT + SideInt.spuriousRetransmissions),
    serverSpuriousRetransmissions: int(SERVER + SideInt.spuriousRetransmissions),
    clientOutOfOrder: int(CLIENT + SideInt.outOfOrder),
    serverOutOfOrder: int(SERVER + SideInt.outOfOrder),
    clientLostSegments: int(CLIENT + SideInt.lostSegments),
    serverLostSegments: int(SERVER + SideInt.lostSegments),
    clientUnseenAcked: int(CLIENT + SideInt.unseenAcked),
    serverUnseenAcked: int(SERVER + SideInt.unseenAcked),
    clientDuplicateAcks: int(CLIENT + SideInt.duplicateAcks),
    serverDuplicateAcks: int(SERVER + SideInt.duplicateAcks),
    clientCopies: int(CLIENT + SideInt.copies),
    serverCopies: int(SERVER + SideInt.copies),
    clientDataRetransmissions: int(CLIENT + SideInt.dataRetransmissions),
    serverDataRetransmissions: int(SERVER + SideInt.dataRetransmissions),
    retransmissionRatio: segments === 0 ? 0 : resent / segments,
    clientZeroWindows: int(CLIENT + SideInt.zeroWindows),
    serverZeroWindows: int(SERVER + SideInt.zeroWindows),
    clientZeroWindowNs: closedNs(connection, CLIENT),
    serverZeroWindowNs: closedNs(connection, SERVER),
    clientZeroWindowProbes: int(CLIENT + SideInt.zeroWindowProbes),
    serverZeroWindowProbes: int(SERVER + SideInt.zeroWindowProbes),
    clientWindowFull: int(CLIENT + SideInt.windowFull),
    serverWindowFull: int(SERVER + SideInt.windowFull),
    clientWindowUpdates: int(CLIENT + SideInt.windowUpdates),
    serverWindowUpdates: int(SERVER + SideInt.windowUpdates),
    clientKeepAlives: int(CLIENT + SideInt.keepAlives),
    serverKeepAlives: int(SERVER + SideInt.keepAlives),
    clientKeepAliveAcks: int(CLIENT + SideInt.keepAliveAcks),
    serverKeepAliveAcks: int(SERVER + SideInt.keepAliveAcks),
    clientMinWindowBytes: known(int(CLIENT + SideInt.minWindowBytes)),
    serverMinWindowBytes: known(int(SERVER + SideInt.minWindowBytes)),
    clientMss: known(int(CLIENT + SideInt.maxSegmentBytes)),
    serverMss: known(int(SERVER + SideInt.maxSegmentBytes)),
    clientWindowScale: known(int(CLIENT + SideInt.announcedWindowScale)),
    serverWindowScale: known(int(SERVER + SideInt.announcedWindowScale)),
    // The client's data measures the way to the server, the server's data the way to the client.
    rttServerMinNs: seenRtt(connection, CLIENT, SideReal.rttMinNs),
    rttServerMeanNs: meanRtt(connection, CLIENT),
    rttServerMaxNs: seenRtt(connection, CLIENT, SideReal.rttMaxNs),
    rttServerSamples: int(CLIENT + SideInt.rttSamples),
    rttClientMinNs: seenRtt(connection, SERVER, SideReal.rttMinNs),
    rttClientMeanNs: meanRtt(connection, SERVER),
    rttClientMaxNs: seenRtt(connection, SERVER, SideReal.rttMaxNs),
    rttClientSamples: int(SERVER + SideInt.rttSamples),
    longestStallNs: real(Real.longestStallNs),
    clientFins: int(CLIENT + SideInt.fins),
    serverFins: int(SERVER + SideInt.fins),
    clientResets: int(CLIENT + SideInt.resets),
    serverResets: int(SERVER + SideInt.resets),
    clientTtl: known(int(CLIENT + SideInt.ttl)),
    serverTtl: known(int(SERVER + SideInt.ttl)),
    resetTtl: known(int(Int.resetTtl)),
    unreachableCode: connection.unreachable,
    closedBy: closerOf(connection),
    closedAfterNs: since(connection, Real.closedAtNs),
    closeReason: closeReasonOf(connection, ended),
    evidencePackets: connection.evidence ?? [],
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
    clientZeroWindowProbeAcks: int(CLIENT + SideInt.zeroWindowProbeAcks),
    serverZeroWindowProbeAcks: int(SERVER + SideInt.zeroWindowProbeAcks),
    gradeReasons: gradeReasons(connection, ended),
  };
}

function timesOf(connection: TcpConnection) {
  const synAtNs = connection.real(Real.synAtNs);
  const lastSynAckAtNs = connection.real(Real.lastSynAckAtNs);
  const handshakeAtNs = connection.real(Real.handshakeAtNs);
  const sawBoth = synAtNs !== NEVER && lastSynAckAtNs !== NEVER;
  const isWhole = sawBoth && handshakeAtNs !== NEVER;
  const asked = connection.real((CLIENT >> 1) + SideReal.firstDataAtNs);
  const answered = connection.real((SERVER >> 1) + SideReal.firstDataAtNs);
  return {
    handshakeServerNs: sawBoth ? Math.max(0, lastSynAckAtNs - synAtNs) : undefined,
    handshakeClientNs: isWhole ? Math.max(0, handshakeAtNs - lastSynAckAtNs) : undefined,
    handshakeNs: isWhole ? Math.max(0, handshakeAtNs - synAtNs) : undefined,
    firstByteNs: asked !== NEVER && answered >= asked ? answered - asked : undefined,
  };
}

function closerOf(connection: TcpConnection): ConnectionHealth["closedBy"] {
  if (connection.real(Real.closedAtNs) === NEVER) return "";
  return connection.has(ConnectionFlag.closedByServer) ? "server" : "client";
}

/** Time from the connection's beginning to one of its moments. */
function since(connection: TcpConnection, moment: number): number | undefined {
  const atNs = connection.real(moment);
  return atNs === NEVER ? undefined : Math.max(0, atNs - connection.startedAtNs);
}

/** How long a side's window stood at zero; one that still does, until the last packet. */
function closedNs(connection: TcpConnection, side: number): number {
  const closedForNs = connection.real((side >> 1) + SideReal.zeroWindowNs);
  const sinceNs = connection.real((side >> 1) + SideReal.zeroWindowSinceNs);
  return closedForNs + (sinceNs === NEVER ? 0 : Math.max(0, connection.lastAtNs - sinceNs));
}

function seenRtt(connection: TcpConnection, side: number, which: number): number | undefined {
  return connection.int(side + SideInt.rttSamples) === 0 ? undefined : Math.round(connection.real((side >> 1) + which));
}

function meanRtt(connection: TcpConnection, side: number): number | undefined {
  const samples = connection.int(side + SideInt.rttSamples);
  return samples === 0 ? undefined : Math.round(connection.real((side >> 1) + SideReal.rttSumNs) / samples);
}

/** Share of copies from which the capture holds packets twice; below it the network made them. */
const MANY_COPIES = 0.1;

function gradeReasons(connection: TcpConnection, ended: "captureEnd" | "idle" | "replaced"): GradeReason[] {
  const [clientPackets, serverPackets] = [
    connection.int(CLIENT + SideInt.packets),
    connection.int(SERVER + SideInt.packets),
  ];
  const unseenAcked = connection.int(CLIENT + SideInt.unseenAcked) + connection.int(SERVER + SideInt.unseenAcked);
  const reasons: GradeReason[] = [];
  if (connection.midStream) reasons.push("midStreamStart");
  if (ended === "captureEnd" && !connection.isOver && serverPackets > 0) reasons.push("captureEnded");
  if (unseenAcked > 0) reasons.push("missingSegments");
  const copies = connection.int(CLIENT + SideInt.copies) + connection.int(SERVER + SideInt.copies);
  if (copies > 0 && copies >= (clientPackets + serverPackets) * MANY_COPIES) reasons.push("duplicateVantage");
  if (connection.has(ConnectionFlag.cutPayload)) reasons.push("snapLength");
  const clientWentOn = (connection.completeness & (Complete.ack | Complete.data)) !== 0;
  if (clientPackets === 0 || (serverPackets === 0 && clientWentOn)) reasons.push("oneDirection");
  if (connection.clientAssembler?.hitLimit === true || connection.serverAssembler?.hitLimit === true)
    reasons.push("limitReached");
  return reasons;
}

/** Numbers below zero stand for "never seen" inside the engine. */
function known(value: number): number | undefined {
  return value < 0 ? undefined : value;
}
