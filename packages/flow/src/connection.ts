import { DIRECTION_EVIDENCE, Direction, type DirectionEvidence } from "@weir/model";
import type { AddressText } from "./address-text.ts";
import type { FlowTransport, OpenConnection } from "./contract.ts";
import type { ConnectionMemory } from "./memory/connection-memory.ts";
import {
  CLIENT,
  COMPLETENESS_SHIFT,
  ConnectionFlag,
  Int,
  lowHalf,
  NEVER,
  Real,
  SERVER,
  SideInt,
  SideReal,
} from "./memory/connection-record.ts";
import { ConversationFlag, type Conversations, Word } from "./memory/conversations.ts";
import { Trouble } from "./memory/trouble-record.ts";
import type { StreamAssembler } from "./tcp/assembler.ts";
import type { HeldTime, HeldUp } from "./tcp/held-up.ts";
import { isScaleKnown, NEVER_HELD } from "./tcp/held-up.ts";

const SCORE_MASK = 0xff;
const EVIDENCE_SHIFT = 8;

/** Packs what is known of a direction for `Int.direction`. */
export function packDirection(score: number, evidence: DirectionEvidence): number {
  return score | (DIRECTION_EVIDENCE.indexOf(evidence) << EVIDENCE_SHIFT);
}

/** Who a connection is between, and its number. */
export interface ConnectionEnds {
  streamNumber: number;
  clientAddress: string;
  clientPort: number;
  serverAddress: string;
  serverPort: number;
}

const ends: ConnectionEnds = { streamNumber: 0, clientAddress: "", clientPort: 0, serverAddress: "", serverPort: 0 };

/**
 * An open connection as those above the engine see it: reads its numbers from the connections' memory. Where streams are wanted each connection has
 * one of its own; where only health is, one is moved from record to record.
 */
export class FlowConnection implements OpenConnection {
  /** Its record; {@link FlowConnection.moveTo} makes it another connection. */
  record = 0;
  attachment: unknown;
  /** False where its streams were wanted and are no more. */
  hasStreams = true;
  /** Absent where streams are not wanted. */
  clientAssembler: StreamAssembler | undefined;
  serverAssembler: StreamAssembler | undefined;
  /** Present once the client's window was too small for what the server had to send. */
  heldUp: HeldUp | undefined;
  /** True where its client was first taken for its server: see swap-sides.ts. */
  isTurned = false;
  readonly #memory: ConnectionMemory;
  readonly #conversations: Conversations;
  readonly #addresses: AddressText;

  constructor(memory: ConnectionMemory, conversations: Conversations, addresses: AddressText) {
    this.#memory = memory;
    this.#conversations = conversations;
    this.#addresses = addresses;
  }

  moveTo(record: number): this {
    this.record = record;
    return this;
  }

  /** The memory, with this connection as the current one. */
  get memory(): ConnectionMemory {
    if (this.#memory.record !== this.record) this.#memory.select(this.record);
    return this.#memory;
  }

  get transport(): FlowTransport {
    const isOther = this.has(ConnectionFlag.isOther);
    if (!this.has(ConnectionFlag.isDatagrams)) return isOther ? "sctp" : "tcp";
    return isOther ? "icmp" : "udp";
  }

  get streamNumber(): number {
    return this.readEnds().streamNumber;
  }

  get clientAddress(): string {
    return this.readEnds().clientAddress;
  }

  get clientPort(): number {
    return this.readEnds().clientPort;
  }

  get serverAddress(): string {
    return this.readEnds().serverAddress;
  }

  get serverPort(): number {
    return this.readEnds().serverPort;
  }

  get directionScore(): number {
    return this.int(Int.direction) & SCORE_MASK;
  }

  get directionEvidence(): DirectionEvidence {
    return DIRECTION_EVIDENCE[this.int(Int.direction) >> EVIDENCE_SHIFT]!;
  }

  get midStream(): boolean {
    return this.has(ConnectionFlag.midStream);
  }

  get startedAtNs(): number {
    return this.real(Real.startedAtNs);
  }

  get firstPacket(): number {
    return this.int(Int.firstPacket);
  }

  get lastAtNs(): number {
    return this.real(Real.lastAtNs);
  }

  get completeness(): number {
    return this.int(Int.flags) >>> COMPLETENESS_SHIFT;
  }

  get firstRttNs(): number {
    return this.real(Real.firstRttNs);
  }

  /** True where what is sent is numbered, acknowledged and ended by both sides: TCP and SCTP. */
  get isReliable(): boolean {
    return !this.has(ConnectionFlag.isDatagrams);
  }

  /** True once a reset or both FINs were seen. */
  get isOver(): boolean {
    return (
      this.has(ConnectionFlag.wasReset) ||
      (lowHalf(this.int(CLIENT + SideInt.closes)) > 0 && lowHalf(this.int(SERVER + SideInt.closes)) > 0)
    );
  }

  get rttServerMinNs(): number | undefined {
    return this.#smallestRoundTrip(CLIENT, Real.lastSynAtNs, Real.lastSynAckAtNs);
  }

  get rttClientMinNs(): number | undefined {
    return this.#smallestRoundTrip(SERVER, Real.lastSynAckAtNs, Real.handshakeAtNs);
  }

  clientHeldTime(fromNs: number, toNs: number): HeldTime | undefined {
    if (this.serverAssembler === undefined) return undefined;
    if (this.heldUp !== undefined) return this.heldUp.within(fromNs, toNs);
    return isScaleKnown(this.memory) ? NEVER_HELD.whole : NEVER_HELD.partial;
  }

  /** Who reset the connection first; undefined where nobody did. */
  get firstResetFrom(): Direction | undefined {
    if (!this.has(ConnectionFlag.wasReset)) return undefined;
    return this.has(ConnectionFlag.resetByServer) ? Direction.toClient : Direction.toServer;
  }

  /** Who sent payload last; undefined where nobody did. */
  get lastDataFrom(): Direction | undefined {
    if (!this.has(ConnectionFlag.sawData)) return undefined;
    return this.has(ConnectionFlag.lastDataFromServer) ? Direction.toClient : Direction.toServer;
  }

  /** ICMP's word on why it could not be reached; empty where there is none. */
  get unreachable(): string {
    return this.memory.extras?.unreachable ?? "";
  }

  /** One of its integers, by offset in the record. */
  int(offset: number): number {
    const { ints, base } = this.memory;
    return ints[base + offset]!;
  }

  /** One of its doubles, by offset in the record. */
  real(offset: number): number {
    const { reals, base } = this.memory;
    return reals[(base >> 1) + offset]!;
  }

  /** True where a {@link ConnectionFlag} is set. */
  has(flag: number): boolean {
    return (this.int(Int.flags) & flag) !== 0;
  }

  /** One of its integers of trouble, by offset; 0 where it has none. */
  trouble(offset: number): number {
    const { ints, base, trouble } = this.memory;
    const record = ints[base + Int.trouble]!;
    if (record < 0) return offset === Trouble.resetTtl ? -1 : 0;
    return trouble.ints[trouble.select(record) + offset]!;
  }

  /** One of its doubles of trouble, by offset. */
  troubleReal(offset: number): number | undefined {
    const { ints, base, trouble } = this.memory;
    const record = ints[base + Int.trouble]!;
    if (record < 0) return undefined;
    const at = (trouble.select(record) >> 1) + offset;
    return trouble.reals[at];
  }

  /** The connection's ends and number, read at once. Reused: overwritten by the next read. */
  readEnds(): ConnectionEnds {
    const { words } = this.#conversations;
    const conversation = this.int(Int.conversation);
    const at = this.#conversations.at(conversation);
    const firstIsClient = (words[at + Word.flags]! & ConversationFlag.firstIsClient) !== 0;
    const ports = words[at + Word.ports]!;
    ends.streamNumber = words[at + Word.streamNumber]!;
    ends.clientPort = firstIsClient ? ports >>> 16 : ports & 0xffff;
    ends.serverPort = firstIsClient ? ports & 0xffff : ports >>> 16;
    ends.clientAddress = this.#address(conversation, firstIsClient);
    ends.serverAddress = this.#address(conversation, !firstIsClient);
    return ends;
  }

  /** The smaller one of what a side's data and its step of the handshake measured. */
  #smallestRoundTrip(side: number, asked: number, answered: number): number | undefined {
    const [askedAtNs, answeredAtNs] = [this.real(asked), this.real(answered)];
    const sawBoth = answeredAtNs !== NEVER && askedAtNs !== NEVER;
    const handshakeNs = sawBoth ? Math.max(0, answeredAtNs - askedAtNs) : undefined;
    if (this.int(side + SideInt.rttSamples) === 0) return handshakeNs;
    const dataNs = this.real((side >> 1) + SideReal.rttMinNs);
    return handshakeNs === undefined ? dataNs : Math.min(handshakeNs, dataNs);
  }

  #address(conversation: number, isLow: boolean): string {
    const wide = this.#conversations.ipv6Of(conversation, isLow);
    if (wide !== undefined) return this.#addresses.ofIpv6(wide);
    const { words } = this.#conversations;
    return this.#addresses.ofIpv4(
      words[this.#conversations.at(conversation) + (isLow ? Word.lowAddress : Word.highAddress)]!,
    );
  }
}
