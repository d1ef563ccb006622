import type { Mark as PacketMark } from "@weir/base";
import { Direction } from "@weir/model";
import { type Packet, TcpFlag, Transport, Verdict } from "@weir/wire";
import { AddressText } from "./address-text.ts";
import type { FlowLimits, FlowSink, PacketObserver } from "./contract.ts";
import { type DirectionJudgement, DirectionScore, judgeByPorts } from "./direction.ts";
import { type Ends, FlowIndex } from "./flow-index.ts";
import { DEFAULT_LIMITS } from "./limits.ts";
import { notesOf } from "./notes.ts";
import { type ReorderBudget, StreamAssembler, type StreamSink } from "./tcp/assembler.ts";
import { type ConnectionStart, TcpConnection } from "./tcp/connection.ts";
import { tcpHealth } from "./tcp/health.ts";
import { TcpMemory } from "./tcp/memory.ts";
import { takeSegment } from "./tcp/segment.ts";
import { plus } from "./tcp/sequence.ts";
import { UdpConnection, udpHealth } from "./udp.ts";
import { quotedEnds, unreachableReason } from "./unreachable.ts";

/** How often, in packets, idle connections are looked for, and those that are over let go. */
const SWEEP_EVERY = 1 << 16;
const LEAVE_EVERY = 1 << 10;
/** Places at the front of the queue of those that are over which may stand empty before it is cut. */
const MAX_LEFT = 1 << 14;

const SYN_ACK = TcpFlag.syn | TcpFlag.ack;

/** A conversation's place: its stream number stays when the connection is closed and forgotten. */
interface Slot {
  streamNumber: number;
  connection: TcpConnection | UdpConnection | undefined;
  firstIsClient: boolean;
  /** True once a TCP connection was over and has left: what comes without payload is late, and no connection of its own. */
  hasEnded: boolean;
}

/** A TCP connection that is over and waits for late packets. */
interface Lingering {
  readonly slot: Slot;
  readonly connection: TcpConnection;
  sinceNs: number;
}

export interface FlowEngineOptions {
  readonly sink: FlowSink;
  /** False counts and times only: the sink gets no bytes, gaps and ends of streams. */
  readonly streams?: boolean;
  readonly limits?: Partial<FlowLimits>;
  readonly observer?: PacketObserver;
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
  readonly #wantsStreams: boolean;
  readonly #index = new FlowIndex();
  readonly #memory = new TcpMemory();
  readonly #addresses = new AddressText();
  #slots: Slot[] = [];
  /** Connections that may go on, those with the oldest start first. */
  readonly #open = new Set<Slot>();
  /** TCP connections that are over and wait for late packets, in the order in which they ended. */
  readonly #over: Lingering[] = [];
  /** Where `#over` begins: what lies before has left. */
  #overAt = 0;
  readonly #budget: ReorderBudget;
  /** TCP packets without payload that came after their connection was over and had left: they are in nobody's numbers. */
  latePackets = 0;
  #tcpStreams = 0;
  #udpStreams = 0;
  #sinceSweep = 0;
  #nowNs = 0;
  #nowPacket = 0;

  constructor({ sink, limits, observer, streams = true }: FlowEngineOptions) {
    this.#sink = sink;
    this.#wantsStreams = streams;
    this.#observer = observer;
    this.#limits = { ...DEFAULT_LIMITS, ...limits };
    this.#budget = {
      heldBytes: 0,
      maxBytes: this.#limits.reorderBytesTotal,
      maxBytesPerStream: this.#limits.reorderBytesPerStream,
    };
  }

  /** Stream numbers given out so far, as Wireshark counts them. */
  get streamCounts(): { readonly tcp: number; readonly udp: number } {
    return { tcp: this.#tcpStreams, udp: this.#udpStreams };
  }

  /** Takes one packet, in capture order. */
  packet(packet: Packet): void {
    // The latest packet's time, not the highest: one packet from a far future would make everything look idle for ever.
    this.#nowNs = packet.atNs;
    this.#nowPacket = packet.number;
    for (let index = 0; index < packet.outerCount; index += 1) this.#outer(packet, packet.outer[index]!);
    const { transport, verdict } = packet;
    if (transport === Transport.tcp) {
      if (verdict === Verdict.ok) this.#tcp(packet);
    } else if (transport === Transport.udp) {
      if (verdict === Verdict.ok || verdict === Verdict.badTransportHeader) this.#udp(packet, packet, true);
    } else if (packet.quotedAt >= 0) this.#unreachable(packet);
    this.#sinceSweep += 1;
    if ((this.#sinceSweep & (LEAVE_EVERY - 1)) === 0) this.#letGo();
    if (this.#sinceSweep >= SWEEP_EVERY || this.#openCount > this.#limits.openConnections) this.sweep();
  }

  /** The capture ends: what is open is closed, in order of its beginning. */
  finish(): void {
    const slots = this.#slots.filter(({ connection }) => connection !== undefined);
    slots.sort((a, b) => (a.connection?.firstPacket ?? 0) - (b.connection?.firstPacket ?? 0));
    for (const slot of slots) this.#close(slot, "captureEnd");
  }

  #tcp(packet: Packet): void {
    const number = this.#index.find(Transport.tcp, packet);
    const fromFirst = this.#index.fromFirst;
    let slot = number < 0 ? undefined : this.#slots[number]!;
    let isReused = false;
    const open = slot?.connection as TcpConnection | undefined;
    if (
      slot !== undefined &&
      open?.isReusedBy(packet.tcpFlags, packet.tcpSequence, fromFirst === slot.firstIsClient) === true
    ) {
      this.#close(slot, "replaced");
      slot.streamNumber = this.#tcpStreams++;
      isReused = true;
    }
    if (slot !== undefined && open === undefined) {
      // The ports' last connection was over long ago: a SYN cannot belong to it.
      if ((packet.tcpFlags & SYN_ACK) === TcpFlag.syn) slot.streamNumber = this.#tcpStreams++;
      else if (slot.hasEnded && packet.payloadBytes === 0) {
        this.latePackets += 1;
        return;
      }
    }
    slot ??= this.#newSlot(this.#tcpStreams++);
    const connection = (slot.connection as TcpConnection | undefined) ?? this.#openTcp(slot, packet, fromFirst);
    const fromClient = fromFirst === slot.firstIsClient;
    const marks = takeSegment(connection, packet, fromClient, isReused);
    this.#deliver(connection, packet, fromClient);
    if ((packet.tcpFlags & (TcpFlag.fin | TcpFlag.rst)) !== 0 && !connection.lingers && connection.isOver) {
      connection.lingers = true;
      this.#open.delete(slot);
      this.#over.push({ slot, connection, sinceNs: packet.atNs });
    }
    this.#observer?.(connection, fromClient ? Direction.toServer : Direction.toClient, notesOf(marks));
  }

  /** A place for the conversation that was last looked up and not found. */
  #newSlot(streamNumber: number): Slot {
    const slot: Slot = { streamNumber, connection: undefined, firstIsClient: true, hasEnded: false };
    this.#index.set(this.#slots.length);
    this.#slots.push(slot);
    return slot;
  }

  /** Forgets the stream numbers of conversations that are over, the older half of those that are remembered. */
  #forget(): void {
    const { rememberedConversations } = this.#limits;
    let spare = this.#slots.length - (rememberedConversations >> 1);
    const kept: Slot[] = [];
    const numbers = this.#slots.map((slot) => {
      if (slot.connection === undefined && spare > 0) {
        spare -= 1;
        return -1;
      }
      return kept.push(slot) - 1;
    });
    this.#index.renumber((number) => numbers[number] ?? -1);
    this.#slots = kept;
  }

  #openTcp(slot: Slot, packet: Packet, fromFirst: boolean): TcpConnection {
    const judged = judgeTcp(packet);
    slot.firstIsClient = judged.senderIsClient === fromFirst;
    const midStream = (packet.tcpFlags & TcpFlag.syn) === 0;
    const connection = new TcpConnection(this.#startOf(packet, packet, slot, judged, midStream), this.#memory);
    if (this.#wantsStreams) {
      connection.clientAssembler = this.#assembler(connection, Direction.toServer);
      connection.serverAssembler = this.#assembler(connection, Direction.toClient);
    }
    slot.connection = connection;
    slot.hasEnded = false;
    this.#open.add(slot);
    this.#sink.opened(connection);
    return connection;
  }

  #assembler(connection: TcpConnection, direction: Direction): StreamAssembler {
    return new StreamAssembler(new DirectionSink(this.#sink, connection, direction), this.#budget);
  }

  #deliver(connection: TcpConnection, packet: Packet, fromClient: boolean): void {
    const assembler = fromClient ? connection.clientAssembler : connection.serverAssembler;
    const { tcpFlags: flags, tcpSequence: sequence, payloadBytes } = packet;
    if (assembler === undefined) return;
    if ((flags & TcpFlag.syn) !== 0) assembler.start(sequence);
    const dataAt = (flags & TcpFlag.syn) === 0 ? sequence : plus(sequence, 1);
    // Keep-alives repeat one byte that was sent before: the assembler drops it as known, but not where it began mid-stream.
    if (payloadBytes > 0 && (flags & TcpFlag.rst) === 0) {
      assembler.segment(
        dataAt,
        packet.bytes.subarray(packet.payloadAt, packet.payloadEnd),
        payloadBytes,
        this.#mark(packet),
      );
    }
    if ((flags & TcpFlag.fin) !== 0) assembler.fin(plus(dataAt, payloadBytes), this.#mark(packet));
  }

  #udp(packet: Packet, ends: Ends, hasPayload: boolean): void {
    const number = this.#index.find(Transport.udp, ends);
    const fromFirst = this.#index.fromFirst;
    let slot = number < 0 ? undefined : this.#slots[number]!;
    slot ??= this.#newSlot(this.#udpStreams++);
    let connection = slot.connection as UdpConnection | undefined;
    if (connection === undefined) {
      const judged = judgeByPorts(ends.sourcePort, ends.destinationPort);
      slot.firstIsClient = judged.senderIsClient === fromFirst;
      connection = new UdpConnection(this.#startOf(packet, ends, slot, judged, false));
      slot.connection = connection;
      this.#open.add(slot);
      this.#sink.opened(connection);
    }
    const fromClient = fromFirst === slot.firstIsClient;
    connection.packet(packet, fromClient);
    const direction = fromClient ? Direction.toServer : Direction.toClient;
    if (hasPayload && this.#wantsStreams && packet.payloadEnd > packet.payloadAt) {
      this.#sink.data(
        connection,
        direction,
        packet.bytes.subarray(packet.payloadAt, packet.payloadEnd),
        this.#mark(packet),
      );
    }
    this.#observer?.(connection, direction, notesOf(0));
  }

  /** A tunnel's UDP header is a conversation of its own, without readable payload. */
  #outer(packet: Packet, outer: Ends): void {
    this.#udp(packet, outer, false);
  }

  #unreachable(packet: Packet): void {
    const reason = unreachableReason(packet);
    const quoted = reason === undefined ? undefined : quotedEnds(packet);
    if (reason === undefined || quoted === undefined) return;
    const number = this.#index.find(quoted.transport, quoted.ends);
    const connection = number < 0 ? undefined : this.#slots[number]!.connection;
    if (connection !== undefined && connection.unreachable === "") connection.unreachable = reason;
  }

  get #openCount(): number {
    return this.#open.size + this.#over.length - this.#overAt;
  }

  /** Closes what was over for long enough; what got late packets meanwhile waits once more. */
  #letGo(): void {
    const untilNs = this.#nowNs - this.#limits.tcpLingerNs;
    for (; this.#overAt < this.#over.length; this.#overAt += 1) {
      const lingering = this.#over[this.#overAt]!;
      const { slot, connection, sinceNs } = lingering;
      if (slot.connection !== connection) continue;
      if (sinceNs > untilNs) break;
      if (connection.lastAtNs > untilNs) {
        lingering.sinceNs = connection.lastAtNs;
        this.#over.push(lingering);
      } else this.#close(slot, "idle");
    }
    if (this.#overAt <= MAX_LEFT) return;
    this.#over.splice(0, this.#overAt);
    this.#overAt = 0;
  }

  /**
   * Closes what is over or was idle for too long at the time of the last packet, and the longest idle ones where too many are open. It comes by itself
   * every so many packets; whoever watches a quiet capture grow may ask for it.
   */
  sweep(): void {
    this.#sinceSweep = 0;
    this.#letGo();
    const { tcpIdleNs, udpIdleNs, openConnections } = this.#limits;
    for (const slot of this.#open) {
      const { connection } = slot;
      if (connection === undefined) continue;
      const idleNs = this.#nowNs - connection.lastAtNs;
      if (idleNs > (connection.transport === "udp" ? udpIdleNs : tcpIdleNs)) this.#close(slot, "idle");
    }
    if (this.#slots.length > this.#limits.rememberedConversations) this.#forget();
    if (this.#openCount <= openConnections) return;
    // What is over goes first, then what was idle for longest; an eighth more than needed, so that sorting is rare.
    let spare = this.#openCount - openConnections + (openConnections >> 3);
    for (; spare > 0 && this.#overAt < this.#over.length; this.#overAt += 1, spare -= 1) {
      const { slot, connection } = this.#over[this.#overAt]!;
      if (slot.connection === connection) this.#close(slot, "idle");
    }
    const byAge = [...this.#open].sort((a, b) => (a.connection?.lastAtNs ?? 0) - (b.connection?.lastAtNs ?? 0));
    for (const slot of byAge.slice(0, Math.max(0, spare))) this.#close(slot, "idle");
  }

  #close(slot: Slot, ended: "captureEnd" | "idle" | "replaced"): void {
    const { connection } = slot;
    if (connection === undefined) return;
    slot.connection = undefined;
    this.#open.delete(slot);
    const mark: PacketMark = { packetNumber: this.#nowPacket, atNs: this.#nowNs };
    if (connection.transport === "udp") {
      this.#sink.closed(connection, udpHealth(connection, ended === "captureEnd" ? ended : "idle"), ended, mark);
      return;
    }
    connection.clientAssembler?.finish();
    connection.serverAssembler?.finish();
    slot.hasEnded = connection.isOver;
    const health = tcpHealth(connection, ended);
    this.#sink.closed(connection, health, connection.endReason(ended), mark);
    this.#memory.release(connection.base);
  }

  #startOf(
    packet: Packet,
    ends: Ends,
    slot: Slot,
    { senderIsClient, score }: DirectionJudgement,
    midStream: boolean,
  ): ConnectionStart {
    const sender = this.#addresses.of(ends.bytes, ends.sourceAddressAt, ends.addressBytes);
    const receiver = this.#addresses.of(ends.bytes, ends.destinationAddressAt, ends.addressBytes);
    return {
      streamNumber: slot.streamNumber,
      clientAddress: senderIsClient ? sender : receiver,
      clientPort: senderIsClient ? ends.sourcePort : ends.destinationPort,
      serverAddress: senderIsClient ? receiver : sender,
      serverPort: senderIsClient ? ends.destinationPort : ends.sourcePort,
      directionScore: score,
      midStream,
      startedAtNs: packet.atNs,
      firstPacket: packet.number,
      firstFileOffset: packet.fileOffset,
      vlanId: packet.vlanId,
      tunnel: packet.tunnel,
    };
  }

  #mark(packet: Packet): PacketMark {
    return { packetNumber: packet.number, atNs: packet.atNs };
  }
}

/** Says of which connection and direction a stream's bytes are. */
class DirectionSink implements StreamSink {
  readonly #sink: FlowSink;
  readonly #connection: TcpConnection;
  readonly #direction: Direction;

  constructor(sink: FlowSink, connection: TcpConnection, direction: Direction) {
    this.#sink = sink;
    this.#connection = connection;
    this.#direction = direction;
  }

  data(bytes: Uint8Array, mark: PacketMark): void {
    this.#sink.data(this.#connection, this.#direction, bytes, mark);
  }

  gap(missingBytes: number, mark: PacketMark): void {
    this.#sink.gap(this.#connection, this.#direction, missingBytes, mark);
  }

  end(mark: PacketMark): void {
    this.#sink.ended(this.#connection, this.#direction, mark);
  }
}

/** SYN and SYN-ACK prove who is the client; otherwise ports hint at it. */
function judgeTcp({ tcpFlags, sourcePort, destinationPort }: Packet): DirectionJudgement {
  if ((tcpFlags & TcpFlag.syn) !== 0)
    return { senderIsClient: (tcpFlags & TcpFlag.ack) === 0, score: DirectionScore.certain };
  return judgeByPorts(sourcePort, destinationPort);
}
