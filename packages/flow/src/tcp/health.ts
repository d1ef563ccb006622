import type { ConnectionHealth, GradeReason } from "@weir/model";
import { NEVER } from "../side.ts";
import { tunnelName } from "../tunnel-name.ts";
import { closeReasonOf } from "./close-reason.ts";
import { Complete, type TcpConnection } from "./connection.ts";
import type { TcpSide } from "./side.ts";

/**
 * The finished numbers of a TCP connection. One flat literal: it is made for every connection, and a literal of one shape is many times
 * faster than one that is put together of parts.
 */
export function tcpHealth(connection: TcpConnection, ended: "captureEnd" | "idle" | "replaced"): ConnectionHealth {
  const { client, server, start } = connection;
  const { handshakeServerNs, handshakeClientNs, handshakeNs, firstByteNs } = timesOf(connection);
  const segments = client.dataSegments + server.dataSegments;
  const resent = client.dataRetransmissions + server.dataRetransmissions;
  return {
    transport: "tcp",
    streamNumber: connection.streamNumber,
    clientAddress: connection.clientAddress,
    clientPort: connection.clientPort,
    serverAddress: connection.serverAddress,
    serverPort: connection.serverPort,
    directionScore: connection.directionScore,
    durationNs: connection.lastAtNs - connection.startedAtNs,
    firstPacket: start.firstPacket,
    lastPacket: connection.lastPacket,
    firstFileOffset: start.firstFileOffset,
    lastFileOffset: connection.lastFileOffset,
    vlanId: known(start.vlanId),
    tunnel: tunnelName(start.tunnel),
    clientPackets: client.packets,
    serverPackets: server.packets,
    clientBytes: client.wireBytes,
    serverBytes: server.wireBytes,
    clientPayloadBytes: client.payloadBytes,
    serverPayloadBytes: server.payloadBytes,
    clientGoodputBytes: client.goodputBytes,
    serverGoodputBytes: server.goodputBytes,
    handshakeServerNs,
    handshakeClientNs,
    handshakeNs,
    firstByteNs,
    synRetransmissions: Math.max(0, connection.syns - 1),
    synAckRetransmissions: Math.max(0, connection.synAcks - 1),
    completeness: connection.completeness,
    clientDataSegments: client.dataSegments,
    serverDataSegments: server.dataSegments,
    clientRetransmissions: client.retransmissions,
    serverRetransmissions: server.retransmissions,
    clientFastRetransmissions: client.fastRetransmissions,
    serverFastRetransmissions: server.fastRetransmissions,
    clientSpuriousRetransmissions: client.spuriousRetransmissions,
    serverSpuriousRetransmissions: server.spuriousRetransmissions,
    clientOutOfOrder: client.outOfOrder,
    serverOutOfOrder: server.outOfOrder,
    clientLostSegments: client.lostSegments,
    serverLostSegments: server.lostSegments,
    clientUnseenAcked: client.unseenAcked,
    serverUnseenAcked: server.unseenAcked,
    clientDuplicateAcks: client.duplicateAcks,
    serverDuplicateAcks: server.duplicateAcks,
    clientDataRetransmissions: client.dataRetransmissions,
    serverDataRetransmissions: server.dataRetransmissions,
    retransmissionRatio: segments === 0 ? 0 : resent / segments,
    clientZeroWindows: client.zeroWindows,
    serverZeroWindows: server.zeroWindows,
    clientZeroWindowNs: closedNs(client, connection.lastAtNs),
    serverZeroWindowNs: closedNs(server, connection.lastAtNs),
    clientZeroWindowProbes: client.zeroWindowProbes,
    serverZeroWindowProbes: server.zeroWindowProbes,
    clientWindowFull: client.windowFull,
    serverWindowFull: server.windowFull,
    clientWindowUpdates: client.windowUpdates,
    serverWindowUpdates: server.windowUpdates,
    clientKeepAlives: client.keepAlives,
    serverKeepAlives: server.keepAlives,
    clientKeepAliveAcks: client.keepAliveAcks,
    serverKeepAliveAcks: server.keepAliveAcks,
    clientMinWindowBytes: known(client.minWindowBytes),
    serverMinWindowBytes: known(server.minWindowBytes),
    clientMss: known(client.maxSegmentBytes),
    serverMss: known(server.maxSegmentBytes),
    clientWindowScale: known(client.announcedWindowScale),
    serverWindowScale: known(server.announcedWindowScale),
    // The client's data measures the way to the server, the server's data the way to the client.
    rttServerMinNs: seenRtt(client, client.rttMinNs),
    rttServerMeanNs: seenRtt(client, client.rttSumNs / client.rttSamples),
    rttServerMaxNs: seenRtt(client, client.rttMaxNs),
    rttServerSamples: client.rttSamples,
    rttClientMinNs: seenRtt(server, server.rttMinNs),
    rttClientMeanNs: seenRtt(server, server.rttSumNs / server.rttSamples),
    rttClientMaxNs: seenRtt(server, server.rttMaxNs),
    rttClientSamples: server.rttSamples,
    longestStallNs: connection.longestStallNs,
    clientFins: client.fins,
    serverFins: server.fins,
    clientResets: client.resets,
    serverResets: server.resets,
    clientTtl: known(client.ttl),
    serverTtl: known(server.ttl),
    resetTtl: known(connection.resetTtl),
    unreachableCode: connection.unreachable,
    closeReason: closeReasonOf(connection, ended),
    evidencePackets: connection.evidence,
    gradeReasons: gradeReasons(connection, ended),
  };
}

function timesOf({ client, server, synAtNs, lastSynAckAtNs, handshakeAtNs }: TcpConnection) {
  const sawBoth = synAtNs !== NEVER && lastSynAckAtNs !== NEVER;
  const isWhole = sawBoth && handshakeAtNs !== NEVER;
  const asked = client.firstDataAtNs;
  const answered = server.firstDataAtNs;
  return {
    handshakeServerNs: sawBoth ? Math.max(0, lastSynAckAtNs - synAtNs) : undefined,
    handshakeClientNs: isWhole ? Math.max(0, handshakeAtNs - lastSynAckAtNs) : undefined,
    handshakeNs: isWhole ? Math.max(0, handshakeAtNs - synAtNs) : undefined,
    firstByteNs: asked !== NEVER && answered >= asked ? answered - asked : undefined,
  };
}

/** How long a side's window stood at zero; one that still does, until the last packet. */
function closedNs({ zeroWindowNs, zeroWindowSinceNs }: TcpSide, lastAtNs: number): number {
  return zeroWindowNs + (zeroWindowSinceNs === NEVER ? 0 : Math.max(0, lastAtNs - zeroWindowSinceNs));
}

function seenRtt({ rttSamples }: TcpSide, durationNs: number): number | undefined {
  return rttSamples === 0 ? undefined : Math.round(durationNs);
}

function gradeReasons(connection: TcpConnection, ended: "captureEnd" | "idle" | "replaced"): GradeReason[] {
  const { client, server } = connection;
  const reasons: GradeReason[] = [];
  const isOver = connection.firstResetFrom !== undefined || (client.fins > 0 && server.fins > 0);
  if (connection.midStream) reasons.push("midStreamStart");
  if (ended === "captureEnd" && !isOver && server.packets > 0) reasons.push("captureEnded");
  if (client.unseenAcked + server.unseenAcked > 0) reasons.push("missingSegments");
  if (connection.cutPayload) reasons.push("snapLength");
  const clientWentOn = (connection.completeness & (Complete.ack | Complete.data)) !== 0;
  if (client.packets === 0 || (server.packets === 0 && clientWentOn)) reasons.push("oneDirection");
  if (client.assembler?.hitLimit === true || server.assembler?.hitLimit === true) reasons.push("limitReached");
  return reasons;
}

/** Numbers below zero stand for "never seen" inside the engine. */
function known(value: number): number | undefined {
  return value < 0 ? undefined : value;
}
