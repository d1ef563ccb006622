import type { Mark as PacketMark } from "@weir/base";
import type { EndReason } from "@weir/model";
import type { Packet } from "@weir/wire";
import { AddressText } from "./address-text.ts";
import { AttemptSummaries } from "./attempt-summaries.ts";
import type { Ended } from "./close-reason.ts";
import { FlowConnection, packDirection } from "./connection.ts";
import type { FlowLimits, FlowSink, HealthReading, Held } from "./contract.ts";
import { type DirectionJudgement, DirectionScore } from "./direction.ts";
import { ConnectionReading, healthOf } from "./health.ts";
import { ConnectionMemory } from "./memory/connection-memory.ts";
import { ConnectionFlag, highHalf, Int, NO_RECORD, Real, setHigh } from "./memory/connection-record.ts";
import { ConversationFlag, Conversations, NONE, Word } from "./memory/conversations.ts";
import { FIRST_BUCKET_NS } from "./memory/throughput-record.ts";
import { Timers } from "./memory/timers.ts";
import { isUnanswered, Victims } from "./overload.ts";
import { Remembered } from "./remembered.ts";
import { Rest } from "./rest.ts";
import { settleShapes } from "./settle-shapes.ts";
import { Streams } from "./streams.ts";
import type { Vantages } from "./vantages/vantages.ts";

/** How often a connection that goes on is looked at, and reported. */
const REPORT_NS = 60e9;
/** More records than there can be: what a packet's number is multiplied by to stand for order and record at once. */
const MAX_RECORDS = 1 << 21;
/** What `Int.firstPacket` says of a record that was given back. */
const GONE = -1;

/** What open connections are kept for. */
export interface OpenConnectionsOptions {
  readonly sink: FlowSink;
  readonly limits: FlowLimits;
  /** Whether streams are put in order. */
  readonly hasStreams: boolean;
  /** Whether each connection has an object of its own for others to hold. */
  readonly hasHandles: boolean;
  /** Where packets are seen; absent where each packet counts. */
  readonly vantages: Vantages | undefined;
}

/**
 * The connections that are open, from their first packet to when they leave: closed and lingered, idle, replaced, or pushed out where there are too
 * many. Keeps the clock, which is the packets' own; reports what begins, goes on and ends.
 */
export class OpenConnections {
  readonly conversations = new Conversations();
  readonly memory: ConnectionMemory;
  readonly streams: Streams | undefined;
  /** Connections as others see them, by record, where they are wanted. */
  readonly handles: (FlowConnection | undefined)[] = [];
  /** A connection began with this packet, and its beginning is to be reported. */
  isBeginning = false;
  nowPacket = 0;
  readonly #sink: FlowSink;
  readonly #limits: FlowLimits;
  readonly #timers = new Timers();
  readonly #addresses = new AddressText();
  readonly #remembered: Remembered;
  readonly #summaries = new AttemptSummaries();
  readonly #victims: Victims;
  /** The same where only health is wanted: one for all. */
  readonly #view: FlowConnection;
  /** What sinks read a connection's numbers from; one for all. */
  readonly #reading: ConnectionReading;
  readonly #hasHandles: boolean;
  /** Absent where none rests. */
  readonly #rest: Rest | undefined;
  readonly #look = (record: number, stamp: number) => this.#lookAt(record, stamp);
  #open = 0;
  // Zero as a double: see WIDE_ZERO in @weir/wire.
  #nowNs = -0;
  /** Time of the packet before: one packet from a far future must not make everything look idle. */
  #clockNs = -0;

  constructor({ sink, limits, hasStreams, hasHandles, vantages }: OpenConnectionsOptions) {
    const { restNs } = limits;
    const rests = Number.isFinite(restNs);
    this.memory = new ConnectionMemory(
      vantages,
      rests ? (record, reader) => this.#rest?.wake(record, reader) : undefined,
    );
    settleShapes();
    this.#sink = sink;
    this.#limits = limits;
    this.#hasHandles = hasHandles;
    this.streams = hasStreams ? new Streams(sink, limits) : undefined;
    const newHandle = hasHandles ? () => this.#newHandle() : undefined;
    const { memory, handles, streams } = this;
    this.#rest = rests ? new Rest({ memory, handles, streams, sink, restNs, newHandle }) : undefined;
    this.#view = this.#newHandle();
    this.#reading = new ConnectionReading(this.#view);
    this.#remembered = new Remembered(this.conversations);
    this.#victims = new Victims(this.memory);
  }

  /** How many there are, how many of them rest, and bytes of memory for them. */
  get held(): Held {
    const bytes = this.memory.bytes + this.conversations.bytes + this.#victims.bytes;
    return { connections: this.#open, resting: this.memory.resting, bytes };
  }

  /** Time goes on to a packet's. */
  advance(atNs: number): void {
    this.#clockNs = Math.min(this.#nowNs, atNs);
    this.#nowNs = atNs;
    if (this.#timers.isDue(this.#clockNs)) this.#lookAround();
    this.#rest?.advance(this.#clockNs);
  }

  /** Lets go what is over or was idle for too long at the time of the last packet. */
  sweep(): void {
    this.#clockNs = this.#nowNs;
    this.#lookAround();
  }

  /** The capture ends: what is open is closed, in order of its beginning. */
  finish(): void {
    // A million objects to sort would take more memory than what they stand for.
    const order = new Float64Array(this.#open);
    let count = 0;
    for (let record = 0; record < this.memory.used; record += 1) {
      const base = this.memory.peek(record);
      const firstPacket = this.memory.ints[base + Int.firstPacket]!;
      if (firstPacket !== GONE) order[count++] = firstPacket * MAX_RECORDS + record;
    }
    for (const place of order.sort()) this.close(place % MAX_RECORDS, "captureEnd");
    this.#summarize();
  }

  #summarize(): void {
    for (const summary of this.#summaries.take()) this.#sink.summarized?.(summary, this.mark());
  }

  /** A record for a conversation that has none, the memory's current one. */
  open(number: number, packet: Packet, { senderIsClient, evidence }: DirectionJudgement, fromFirst: boolean): number {
    if (this.#open >= this.#limits.openConnections) this.#makeRoom();
    const memory = this.memory;
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
    const { words } = this.conversations;
    const at = this.conversations.at(number);
    words[at + Word.record] = record;
    const isQueued = words[at + Word.flags]! & ConversationFlag.queued;
    words[at + Word.flags] = isQueued | (senderIsClient === fromFirst ? ConversationFlag.firstIsClient : 0);
    this.#open += 1;
    this.isBeginning = this.#sink.started !== undefined;
    this.#victims.opened(packet.number);
    this.#timers.set(packet.atNs + REPORT_NS, record, packet.number, this.#clockNs);
    return record;
  }

  /** Gives the new connection to whoever wants to keep something beside it. */
  announce(record: number): void {
    if (!this.#hasHandles) return;
    const handle = this.#newHandle().moveTo(record);
    this.handles[record] = handle;
    this.streams?.attach(handle);
    this.#sink.opened(handle);
    this.memory.select(record);
  }

  #newHandle(): FlowConnection {
    return new FlowConnection(this.memory, this.conversations, this.#addresses);
  }

  handleOf(record: number): FlowConnection {
    return this.handles[record] ?? this.#view.moveTo(record);
  }

  /** A connection that its last segment ended waits for late packets. */
  lingerIfOver(record: number, packet: Packet): void {
    const { ints, base } = this.memory;
    if ((ints[base + Int.flags]! & ConnectionFlag.lingers) !== 0 || !this.handleOf(record).isOver) return;
    ints[base + Int.flags]! |= ConnectionFlag.lingers;
    this.#timers.set(packet.atNs + this.#limits.tcpLingerNs, record, ints[base + Int.firstPacket]!, this.#clockNs);
  }

  /** Tells of the connection that began with this packet. */
  reportBeginning(record: number): void {
    this.isBeginning = false;
    const connection = this.handleOf(record);
    this.#sink.started?.(connection, this.#read(connection, "captureEnd"), this.mark());
  }

  /** Looks at every connection whose timer has come, and tells what was summed up for long enough. */
  #lookAround(): void {
    this.#timers.fire(this.#clockNs, this.#look);
    if (this.#summaries.isDue(this.#clockNs)) this.#summarize();
  }

  /** A connection's timer has come: it leaves where it is over or idle, is reported where it goes on, and is looked at again. */
  #lookAt(record: number, stamp: number): void {
    const memory = this.memory;
    const base = memory.peek(record);
    const { ints, reals } = memory;
    if (ints[base + Int.firstPacket] !== stamp) return;
    const flags = ints[base + Int.flags]!;
    const { tcpIdleNs, udpIdleNs, tcpLingerNs } = this.#limits;
    const limitNs =
      (flags & ConnectionFlag.lingers) !== 0
        ? tcpLingerNs
        : (flags & ConnectionFlag.isDatagrams) === 0
          ? tcpIdleNs
          : udpIdleNs;
    const dueNs = reals[(base >> 1) + Real.lastAtNs]! + limitNs;
    if (this.#nowNs >= dueNs && this.#clockNs >= dueNs) {
      this.close(record, "idle");
      return;
    }
    if ((flags & ConnectionFlag.lingers) === 0) this.#report(record);
    this.#timers.set(Math.min(dueNs, this.#clockNs + REPORT_NS), record, stamp, this.#clockNs);
  }

  /** Says how a long-lived connection is doing, where anything happened since it was said last. */
  #report(record: number): void {
    const { ints, reals, base } = this.memory;
    const minutes = Math.floor((this.#clockNs - reals[(base >> 1) + Real.startedAtNs]!) / REPORT_NS);
    const sinceNs = this.#clockNs - reals[(base >> 1) + Real.lastAtNs]!;
    if (this.#sink.updated === undefined || minutes <= highHalf(ints[base + Int.stallReason]!) || sinceNs > REPORT_NS)
      return;
    const awake = this.memory.select(record);
    setHigh(this.memory.ints, awake + Int.stallReason, minutes);
    const connection = this.handleOf(record);
    this.#sink.updated(connection, this.#read(connection, "captureEnd"), this.mark());
  }

  /** Too many connections are open: attempts that nobody answered go first, summed up, then what was idle for longest. */
  #makeRoom(): void {
    const record = this.#victims.pick();
    if (record === NO_RECORD) return;
    if (!isUnanswered(this.memory, record)) {
      this.close(record, "limit");
      return;
    }
    this.memory.select(record);
    const connection = this.handleOf(record);
    this.#summaries.add(healthOf(connection, "limit"), connection.startedAtNs, this.#nowNs);
    this.#release(record);
  }

  /** Closes a connection: its numbers are final. */
  close(record: number, ended: Ended): void {
    this.memory.select(record);
    const connection = this.handleOf(record);
    this.streams?.finish(connection);
    const base = this.memory.select(record);
    const conversation = this.memory.ints[base + Int.conversation]!;
    const { words } = this.conversations;
    const { isOver } = connection;
    if (isOver) words[this.conversations.at(conversation) + Word.flags]! |= ConversationFlag.hasEnded;
    const reading = this.#read(connection, ended);
    this.#sink.closed(connection, reading, endReasonOf(connection, isOver, ended), this.mark());
    this.#release(record);
  }

  #read(connection: FlowConnection, ended: Ended): HealthReading {
    this.#reading.connection = connection;
    this.#reading.ended = ended;
    return this.#reading;
  }

  #release(record: number): void {
    const memory = this.memory;
    const base = memory.select(record);
    const conversation = memory.ints[base + Int.conversation]!;
    memory.ints[base + Int.firstPacket] = GONE;
    memory.release();
    if (this.#hasHandles) this.handles[record] = undefined;
    this.#open -= 1;
    this.conversations.words[this.conversations.at(conversation) + Word.record] = NONE;
    this.#remembered.add(conversation, this.#limits.rememberedConversations);
  }

  /** The packet that is being taken. */
  mark(): PacketMark {
    return { packetNumber: this.nowPacket, atNs: this.#nowNs, completedBy: undefined };
  }
}

/** Why the connection is over, as far as its packets say. */
function endReasonOf(connection: FlowConnection, isOver: boolean, ended: Ended): EndReason {
  if (connection.has(ConnectionFlag.wasReset)) return "reset";
  if (isOver && connection.isReliable) return "fin";
  return ended === "limit" ? "idle" : ended;
}
