import { Direction } from "@weir/model";
import { type Packet, type Shard, shardOfEnds, TcpFlag, Transport, Verdict } from "@weir/wire";
import { FlowConnection, packDirection } from "./connection.ts";
import type { FlowLimits, FlowSink, FlowTransport, Held, OpenConnection, PacketObserver } from "./contract.ts";
import { takeDatagram } from "./datagram.ts";
import { DirectionJudge, DirectionScore } from "./direction.ts";
import { Echoes } from "./echoes.ts";
import { DEFAULT_LIMITS } from "./limits.ts";
import type { ConnectionMemory } from "./memory/connection-memory.ts";
import { CLIENT, ConnectionFlag, Int, SERVER, SideFlag, SideInt } from "./memory/connection-record.ts";
import { ConversationFlag, type Conversations, type Ends, NONE, Word } from "./memory/conversations.ts";
import { notesOf } from "./notes.ts";
import { OpenConnections } from "./open-connections.ts";
import { Associations } from "./sctp/associations.ts";
import { swapSides } from "./swap-sides.ts";
import type { AckSight } from "./tcp/ack-watch.ts";
import { takeSegment } from "./tcp/segment.ts";
import { noteUnreachable } from "./unreachable.ts";
import type { Vantages } from "./vantages/vantages.ts";

const SYN_ACK = TcpFlag.syn | TcpFlag.ack;
const ENDS = TcpFlag.fin | TcpFlag.rst;
/** Conversations that one packet may begin, where they are named by it: tunnels within tunnels. */
export const BEGINNINGS_PER_PACKET = 8;

/** Which stream numbers an engine gives out. */
export interface StreamNumbering {
  readonly first: number;
  readonly step: number;
}

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
  /** Where packets are seen, by `interfaceId`: one that is seen at several places counts once then. Where it is absent each counts, as in Wireshark. */
  readonly vantages?: Vantages | undefined;
  /** Of several engines that watch together, the first stream number that this one gives out, and the step to the next: 0 and 1 where it is alone. */
  readonly numbering?: StreamNumbering | undefined;
  /** Hears of every stream number as it is given out; one connection or several, one after another, will bear it. */
  readonly onStream?: (transport: FlowTransport, streamNumber: number) => void;
}

/**
 * Packets in, connections out: finds each packet's connection, keeps its health, puts its streams in order. Stream numbers are
 * those of Wireshark: one per address and port pair in order of appearance, a new one where a SYN begins anew on known ports.
 * Holds open connections only. HOT PATH: {@link FlowEngine.packet}.
 */
export class FlowEngine {
  readonly #sink: FlowSink;
  readonly #observer: PacketObserver | undefined;
  readonly #shard: Shard | undefined;
  readonly #numbering: StreamNumbering;
  readonly #onStream: FlowEngineOptions["onStream"];
  readonly #open: OpenConnections;
  readonly #conversations: Conversations;
  readonly #memory: ConnectionMemory;
  readonly #hasHandles: boolean;
  readonly #directions = new DirectionJudge();
  #latePackets = 0;
  readonly #streamCounts: Record<FlowTransport, number> = { tcp: 0, udp: 0, icmp: 0, sctp: 0 };
  readonly #echoes: Echoes;
  /** Which of the packet's headers is being looked at, of those that make conversations; see `#nextStream`. */
  #layer = 0;
  readonly #associations: Associations;

  constructor({ sink, limits, observer, shard, onStream, vantages, numbering, streams = true }: FlowEngineOptions) {
    this.#shard = shard;
    this.#numbering = numbering ?? { first: 0, step: 1 };
    this.#onStream = onStream;
    this.#sink = sink;
    this.#observer = observer;
    this.#hasHandles = streams || observer !== undefined;
    this.#open = new OpenConnections({
      sink,
      limits: { ...DEFAULT_LIMITS, ...limits },
      hasStreams: streams,
      hasHandles: this.#hasHandles,
      vantages,
    });
    this.#conversations = this.#open.conversations;
    this.#memory = this.#open.memory;
    this.#echoes = new Echoes({
      open: this.#open,
      observer,
      isOthers: (packet, ends) => this.#isOthers(packet, ends),
      nextStream: () => this.#nextStream("icmp"),
    });
    this.#associations = new Associations({
      open: this.#open,
      directions: this.#directions,
      observer,
      hasHandles: this.#hasHandles,
      shard,
      nextStream: () => this.#nextStream("sctp"),
    });
  }

  /** Packets without payload that came after their connection was over and had left: they are in nobody's numbers. */
  get latePackets(): number {
    return this.#latePackets + this.#associations.latePackets;
  }

  /** Stream numbers given out so far, as Wireshark counts them. */
  get streamCounts(): Readonly<Record<FlowTransport, number>> {
    return { ...this.#streamCounts };
  }

  /** Connections that are held, and bytes of typed memory for them. */
  get held(): Held {
    return this.#open.held;
  }

  /** Packets that were counted at another vantage, by the vantage's number. */
  get copies(): readonly number[] {
    return this.#memory.sightings?.copies ?? [];
  }

  /** Takes one packet, in capture order. */
  packet(packet: Packet): void {
    this.#open.nowPacket = packet.number;
    this.#open.advance(packet.atNs);
    for (this.#layer = 0; this.#layer < packet.outerCount; this.#layer += 1)
      this.#udp(packet, packet.outer[this.#layer]!, false);
    const { transport, verdict } = packet;
    if (transport === Transport.tcp) {
      if (verdict === Verdict.ok) this.#tcp(packet);
    } else if (transport === Transport.udp) {
      if (verdict === Verdict.ok || verdict === Verdict.badTransportHeader) this.#udp(packet, packet, true);
    } else if (transport === Transport.sctp) {
      if (verdict === Verdict.ok) this.#associations.packet(packet);
    } else if (packet.quotedAt >= 0) noteUnreachable(packet, this.#conversations, this.#memory);
    else if (verdict === Verdict.ok) this.#echoes.packet(packet);
  }

  /** A packet that is another share's moves the clock as one's own does: connections of all shares end at the same time as those of the whole. */
  otherPacket(atNs: number): void {
    this.#open.advance(atNs);
  }

  /** Time has come to `atNs` without a packet, where packets come live: what is over or idle by then leaves. */
  tick(atNs: number): void {
    this.#open.advance(atNs);
    this.#open.sweep();
  }

  /**
   * Asks when the client acknowledges all that the sink was given of a connection's server so far: it is told with `FlowSink.acknowledged`, unless it
   * is known by now.
   */
  awaitAcknowledgment(connection: OpenConnection): AckSight {
    return connection instanceof FlowConnection ? this.#open.streams?.awaitAcknowledgment(connection) : undefined;
  }

  /** The open TCP connection between these ends, and which way a packet from the first to the second goes; undefined where there is none. */
  find(ends: Ends): { readonly connection: OpenConnection; readonly direction: Direction } | undefined {
    const number = this.#conversations.find(Transport.tcp, ends);
    const { fromFirst } = this.#conversations;
    if (number === NONE) return undefined;
    const at = this.#conversations.at(number);
    const record = this.#conversations.words[at + Word.record]!;
    if (record === NONE) return undefined;
    this.#memory.select(record);
    const connection = this.#open.handles[record];
    if (connection === undefined) return undefined;
    const firstIsClient = (this.#conversations.words[at + Word.flags]! & ConversationFlag.firstIsClient) !== 0;
    return { connection, direction: fromFirst === firstIsClient ? Direction.toServer : Direction.toClient };
  }

  /** From its next segment on a connection's bytes are not put in order any more, nor passed on. */
  dropStreams(connection: OpenConnection): void {
    if (connection instanceof FlowConnection) connection.hasStreams = false;
  }

  /**
   * Lets go what is over or was idle for too long at the time of the last packet. It comes by itself as time goes on; whoever watches a quiet capture
   * grow may ask for it.
   */
  sweep(): void {
    this.#open.sweep();
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
    this.#open.finish();
  }

  /** True where another worker has the conversation between these ends. */
  #isOthers(packet: Packet, ends: Ends): boolean {
    const shard = this.#shard;
    if (shard === undefined || (packet.isShared && ends === packet)) return false;
    return shardOfEnds(ends, shard.count) !== shard.index;
  }

  /** True for a packet of the memory's current connection that is counted at another vantage. */
  #isCopy(packet: Packet, fromClient: boolean): boolean {
    const { sightings, base } = this.#memory;
    return sightings?.isCopy(this.#memory, packet, base + (fromClient ? CLIENT : SERVER)) === true;
  }

  /** The next stream number; where several workers share a capture it is told from the packet, and made a count by who joins their results. */
  #nextStream(transport: FlowTransport): number {
    const count = this.#streamCounts[transport];
    this.#streamCounts[transport] += 1;
    const { first, step } = this.#numbering;
    const own = first + count * step;
    const number = this.#shard === undefined ? own : this.#open.nowPacket * BEGINNINGS_PER_PACKET + this.#layer;
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
    if (this.#isCopy(packet, fromClient)) return;
    const marks = takeSegment(this.#memory, packet, fromClient, isReused);
    if ((packet.tcpFlags & ENDS) !== 0) this.#open.lingerIfOver(record, packet);
    if (this.#hasHandles) this.#pass(record, packet, fromClient, marks);
    if (this.#open.isBeginning) this.#open.reportBeginning(record);
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
    this.#open.close(record, "replaced");
    words[at + Word.streamNumber] = this.#nextStream("tcp");
    return true;
  }

  /** A packet without payload after its connection was over and had left belongs to nobody. */
  #isLate(at: number, { tcpFlags, payloadBytes }: Packet): boolean {
    const hasEnded = (this.#conversations.words[at + Word.flags]! & ConversationFlag.hasEnded) !== 0;
    if (!hasEnded || payloadBytes > 0 || (tcpFlags & SYN_ACK) === TcpFlag.syn) return false;
    this.#latePackets += 1;
    return true;
  }

  #openTcp(number: number, packet: Packet, fromFirst: boolean, isReused: boolean): number {
    const record = this.#open.open(number, packet, this.#directions.ofTcp(packet), fromFirst);
    const { ints, base } = this.#memory;
    ints[base + Int.flags]! |=
      ((packet.tcpFlags & TcpFlag.syn) === 0 ? ConnectionFlag.midStream : 0) |
      (isReused ? ConnectionFlag.portReused : 0);
    this.#open.announce(record);
    return record;
  }

  /** Passes a segment's bytes on, and what was found of it. */
  #pass(record: number, packet: Packet, fromClient: boolean, marks: number): void {
    const connection = this.#open.handles[record]!;
    this.#open.streams?.segment(connection, packet, fromClient);
    this.#observer?.(connection, fromClient ? Direction.toServer : Direction.toClient, notesOf(marks));
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
      record = this.#open.open(number, packet, this.#directions.ofEnds(ends), fromFirst);
      this.#memory.ints[this.#memory.base + Int.flags]! |= ConnectionFlag.isDatagrams;
      this.#open.announce(record);
    } else this.#memory.select(record);
    const words = conversations.words[conversations.at(number) + Word.flags]!;
    const fromClient = fromFirst === ((words & ConversationFlag.firstIsClient) !== 0);
    if (this.#isCopy(packet, fromClient)) return;
    takeDatagram(this.#memory, packet, fromClient);
    if (this.#open.isBeginning) this.#open.reportBeginning(record);
    if (!this.#hasHandles) return;
    const connection = this.#open.handles[record]!;
    const direction = fromClient ? Direction.toServer : Direction.toClient;
    if (hasPayload && this.#open.streams !== undefined && packet.payloadEnd > packet.payloadAt) {
      const payload = packet.bytes.subarray(packet.payloadAt, packet.payloadEnd);
      this.#sink.data(connection, direction, payload, this.#open.mark());
    }
    this.#observer?.(connection, direction, notesOf(0));
  }
}
