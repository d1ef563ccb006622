import type { Mark as PacketMark } from "@weir/base";
import { Direction, type EndReason } from "@weir/model";
import { type Packet, type Shard, shardOfEnds, TcpFlag, Transport, Verdict } from "@weir/wire";
import { AddressText } from "./address-text.ts";
import { AttemptSummaries } from "./attempt-summaries.ts";
import type { Ended } from "./close-reason.ts";
import { FlowConnection, packDirection } from "./connection.ts";
import type { FlowLimits, FlowSink, OpenConnection, PacketObserver } from "./contract.ts";
import { takeDatagram } from "./datagram.ts";
import { DirectionJudge, type DirectionJudgement, DirectionScore } from "./direction.ts";
import { healthOf } from "./health.ts";
import { DEFAULT_LIMITS } from "./limits.ts";
import { ConnectionMemory } from "./memory/connection-memory.ts";
import { CLIENT, ConnectionFlag, Int, NO_RECORD, Real, SERVER, SideFlag, SideInt } from "./memory/connection-record.ts";
import { ConversationFlag, Conversations, type Ends, NONE, Word } from "./memory/conversations.ts";
import { FIRST_BUCKET_NS } from "./memory/throughput-record.ts";
import { Timers } from "./memory/timers.ts";
import { notesOf } from "./notes.ts";
import { isUnanswered, Victims } from "./overload.ts";
import { Remembered } from "./remembered.ts";
import { settleShapes } from "./settle-shapes.ts";
import { Streams } from "./streams.ts";
import { swapSides } from "./swap-sides.ts";
import { takeSegment } from "./tcp/segment.ts";
import { notePathMtu, pathMtuBytes, quotedEnds, unreachableReason } from "./unreachable.ts";

const SYN_ACK = TcpFlag.syn | TcpFlag.ack;
const ENDS = TcpFlag.fin | TcpFlag.rst;
/** How often a connection that goes on is looked at, and reported. */
const REPORT_NS = 60e9;
/** Conversations that one packet may begin, where they are named by it: tunnels within tunnels. */
export const BEGINNINGS_PER_PACKET = 8;
/** More records than there can be: what a packet's number is multiplied by to stand for order and record at once. */
const MAX_RECORDS = 1 << 21;
/** What `Int.firstPacket` says of a record that was given back. */
const GONE = -1;

export interface FlowEngineOptions {
  readonly sink: FlowSink;
  /** False counts and times only: the sink gets no bytes, gaps and ends of streams, and `opened` is not called. */
  readonly streams?: boolean;
  readonly limits?: Partial<FlowLimits>;
  readonly observer?: PacketObserver;
  /**
   * Keeps only the conversations of this share of the capture; stream numbers are then the numbers of the packets that began them. Packets of others are
   * told with {@link FlowEngine.otherPacket}.
   */
  readonly shard?: Shard;
  /** Hears of every stream number as it is given out; one connection or several, one after another, will bear it. */
  readonly onStream?: (transport: "tcp" | "udp", streamNumber: number) => void;
}

/**
 * Packets in, connections out: finds each packet's connection, keeps its health, puts its streams in order. Stream numbers are
 * those of Wireshark: one per address and port pair in order of appearance, a new one where a SYN begins anew on known ports.
 * Holds open connections only. HOT PATH: {@link FlowEngine.packet}.
 */
export class FlowEngine {
  readonly #sink: FlowSink;
  readonly #limits: FlowLimits;
  readonly #observer: PacketObserver | undefined;
  readonly #shard: Shard | undefined;
  readonly #onStream: FlowEngineOptions["onStream"];
  readonly #conversations = new Conversations();
  readonly #memory = new ConnectionMemory();
  readonly #timers = new Timers();
  readonly #directions = new DirectionJudge();
  readonly #addresses = new AddressText();
  readonly #remembered: Remembered;
  readonly #summaries = new AttemptSummaries();
  readonly #victims: Victims;
  readonly #streams: Streams | undefined;
  /** Connections as others see them, by record, where streams are wanted or packets are watched. */
  readonly #handles: (FlowConnection | undefined)[] = [];
  /** The same where only health is wanted: one for all. */
  readonly #view: FlowConnection;
  readonly #hasHandles: boolean;
  /** A connection began with this packet, and its beginning is to be reported. */
  #isBeginning = false;
  readonly #look = (record: number, stamp: number) => this.#lookAt(record, stamp);
  /** TCP packets without payload that came after their connection was over and had left: they are in nobody's numbers. */
  latePackets = 0;
  #tcpStreams = 0;
  #udpStreams = 0;
  #open = 0;
  // Zero as a double: see WIDE_ZERO in @weir/wire.
  #nowNs = -0;
  #nowPacket = 0;
  /** Which of the packet's headers is being looked at, of those that make conversations; see `#nextStream`. */
  #layer = 0;
  /** Time of the packet before: one packet from a far future must not make everything look idle. */
  #clockNs = -0;

  constructor({ sink, limits, observer, shard, onStream, streams = true }: FlowEngineOptions) {
    settleShapes();
    this.#shard = shard;
    this.#onStream = onStream;
    this.#sink = sink;
    this.#observer = observer;
    this.#limits = { ...DEFAULT_LIMITS, ...limits };
    this.#streams = streams ? new Streams(sink, this.#limits) : undefined;
    this.#hasHandles = streams || observer !== undefined;
    this.#view = this.#newHandle();
    this.#remembered = new Remembered(this.#conversations);
    this.#victims = new Victims(this.#memory);
  }

  /** Stream numbers given out so far, as Wireshark counts them. */
  get streamCounts(): { readonly tcp: number; readonly udp: number } {
    return { tcp: this.#tcpStreams, udp: this.#udpStreams };
  }

  /** Connections that are held, and bytes of typed memory for them. */
  get held(): { readonly connections: number; readonly bytes: number } {
    const bytes = this.#memory.bytes + this.#conversations.bytes + this.#victims.bytes;
    return { connections: this.#open, bytes };
  }

  /** Takes one packet, in capture order. */
  packet(packet: Packet): void {
    this.#nowPacket = packet.number;
    this.otherPacket(packet.atNs);
    for (this.#layer = 0; this.#layer < packet.outerCount; this.#layer += 1)
      this.#udp(packet, packet.outer[this.#layer]!, false);
    const { transport, verdict } = packet;
    if (transport === Transport.tcp) {
      if (verdict === Verdict.ok) this.#tcp(packet);
    } else if (transport === Transport.udp) {
      if (verdict === Verdict.ok || verdict === Verdict.badTransportHeader) this.#udp(packet, packet, true);
    } else if (packet.quotedAt >= 0) this.#unreachable(packet);
  }

  /** A packet that is another share's moves the clock as one's own does: connections of all shares end at the same time as those of the whole. */
  otherPacket(atNs: number): void {
    this.#clockNs = Math.min(this.#nowNs, atNs);
    this.#nowNs = atNs;
    if (this.#timers.isDue(this.#clockNs)) this.#lookAround();
  }

  /**
   * Lets go what is over or was idle for too long at the time of the last packet. It comes by itself as time goes on; whoever watches a quiet capture
   * grow may ask for it.
   */
  sweep(): void {
    this.#clockNs = this.#nowNs;
    this.#lookAround();
  }

  /** Looks at every connection whose timer has come, and tells what was summed up for long enough. */
  #lookAround(): void {
    this.#timers.fire(this.#clockNs, this.#look);
    if (this.#summaries.isDue(this.#clockNs)) this.#summarize();
  }

  /**
   * What was said on a connection tells who asked: it went in the direction `asked`, as the sink was given it. Where the client was only guessed, this is
   * better evidence, and where it was guessed wrong, client and server are swapped in everything that is kept. True where they were: from then on
   * the sink is given directions as they now are. A handshake that was seen stays the judge.
   */
  confirmDirection(connection: OpenConnection, asked: Direction): boolean {
    if (!(connection instanceof FlowConnection) || connection.directionScore >= DirectionScore.protocol) return false;
    const { ints, base } = connection.memory;
    ints[base + Int.direction] = packDirection(DirectionScore.protocol, "protocol");
    if (asked === Direction.toServer) return false;
    swapSides(connection);
    const at = this.#conversations.at(ints[base + Int.conversation]!);
    this.#conversations.words[at + Word.flags]! ^= ConversationFlag.firstIsClient;
    return true;
  }

  /** The capture ends: what is open is closed, in order of its beginning. */
  finish(): void {
    // A million objects to sort would take more memory than what they stand for.
    const order = new Float64Array(this.#open);
    let count = 0;
    for (let record = 0; record < this.#memory.records.used; record += 1) {
      const base = this.#memory.select(record);
      const firstPacket = this.#memory.ints[base + Int.firstPacket]!;
      if (firstPacket !== GONE) order[count++] = firstPacket * MAX_RECORDS + record;
    }
    for (const place of order.sort()) this.#close(place % MAX_RECORDS, "captureEnd");
    this.#summarize();
  }

  #summarize(): void {
    for (const summary of this.#summaries.take()) this.#sink.summarized?.(summary, this.#mark());
  }

  /** True where another worker has the conversation between these ends. */
  #isOthers(packet: Packet, ends: Ends): boolean {
    const shard = this.#shard;
    if (shard === undefined || (packet.isShared && ends === packet)) return false;
    return shardOfEnds(ends, shard.count) !== shard.index;
  }

  /** The next stream number; where several workers share a capture it is told from the packet, and made a count by who joins their results. */
  #nextStream(transport: "tcp" | "udp"): number {
    const count = transport === "tcp" ? this.#tcpStreams++ : this.#udpStreams++;
    const number = this.#shard === undefined ? count : this.#nowPacket * BEGINNINGS_PER_PACKET + this.#layer;
    this.#onStream?.(transport, number);
    return number;
  }

  #tcp(packet: Packet): void {
    if (this.#isOthers(packet, packet)) return;
    const conversations = this.#conversations;
    let number = conversations.find(Transport.tcp, packet);
    const { fromFirst } = conversations;
    let isReused = false;
    if (number === NONE) number = conversations.add(this.#nextStream("tcp"));
    else if (packet.tcpFlags !== TcpFlag.ack) isReused = this.#beginsAnew(number, packet, fromFirst);
    let at = conversations.at(number);
    let record = conversations.words[at + Word.record]!;
    if (record === NONE) {
      if (!isReused && this.#isLate(at, packet)) return;
      record = this.#openTcp(number, packet, fromFirst, isReused);
      at = conversations.at(number);
    } else this.#memory.select(record);
    const fromClient = fromFirst === ((conversations.words[at + Word.flags]! & ConversationFlag.firstIsClient) !== 0);
    const marks = takeSegment(this.#memory, packet, fromClient, isReused);
    if ((packet.tcpFlags & ENDS) !== 0) this.#lingerIfOver(record, packet);
    if (this.#hasHandles) this.#pass(record, packet, fromClient, marks);
    if (this.#isBeginning) this.#reportBeginning(record);
  }

  /** True where a SYN begins a new connection on the ports of one that is known (Wireshark's rule for `tcp.stream`); the old one is closed. */
  #beginsAnew(number: number, { tcpFlags, tcpSequence }: Packet, fromFirst: boolean): boolean {
    if ((tcpFlags & SYN_ACK) !== TcpFlag.syn) return false;
    const { words } = this.#conversations;
    const at = this.#conversations.at(number);
    const record = words[at + Word.record]!;
    if (record === NONE) {
      // The ports' last connection was over long ago: a SYN cannot belong to it.
      words[at + Word.streamNumber] = this.#nextStream("tcp");
      return false;
    }
    const base = this.#memory.select(record);
    const fromClient = fromFirst === ((words[at + Word.flags]! & ConversationFlag.firstIsClient) !== 0);
    const side = base + (fromClient ? CLIENT : SERVER);
    const { ints } = this.#memory;
    if ((ints[side + SideInt.flags]! & SideFlag.hasBase) === 0 || ints[side + SideInt.base] === (tcpSequence | 0))
      return false;
    this.#close(record, "replaced");
    words[at + Word.streamNumber] = this.#nextStream("tcp");
    return true;
  }

  /** A packet without payload after its connection was over and had left belongs to nobody. */
  #isLate(at: number, { tcpFlags, payloadBytes }: Packet): boolean {
    const hasEnded = (this.#conversations.words[at + Word.flags]! & ConversationFlag.hasEnded) !== 0;
    if (!hasEnded || payloadBytes > 0 || (tcpFlags & SYN_ACK) === TcpFlag.syn) return false;
    this.latePackets += 1;
    return true;
  }

  #openTcp(number: number, packet: Packet, fromFirst: boolean, isReused: boolean): number {
    const record = this.#openRecord(number, packet, this.#directions.ofTcp(packet), fromFirst);
    const { ints, base } = this.#memory;
    ints[base + Int.flags]! |=
      ((packet.tcpFlags & TcpFlag.syn) === 0 ? ConnectionFlag.midStream : 0) |
      (isReused ? ConnectionFlag.portReused : 0);
    this.#announce(record);
    return record;
  }

  /** A record for a conversation that has none, the memory's current one. */
  #openRecord(
    number: number,
    packet: Packet,
    { senderIsClient, evidence }: DirectionJudgement,
    fromFirst: boolean,
  ): number {
    if (this.#open >= this.#limits.openConnections) this.#makeRoom();
    const memory = this.#memory;
    memory.allocate();
    const { record, ints, reals, base } = memory;
    const real = base >> 1;
    reals[real + Real.startedAtNs] = packet.atNs;
    reals[real + Real.lastAtNs] = packet.atNs;
    reals[real + Real.bucketEndNs] = packet.atNs + FIRST_BUCKET_NS;
    reals[real + Real.firstFileOffset] = packet.fileOffset;
    ints[base + Int.conversation] = number;
    ints[base + Int.firstPacket] = packet.number;
    ints[base + Int.layers] = ((packet.vlanId + 1) << 4) | packet.tunnel;
    ints[base + Int.direction] = packDirection(DirectionScore[evidence], evidence);
    const { words } = this.#conversations;
    const at = this.#conversations.at(number);
    words[at + Word.record] = record;
    const isQueued = words[at + Word.flags]! & ConversationFlag.queued;
    words[at + Word.flags] = isQueued | (senderIsClient === fromFirst ? ConversationFlag.firstIsClient : 0);
    this.#open += 1;
    this.#isBeginning = this.#sink.started !== undefined;
    this.#victims.opened(packet.number);
    this.#timers.set(packet.atNs + REPORT_NS, record, packet.number, this.#clockNs);
    return record;
  }

  /** Gives the new connection to whoever wants to keep something beside it. */
  #announce(record: number): void {
    if (!this.#hasHandles) return;
    const handle = this.#newHandle().moveTo(record);
    this.#handles[record] = handle;
    this.#streams?.attach(handle);
    this.#sink.opened(handle);
    this.#memory.select(record);
  }

  #newHandle(): FlowConnection {
    return new FlowConnection(this.#memory, this.#conversations, this.#addresses);
  }

  #handleOf(record: number): FlowConnection {
    return this.#handles[record] ?? this.#view.moveTo(record);
  }

  /** Passes a segment's bytes on, and what was found of it. */
  #pass(record: number, packet: Packet, fromClient: boolean, marks: number): void {
    const connection = this.#handles[record]!;
    this.#streams?.segment(connection, packet, fromClient);
    this.#observer?.(connection, fromClient ? Direction.toServer : Direction.toClient, notesOf(marks));
  }

  #lingerIfOver(record: number, packet: Packet): void {
    const { ints, base } = this.#memory;
    if ((ints[base + Int.flags]! & ConnectionFlag.lingers) !== 0 || !this.#handleOf(record).isOver) return;
    ints[base + Int.flags]! |= ConnectionFlag.lingers;
    this.#timers.set(packet.atNs + this.#limits.tcpLingerNs, record, ints[base + Int.firstPacket]!, this.#clockNs);
  }

  /** `ends` are the packet's own, or those of a tunnel's UDP header around it: a conversation of its own, without readable payload. */
  #udp(packet: Packet, ends: Ends, hasPayload: boolean): void {
    if (this.#isOthers(packet, ends)) return;
    const conversations = this.#conversations;
    let number = conversations.find(Transport.udp, ends);
    const { fromFirst } = conversations;
    if (number === NONE) number = conversations.add(this.#nextStream("udp"));
    let record = conversations.words[conversations.at(number) + Word.record]!;
    if (record === NONE) {
      record = this.#openRecord(number, packet, this.#directions.ofEnds(ends), fromFirst);
      this.#memory.ints[this.#memory.base + Int.flags]! |= ConnectionFlag.isUdp;
      this.#announce(record);
    } else this.#memory.select(record);
    const words = conversations.words[conversations.at(number) + Word.flags]!;
    const fromClient = fromFirst === ((words & ConversationFlag.firstIsClient) !== 0);
    takeDatagram(this.#memory, packet, fromClient);
    if (this.#isBeginning) this.#reportBeginning(record);
    if (!this.#hasHandles) return;
    const connection = this.#handles[record]!;
    const direction = fromClient ? Direction.toServer : Direction.toClient;
    if (hasPayload && this.#streams !== undefined && packet.payloadEnd > packet.payloadAt) {
      const payload = packet.bytes.subarray(packet.payloadAt, packet.payloadEnd);
      this.#sink.data(connection, direction, payload, this.#mark());
    }
    this.#observer?.(connection, direction, notesOf(0));
  }

  /** An ICMP error belongs to the connection whose packet it quotes. */
  #unreachable(packet: Packet): void {
    const quoted = quotedEnds(packet);
    if (quoted === undefined) return;
    const number = this.#conversations.find(quoted.transport, quoted.ends);
    if (number === NONE) return;
    const record = this.#conversations.words[this.#conversations.at(number) + Word.record]!;
    if (record === NONE) return;
    this.#memory.select(record);
    const reason = unreachableReason(packet);
    if (reason !== undefined) this.#memory.needExtras().unreachable ||= reason;
    const mtuBytes = pathMtuBytes(packet);
    if (mtuBytes !== undefined) notePathMtu(this.#memory, mtuBytes);
  }

  /** A connection's timer has come: it leaves where it is over or idle, is reported where it goes on, and is looked at again. */
  #lookAt(record: number, stamp: number): void {
    const memory = this.#memory;
    const base = memory.select(record);
    const { ints, reals } = memory;
    if (ints[base + Int.firstPacket] !== stamp) return;
    const flags = ints[base + Int.flags]!;
    const { tcpIdleNs, udpIdleNs, tcpLingerNs } = this.#limits;
    const limitNs =
      (flags & ConnectionFlag.lingers) !== 0
        ? tcpLingerNs
        : (flags & ConnectionFlag.isUdp) === 0
          ? tcpIdleNs
          : udpIdleNs;
    const dueNs = reals[(base >> 1) + Real.lastAtNs]! + limitNs;
    if (this.#nowNs >= dueNs && this.#clockNs >= dueNs) {
      this.#close(record, "idle");
      return;
    }
    if ((flags & ConnectionFlag.lingers) === 0) this.#report(record);
    this.#timers.set(Math.min(dueNs, this.#clockNs + REPORT_NS), record, stamp, this.#clockNs);
  }

  #reportBeginning(record: number): void {
    this.#isBeginning = false;
    const connection = this.#handleOf(record);
    this.#sink.started?.(connection, healthOf(connection, "captureEnd"), this.#mark());
  }

  /** Says how a long-lived connection is doing, where anything happened since it was said last. */
  #report(record: number): void {
    const { ints, reals, base } = this.#memory;
    const minutes = Math.floor((this.#clockNs - reals[(base >> 1) + Real.startedAtNs]!) / REPORT_NS);
    const sinceNs = this.#clockNs - reals[(base >> 1) + Real.lastAtNs]!;
    if (this.#sink.updated === undefined || minutes <= ints[base + Int.reports]! || sinceNs > REPORT_NS) return;
    ints[base + Int.reports] = minutes;
    const connection = this.#handleOf(record);
    this.#sink.updated(connection, healthOf(connection, "captureEnd"), this.#mark());
  }

  /** Too many connections are open: attempts that nobody answered go first, summed up, then what was idle for longest. */
  #makeRoom(): void {
    const record = this.#victims.pick();
    if (record === NO_RECORD) return;
    if (!isUnanswered(this.#memory, record)) {
      this.#close(record, "limit");
      return;
    }
    const connection = this.#handleOf(record);
    this.#summaries.add(healthOf(connection, "limit"), connection.startedAtNs, this.#nowNs);
    this.#release(record);
  }

  #close(record: number, ended: Ended): void {
    const connection = this.#handleOf(record);
    this.#streams?.finish(connection);
    const base = this.#memory.select(record);
    const conversation = this.#memory.ints[base + Int.conversation]!;
    const { words } = this.#conversations;
    const { isOver } = connection;
    if (isOver) words[this.#conversations.at(conversation) + Word.flags]! |= ConversationFlag.hasEnded;
    const health = healthOf(connection, ended);
    this.#sink.closed(connection, health, endReasonOf(connection, isOver, ended), this.#mark());
    this.#release(record);
  }

  #release(record: number): void {
    const memory = this.#memory;
    const base = memory.select(record);
    const conversation = memory.ints[base + Int.conversation]!;
    memory.ints[base + Int.firstPacket] = GONE;
    memory.release();
    if (this.#hasHandles) this.#handles[record] = undefined;
    this.#open -= 1;
    this.#conversations.words[this.#conversations.at(conversation) + Word.record] = NONE;
    this.#remembered.add(conversation, this.#limits.rememberedConversations);
  }

  #mark(): PacketMark {
    return { packetNumber: this.#nowPacket, atNs: this.#nowNs };
  }
}

/** Why the connection is over, as far as its packets say. */
function endReasonOf(connection: FlowConnection, isOver: boolean, ended: Ended): EndReason {
  if (connection.has(ConnectionFlag.wasReset)) return "reset";
  if (isOver && connection.transport === "tcp") return "fin";
  return ended === "limit" ? "idle" : ended;
}
