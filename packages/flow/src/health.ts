import type { ConnectionHealth } from "@weir/model";
import { STALL_REASONS } from "@weir/model";
import { closeReasonOf, closerOf, type Ended } from "./close-reason.ts";
import type { ConnectionEnds, FlowConnection } from "./connection.ts";
import type { HealthReading } from "./contract.ts";
import { gradeReasonsOf } from "./grade.ts";
import { notCapturedBytes, retransmissionRatioOf } from "./loss-numbers.ts";
import {
  announcedMss,
  announcedScale,
  CLIENT,
  COMPLETENESS_SHIFT,
  highHalf,
  Int,
  lowHalf,
  NEVER,
  OPTION_SHIFT,
  Real,
  SERVER,
  SideInt,
  SideReal,
} from "./memory/connection-record.ts";
import { TROUBLE_CLIENT, TROUBLE_SERVER, Trouble, TroubleInt, TroubleReal } from "./memory/trouble-record.ts";
import { roundTripsOf } from "./round-trip-numbers.ts";
import { synOptionNames } from "./tcp/options.ts";
import { throughputOf } from "./throughput.ts";
import { firstByteNs, handshakeOf, pauseOf, turnsOf } from "./timing-numbers.ts";
import { tunnelName } from "./tunnel-name.ts";

/*
 * The finished numbers of a connection, a line each. They are the fields of a class, which read from the connection that `healthOf` set before: an
 * object of more than 127 properties is made many times faster so than by a literal, and one is made for every connection.
 */

let connection: FlowConnection;
let ended: Ended = "idle";
let ints: Int32Array = new Int32Array(0);
let reals: Float64Array = new Float64Array(0);
let base = 0;
let troubleInts = ints;
let troubleReals = reals;
let troubleBase = -1;
let ends: ConnectionEnds;
let handshake: ReturnType<typeof handshakeOf>;
let turns: ReturnType<typeof turnsOf>;
let series: ReturnType<typeof throughputOf>;
let toServer: ReturnType<typeof roundTripsOf>;
let toClient: ReturnType<typeof roundTripsOf>;
let isTcp = true;

const int = (offset: number) => ints[base + offset]!;
const real = (offset: number) => reals[(base >> 1) + offset]!;
const trouble = (offset: number) => (troubleBase < 0 ? 0 : troubleInts[troubleBase + offset]!);
const troubleReal = (offset: number) => (troubleBase < 0 ? 0 : troubleReals[(troubleBase >> 1) + offset]!);

/** The finished numbers of a connection. What only TCP knows is zero or absent for the others. */
export function healthOf(of: FlowConnection, because: Ended): ConnectionHealth {
  connection = of;
  ended = because;
  const { memory } = of;
  ({ ints, reals, base } = memory);
  const record = int(Int.trouble);
  troubleBase = record < 0 ? -1 : memory.trouble.select(record);
  troubleInts = memory.trouble.ints;
  troubleReals = memory.trouble.reals;
  isTcp = of.transport === "tcp";
  ends = of.readEnds();
  handshake = handshakeOf(of);
  turns = turnsOf(memory);
  series = throughputOf(memory);
  toServer = roundTripsOf(memory, CLIENT);
  toClient = roundTripsOf(memory, SERVER);
  return new Health();
}

/** Reads a connection's numbers when asked; moved from connection to connection. */
export class ConnectionReading implements HealthReading {
  connection: FlowConnection;
  ended: Ended = "idle";

  constructor(connection: FlowConnection) {
    this.connection = connection;
  }

  record(): ConnectionHealth {
    return healthOf(this.connection, this.ended);
  }
}

class Identity {
  readonly transport = connection.transport;
  readonly streamNumber = ends.streamNumber;
  readonly clientAddress = ends.clientAddress;
  readonly clientPort = ends.clientPort;
  readonly serverAddress = ends.serverAddress;
  readonly serverPort = ends.serverPort;
  readonly directionScore = connection.directionScore;
  readonly directionEvidence = connection.directionEvidence;
  readonly durationNs = real(Real.lastAtNs) - real(Real.startedAtNs);
  readonly firstPacket = int(Int.firstPacket);
  readonly lastPacket = int(Int.lastPacket);
  readonly firstFileOffset = real(Real.firstFileOffset);
  readonly lastFileOffset = real(Real.lastFileOffset);
  readonly vlanId = known((int(Int.layers) >> 4) - 1);
  readonly tunnel = tunnelName(int(Int.layers) & 0xf);
  readonly paths = 1 + (connection.memory.extras?.association?.otherPaths.size ?? 0);
}

class Volume extends Identity {
  readonly clientPackets = int(CLIENT + SideInt.packets);
  readonly serverPackets = int(SERVER + SideInt.packets);
  readonly clientBytes = real((CLIENT >> 1) + SideReal.wireBytes);
  readonly serverBytes = real((SERVER >> 1) + SideReal.wireBytes);
  readonly clientPayloadBytes = real((CLIENT >> 1) + SideReal.payloadBytes);
  readonly serverPayloadBytes = real((SERVER >> 1) + SideReal.payloadBytes);
  readonly clientGoodputBytes = goodputBytes(CLIENT);
  readonly serverGoodputBytes = goodputBytes(SERVER);
  readonly clientDataSegments = int(CLIENT + SideInt.dataSegments);
  readonly serverDataSegments = int(SERVER + SideInt.dataSegments);
  readonly clientLargestSegmentBytes = int(CLIENT + SideInt.largestSegmentBytes);
  readonly serverLargestSegmentBytes = int(SERVER + SideInt.largestSegmentBytes);
  readonly throughputBucketNs = series.bucketNs;
  readonly clientThroughput = series.client;
  readonly serverThroughput = series.server;
}

class Network extends Volume {
  readonly clientTtl = firstTtl(int(CLIENT + SideInt.network), int(CLIENT + SideInt.packets));
  readonly serverTtl = firstTtl(int(SERVER + SideInt.network), int(SERVER + SideInt.packets));
  readonly clientTtlChanges = trouble(TROUBLE_CLIENT + TroubleInt.ttlChanges);
  readonly serverTtlChanges = trouble(TROUBLE_SERVER + TroubleInt.ttlChanges);
  readonly clientDscp = firstDscp(int(CLIENT + SideInt.network), int(CLIENT + SideInt.packets));
  readonly serverDscp = firstDscp(int(SERVER + SideInt.network), int(SERVER + SideInt.packets));
  readonly clientDscpChanges = trouble(TROUBLE_CLIENT + TroubleInt.dscpChanges);
  readonly serverDscpChanges = trouble(TROUBLE_SERVER + TroubleInt.dscpChanges);
  readonly clientCongestionMarks = trouble(TROUBLE_CLIENT + TroubleInt.congestionMarks);
  readonly serverCongestionMarks = trouble(TROUBLE_SERVER + TroubleInt.congestionMarks);
  readonly clientCongestionEchoes = trouble(TROUBLE_CLIENT + TroubleInt.congestionEchoes);
  readonly serverCongestionEchoes = trouble(TROUBLE_SERVER + TroubleInt.congestionEchoes);
  readonly clientCongestionReduced = trouble(TROUBLE_CLIENT + TroubleInt.congestionReduced);
  readonly serverCongestionReduced = trouble(TROUBLE_SERVER + TroubleInt.congestionReduced);
}

class Handshake extends Network {
  readonly handshakeServerNs = handshake.serverNs;
  readonly handshakeClientNs = handshake.clientNs;
  readonly handshakeNs = handshake.wholeNs;
  readonly synRetransmissions = Math.max(0, lowHalf(int(Int.syns)) - 1);
  readonly synAckRetransmissions = Math.max(0, highHalf(int(Int.syns)) - 1);
  readonly completeness = int(Int.flags) >>> COMPLETENESS_SHIFT;
  readonly portReuses = handshake.portReuses;
}

class Loss extends Handshake {
  readonly clientRetransmissions = trouble(TROUBLE_CLIENT + TroubleInt.retransmissions);
  readonly serverRetransmissions = trouble(TROUBLE_SERVER + TroubleInt.retransmissions);
  readonly clientFastRetransmissions = trouble(TROUBLE_CLIENT + TroubleInt.fastRetransmissions);
  readonly serverFastRetransmissions = trouble(TROUBLE_SERVER + TroubleInt.fastRetransmissions);
  readonly clientSpuriousRetransmissions = trouble(TROUBLE_CLIENT + TroubleInt.spuriousRetransmissions);
  readonly serverSpuriousRetransmissions = trouble(TROUBLE_SERVER + TroubleInt.spuriousRetransmissions);
  readonly clientTimeoutRetransmissions = trouble(TROUBLE_CLIENT + TroubleInt.timeoutRetransmissions);
  readonly serverTimeoutRetransmissions = trouble(TROUBLE_SERVER + TroubleInt.timeoutRetransmissions);
  readonly clientTailLossProbes = trouble(TROUBLE_CLIENT + TroubleInt.tailLossProbes);
  readonly serverTailLossProbes = trouble(TROUBLE_SERVER + TroubleInt.tailLossProbes);
  readonly clientDataRetransmissions = trouble(TROUBLE_CLIENT + TroubleInt.dataRetransmissions);
  readonly serverDataRetransmissions = trouble(TROUBLE_SERVER + TroubleInt.dataRetransmissions);
  readonly clientRetransmittedBytes = troubleReal((TROUBLE_CLIENT >> 1) + TroubleReal.resentBytes);
  readonly serverRetransmittedBytes = troubleReal((TROUBLE_SERVER >> 1) + TroubleReal.resentBytes);
  readonly clientCopies = trouble(TROUBLE_CLIENT + TroubleInt.copies);
  readonly serverCopies = trouble(TROUBLE_SERVER + TroubleInt.copies);
  readonly retransmissionRatio = connection.isReliable ? retransmissionRatioOf(connection) : 0;
  readonly clientOutOfOrder = trouble(TROUBLE_CLIENT + TroubleInt.outOfOrder);
  readonly serverOutOfOrder = trouble(TROUBLE_SERVER + TroubleInt.outOfOrder);
  readonly clientLostSegments = trouble(TROUBLE_CLIENT + TroubleInt.lostSegments);
  readonly serverLostSegments = trouble(TROUBLE_SERVER + TroubleInt.lostSegments);
  readonly clientUnseenAcked = trouble(TROUBLE_CLIENT + TroubleInt.unseenAcked);
  readonly serverUnseenAcked = trouble(TROUBLE_SERVER + TroubleInt.unseenAcked);
  readonly clientLostBefore = trouble(TROUBLE_CLIENT + TroubleInt.lostBefore);
  readonly serverLostBefore = trouble(TROUBLE_SERVER + TroubleInt.lostBefore);
  readonly clientLostAfter = trouble(TROUBLE_CLIENT + TroubleInt.lostAfter);
  readonly serverLostAfter = trouble(TROUBLE_SERVER + TroubleInt.lostAfter);
  readonly clientNotCapturedBytes = isTcp ? notCapturedBytes(connection, CLIENT) : 0;
  readonly serverNotCapturedBytes = isTcp ? notCapturedBytes(connection, SERVER) : 0;
  readonly clientDuplicateAcks = trouble(TROUBLE_CLIENT + TroubleInt.duplicateAcks);
  readonly serverDuplicateAcks = trouble(TROUBLE_SERVER + TroubleInt.duplicateAcks);
  readonly clientSackBlocks = trouble(TROUBLE_CLIENT + TroubleInt.sackBlocks);
  readonly serverSackBlocks = trouble(TROUBLE_SERVER + TroubleInt.sackBlocks);
  readonly clientDuplicateSacks = trouble(TROUBLE_CLIENT + TroubleInt.duplicateSacks);
  readonly serverDuplicateSacks = trouble(TROUBLE_SERVER + TroubleInt.duplicateSacks);
}

class Windows extends Loss {
  readonly clientZeroWindows = trouble(TROUBLE_CLIENT + TroubleInt.zeroWindows);
  readonly serverZeroWindows = trouble(TROUBLE_SERVER + TroubleInt.zeroWindows);
  readonly clientZeroWindowNs = closedWindowNs(TROUBLE_CLIENT);
  readonly serverZeroWindowNs = closedWindowNs(TROUBLE_SERVER);
  readonly clientZeroWindowProbes = trouble(TROUBLE_CLIENT + TroubleInt.zeroWindowProbes);
  readonly serverZeroWindowProbes = trouble(TROUBLE_SERVER + TroubleInt.zeroWindowProbes);
  readonly clientZeroWindowProbeAcks = trouble(TROUBLE_CLIENT + TroubleInt.zeroWindowProbeAcks);
  readonly serverZeroWindowProbeAcks = trouble(TROUBLE_SERVER + TroubleInt.zeroWindowProbeAcks);
  readonly clientWindowFull = trouble(TROUBLE_CLIENT + TroubleInt.windowFull);
  readonly serverWindowFull = trouble(TROUBLE_SERVER + TroubleInt.windowFull);
  readonly clientWindowUpdates = trouble(TROUBLE_CLIENT + TroubleInt.windowUpdates);
  readonly serverWindowUpdates = trouble(TROUBLE_SERVER + TroubleInt.windowUpdates);
  readonly clientKeepAlives = trouble(TROUBLE_CLIENT + TroubleInt.keepAlives);
  readonly serverKeepAlives = trouble(TROUBLE_SERVER + TroubleInt.keepAlives);
  readonly clientKeepAliveAcks = trouble(TROUBLE_CLIENT + TroubleInt.keepAliveAcks);
  readonly serverKeepAliveAcks = trouble(TROUBLE_SERVER + TroubleInt.keepAliveAcks);
  readonly clientMinWindowBytes = known(int(CLIENT + SideInt.minWindowBytes));
  readonly serverMinWindowBytes = known(int(SERVER + SideInt.minWindowBytes));
  readonly clientMeanWindowBytes = meanWindowBytes(CLIENT);
  readonly serverMeanWindowBytes = meanWindowBytes(SERVER);
  readonly clientMaxWindowBytes = known(int(CLIENT + SideInt.maxWindowBytes));
  readonly serverMaxWindowBytes = known(int(SERVER + SideInt.maxWindowBytes));
  readonly clientMaxBytesInFlight = int(CLIENT + SideInt.maxInFlightBytes);
  readonly serverMaxBytesInFlight = int(SERVER + SideInt.maxInFlightBytes);
  readonly clientMss = known(announcedMss(int(CLIENT + SideInt.announced)));
  readonly serverMss = known(announcedMss(int(SERVER + SideInt.announced)));
  readonly clientWindowScale = known(announcedScale(int(CLIENT + SideInt.announced)));
  readonly serverWindowScale = known(announcedScale(int(SERVER + SideInt.announced)));
  readonly clientOptions = synOptionNames(int(CLIENT + SideInt.flags) >>> OPTION_SHIFT);
  readonly serverOptions = synOptionNames(int(SERVER + SideInt.flags) >>> OPTION_SHIFT);
}

class RoundTrips extends Windows {
  // The client's data measures the way to the server, the server's data the way to the client.
  readonly rttServerMinNs = toServer.minNs;
  readonly rttServerMeanNs = toServer.meanNs;
  readonly rttServerMaxNs = toServer.maxNs;
  readonly rttServerDeviationNs = toServer.deviationNs;
  readonly rttServerP50Ns = toServer.p50Ns;
  readonly rttServerP95Ns = toServer.p95Ns;
  readonly rttServerP99Ns = toServer.p99Ns;
  readonly rttServerSamples = int(CLIENT + SideInt.rttSamples);
  readonly rttServerByTimestamp = trouble(TROUBLE_CLIENT + TroubleInt.rttByTimestamp);
  readonly rttClientMinNs = toClient.minNs;
  readonly rttClientMeanNs = toClient.meanNs;
  readonly rttClientMaxNs = toClient.maxNs;
  readonly rttClientDeviationNs = toClient.deviationNs;
  readonly rttClientP50Ns = toClient.p50Ns;
  readonly rttClientP95Ns = toClient.p95Ns;
  readonly rttClientP99Ns = toClient.p99Ns;
  readonly rttClientSamples = int(SERVER + SideInt.rttSamples);
  readonly rttClientByTimestamp = trouble(TROUBLE_SERVER + TroubleInt.rttByTimestamp);
}

class Turns extends RoundTrips {
  readonly connectionTimeNs = handshake.connectionTimeNs;
  readonly firstByteNs = firstByteNs(connection);
  readonly thinkMeanNs = turns.thinkMeanNs;
  readonly thinkMaxNs = turns.thinkMaxNs;
  readonly thinkSamples = turns.thinkSamples;
  readonly clientIdleMeanNs = turns.idleMeanNs;
  readonly clientIdleMaxNs = turns.idleMaxNs;
  readonly clientIdleSamples = turns.idleSamples;
  readonly longestStallNs = real(Real.longestStallNs);
  readonly longestStallReason = STALL_REASONS[lowHalf(int(Int.stallReason))] ?? "";
  readonly longestStallPacket = int(Int.stallPacket);
}

class Health extends Turns implements ConnectionHealth {
  readonly clientFins = lowHalf(int(CLIENT + SideInt.closes));
  readonly serverFins = lowHalf(int(SERVER + SideInt.closes));
  readonly clientResets = highHalf(int(CLIENT + SideInt.closes));
  readonly serverResets = highHalf(int(SERVER + SideInt.closes));
  readonly resetTtl = known(resetTtl());
  readonly resetAfterNs = troubleBase < 0 ? undefined : pauseOf(troubleReal(Trouble.resetAfterNs));
  readonly unreachableCode = connection.unreachable;
  readonly abortCause = connection.memory.extras?.association?.abortCause ?? "";
  readonly pathMtuBytes = trouble(Trouble.pathMtuBytes) || undefined;
  readonly closedBy = closerOf(connection);
  readonly closedAfterNs = closedAfterNs();
  readonly closeReason = closeReasonOf(connection, ended);
  readonly attempts = 1;
  readonly evidencePackets = connection.memory.extras?.evidence ?? NO_PACKETS;
  readonly vantages = connection.memory.sightings?.namesOf(connection.memory);
  readonly gradeReasons = gradeReasonsOf(connection, ended);
}

const NO_PACKETS: readonly number[] = [];

/** Numbers below zero stand for "never seen" inside the engine. */
function known(value: number): number | undefined {
  return value < 0 ? undefined : value;
}

function goodputBytes(side: number): number {
  const repeated = (side === CLIENT ? TROUBLE_CLIENT : TROUBLE_SERVER) >> 1;
  return real((side >> 1) + SideReal.payloadBytes) - troubleReal(repeated + TroubleReal.repeatedBytes);
}

function resetTtl(): number {
  return troubleBase < 0 ? -1 : trouble(Trouble.resetTtl);
}

function firstTtl(network: number, packets: number): number | undefined {
  return packets === 0 ? undefined : network >>> 24;
}

function firstDscp(network: number, packets: number): number | undefined {
  return packets === 0 ? undefined : (network >>> 18) & 0x3f;
}

/** Mean of the windows that a side offered, over its packets but resets. */
function meanWindowBytes(side: number): number | undefined {
  const packets = int(side + SideInt.packets) - highHalf(int(side + SideInt.closes));
  // SCTP offers no window with every packet.
  if (!isTcp || packets <= 0 || int(side + SideInt.maxWindowBytes) < 0) return undefined;
  return Math.round(real((side >> 1) + SideReal.windowSumBytes) / packets);
}

/** How long a side's window stood at zero; one that still does, until the last packet. `side` is of the trouble record. */
function closedWindowNs(side: number): number {
  if (troubleBase < 0) return 0;
  const sinceNs = troubleReal((side >> 1) + TroubleReal.zeroWindowSinceNs);
  const closedForNs = troubleReal((side >> 1) + TroubleReal.zeroWindowNs);
  return closedForNs + (sinceNs === NEVER ? 0 : Math.max(0, real(Real.lastAtNs) - sinceNs));
}

/** Time from the connection's beginning to its first FIN or reset. */
function closedAfterNs(): number | undefined {
  const atNs = real(Real.closedAtNs);
  return atNs === NEVER ? undefined : Math.max(0, atNs - real(Real.startedAtNs));
}
