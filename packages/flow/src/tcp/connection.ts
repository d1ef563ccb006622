import { Direction, type EndReason } from "@weir/model";
import { TcpFlag } from "@weir/wire";
import type { OpenConnection } from "../contract.ts";
import { NEVER } from "../side.ts";
import type { StreamAssembler } from "./assembler.ts";
import type { Holes } from "./holes.ts";
import { CLIENT, ConnectionFlag, Int, Real, SERVER, SideFlag, SideInt, SideReal, type TcpMemory } from "./memory.ts";

const SYN_ACK = TcpFlag.syn | TcpFlag.ack;

/** The fixed facts of a connection, known from its first packet. */
export type ConnectionStart = Pick<
  OpenConnection,
  | "streamNumber"
  | "clientAddress"
  | "clientPort"
  | "serverAddress"
  | "serverPort"
  | "directionScore"
  | "midStream"
  | "startedAtNs"
> & {
  readonly firstPacket: number;
  readonly firstFileOffset: number;
  readonly vlanId: number;
  readonly tunnel: number;
};

/**
 * One TCP connection while it is open: who it is, and where its numbers are (see memory.ts). Segments change them in segment.ts.
 */
export class TcpConnection implements OpenConnection {
  readonly transport = "tcp";
  readonly streamNumber: number;
  readonly clientAddress: string;
  readonly clientPort: number;
  readonly serverAddress: string;
  readonly serverPort: number;
  readonly directionScore: number;
  readonly midStream: boolean;
  /** Base of its record. */
  readonly base: number;
  readonly memory: TcpMemory;
  /** True once it is over and waits for late packets. */
  lingers = false;
  attachment: unknown;
  /** Absent where streams are not wanted. */
  clientAssembler: StreamAssembler | undefined;
  serverAssembler: StreamAssembler | undefined;
  unreachable = "";
  /** What each side's bytes jumped over; absent while they did not. */
  clientHoles: Holes | undefined;
  serverHoles: Holes | undefined;
  /** Numbers of packets that show trouble; absent while there is none. */
  evidence: number[] | undefined;

  constructor(start: ConnectionStart, memory: TcpMemory) {
    this.streamNumber = start.streamNumber;
    this.clientAddress = start.clientAddress;
    this.clientPort = start.clientPort;
    this.serverAddress = start.serverAddress;
    this.serverPort = start.serverPort;
    this.directionScore = start.directionScore;
    this.midStream = start.midStream;
    this.memory = memory;
    this.base = memory.allocate();
    const { ints, reals } = memory;
    const real = this.base >> 1;
    reals[real + Real.startedAtNs] = start.startedAtNs;
    reals[real + Real.lastAtNs] = start.startedAtNs;
    reals[real + Real.firstFileOffset] = start.firstFileOffset;
    ints[this.base + Int.firstPacket] = start.firstPacket;
    ints[this.base + Int.vlanId] = start.vlanId;
    ints[this.base + Int.tunnel] = start.tunnel;
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
    return this.int(Int.completeness);
  }

  get firstRttNs(): number {
    return this.real(Real.firstRttNs);
  }

  /** True once a reset or both FINs were seen. */
  get isOver(): boolean {
    return (
      this.has(ConnectionFlag.wasReset) || (this.int(CLIENT + SideInt.fins) > 0 && this.int(SERVER + SideInt.fins) > 0)
    );
  }

  get rttServerMinNs(): number | undefined {
    const answeredAtNs = this.real(Real.lastSynAckAtNs);
    const askedAtNs = this.real(Real.lastSynAtNs);
    const sawBoth = answeredAtNs !== NEVER && askedAtNs !== NEVER;
    const handshakeNs = sawBoth ? Math.max(0, answeredAtNs - askedAtNs) : undefined;
    if (this.int(CLIENT + SideInt.rttSamples) === 0) return handshakeNs;
    const dataNs = this.real((CLIENT >> 1) + SideReal.rttMinNs);
    return handshakeNs === undefined ? dataNs : Math.min(handshakeNs, dataNs);
  }

  /** One of its integers, by offset in the record. */
  int(offset: number): number {
    return this.memory.ints[this.base + offset]!;
  }

  /** One of its doubles, by offset in the record. */
  real(offset: number): number {
    return this.memory.reals[(this.base >> 1) + offset]!;
  }

  /** True where a {@link ConnectionFlag} is set. */
  has(flag: number): boolean {
    return (this.int(Int.flags) & flag) !== 0;
  }

  /** True where a SYN with this sequence number begins a new connection on the same ports (Wireshark's rule for `tcp.stream`). */
  isReusedBy(flags: number, sequence: number, fromClient: boolean): boolean {
    if ((flags & SYN_ACK) !== TcpFlag.syn) return false;
    const side = fromClient ? CLIENT : SERVER;
    return (
      (this.int(side + SideInt.flags) & SideFlag.hasBase) !== 0 && this.int(side + SideInt.base) !== (sequence | 0)
    );
  }

  /** Why the connection is over, as far as its packets say. */
  endReason(atCaptureEnd: EndReason): EndReason {
    if (this.has(ConnectionFlag.wasReset)) return "reset";
    return this.isOver ? "fin" : atCaptureEnd;
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
}
