import type { ConnectionHealth, GradeReason } from "@weir/model";
import type { Packet } from "@weir/wire";
import type { OpenConnection } from "./contract.ts";
import { NEVER, SideCounters } from "./side.ts";
import type { ConnectionStart } from "./tcp/connection.ts";
import { tunnelName } from "./tunnel-name.ts";

/** Both directions of a UDP conversation while it is open. */
export class UdpConnection implements OpenConnection {
  readonly transport = "udp";
  readonly firstRttNs = 0;
  readonly streamNumber: number;
  readonly clientAddress: string;
  readonly clientPort: number;
  readonly serverAddress: string;
  readonly serverPort: number;
  readonly directionScore: number;
  readonly midStream = false;
  readonly completeness = 0;
  readonly startedAtNs: number;
  readonly start: ConnectionStart;
  /** UDP has no acknowledgements to measure by. */
  readonly rttServerMinNs = undefined;
  attachment: unknown;

  readonly client = new SideCounters();
  readonly server = new SideCounters();
  lastAtNs: number;
  lastPacket: number;
  lastFileOffset: number;
  longestStallNs = 0;
  cutPayload = false;
  unreachable = "";

  constructor(start: ConnectionStart) {
    this.start = start;
    this.streamNumber = start.streamNumber;
    this.clientAddress = start.clientAddress;
    this.clientPort = start.clientPort;
    this.serverAddress = start.serverAddress;
    this.serverPort = start.serverPort;
    this.directionScore = start.directionScore;
    this.startedAtNs = start.startedAtNs;
    this.lastAtNs = start.startedAtNs;
    this.lastPacket = start.firstPacket;
    this.lastFileOffset = start.firstFileOffset;
  }

  get firstPacket(): number {
    return this.start.firstPacket;
  }

  packet(packet: Packet, fromClient: boolean): void {
    const side = fromClient ? this.client : this.server;
    const { atNs } = packet;
    this.longestStallNs = Math.max(this.longestStallNs, atNs - this.lastAtNs);
    this.lastAtNs = Math.max(this.lastAtNs, atNs);
    this.lastPacket = packet.number;
    this.lastFileOffset = packet.fileOffset;
    side.packets += 1;
    side.wireBytes += packet.wireBytes;
    side.payloadBytes += packet.payloadBytes;
    side.goodputBytes += packet.payloadBytes;
    if (packet.payloadBytes > 0) side.dataSegments += 1;
    if (side.ttl < 0) side.ttl = packet.ttl;
    if (side.firstDataAtNs === NEVER) side.firstDataAtNs = atNs;
    if (packet.payloadEnd - packet.payloadAt < packet.payloadBytes) this.cutPayload = true;
  }
}

/** The finished numbers of a UDP conversation: what TCP alone knows is zero or absent. */
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: one line per fact
export function udpHealth(connection: UdpConnection, ended: "captureEnd" | "idle"): ConnectionHealth {
  const { client, server, start } = connection;
  const reasons: GradeReason[] = [];
  if (connection.cutPayload) reasons.push("snapLength");
  const answered =
    client.firstDataAtNs !== NEVER && server.firstDataAtNs >= client.firstDataAtNs
      ? server.firstDataAtNs - client.firstDataAtNs
      : undefined;
  return {
    transport: "udp",
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
    vlanId: start.vlanId < 0 ? undefined : start.vlanId,
    tunnel: tunnelName(start.tunnel),
    clientPackets: client.packets,
    serverPackets: server.packets,
    clientBytes: client.wireBytes,
    serverBytes: server.wireBytes,
    clientPayloadBytes: client.payloadBytes,
    serverPayloadBytes: server.payloadBytes,
    clientGoodputBytes: client.goodputBytes,
    serverGoodputBytes: server.goodputBytes,
    firstByteNs: server.packets === 0 ? undefined : answered,
    clientDataSegments: client.dataSegments,
    serverDataSegments: server.dataSegments,
    longestStallNs: connection.longestStallNs,
    // What only TCP knows. Written out: one flat literal is many times faster than a spread, and this is made for every datagram of a scan.
    synRetransmissions: 0,
    synAckRetransmissions: 0,
    completeness: 0,
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
    rttServerSamples: 0,
    rttClientSamples: 0,
    clientFins: 0,
    serverFins: 0,
    clientResets: 0,
    serverResets: 0,
    evidencePackets: [],
    clientTtl: client.ttl < 0 ? undefined : client.ttl,
    serverTtl: server.ttl < 0 ? undefined : server.ttl,
    unreachableCode: connection.unreachable,
    closedBy: "",
    closeReason: connection.unreachable === "" ? (ended === "idle" ? "idle" : "open") : "unreachable",
    directionEvidence: "firstSpeaker",
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
    gradeReasons: reasons,
  };
}
