import type { Mark } from "@weir/base";
import type { ConnectionHealth, Direction, EndReason } from "@weir/model";
import type { AttemptSummary } from "./attempt-summaries.ts";
import type { HeldTime } from "./tcp/held-up.ts";

/** Transports whose conversations are kept: of ICMP the echoes, whose identifier stands for the client's port; of SCTP associations. */
export type FlowTransport = "tcp" | "udp" | "icmp" | "sctp";

/** What is known of a connection as soon as it is found. One object per connection, kept while it is open. */
export interface OpenConnection {
  readonly transport: ConnectionHealth["transport"];
  /** Stream number as Wireshark counts, per transport, from 0. */
  readonly streamNumber: number;
  readonly clientAddress: string;
  readonly clientPort: number;
  readonly serverAddress: string;
  readonly serverPort: number;
  /** 255: SYN seen; lower: judged by ports or who spoke first. */
  readonly directionScore: number;
  /** True where its beginning was not captured. */
  readonly midStream: boolean;
  /** Time of its first packet. */
  readonly startedAtNs: number;
  /** Wireshark's `tcp.completeness` so far; 0 for other transports. */
  readonly completeness: number;
  /** Wireshark's `tcp.analysis.initial_rtt`; 0 while unknown, and for other transports. */
  readonly firstRttNs: number;
  /** Smallest round trip from the vantage to the server so far (handshake or data); undefined while there is no sample. */
  readonly rttServerMinNs: number | undefined;
  /** Smallest round trip from the vantage to the client so far (handshake or data); undefined while there is no sample. */
  readonly rttClientMinNs: number | undefined;
  /** For how long between two moments the client's receive window let nothing more in; undefined where that is not known: no TCP, no streams. */
  clientHeldTime(fromNs: number, toNs: number): HeldTime | undefined;
  /** For the layer above: whatever it keeps per connection. */
  attachment: unknown;
}

/** The numbers of a connection as they are now, read where somebody wants them: making a record of all of them costs more than many packets do. */
export interface HealthReading {
  /** A record of all numbers, to keep and to complete. Valid during the call that gave the reading: afterwards the connection goes on, or is gone. */
  record(): ConnectionHealth;
}

/** Receives what the flow engine finds, in packet order. `bytes` and readings are borrowed: valid during the call. */
export interface FlowSink {
  opened(connection: OpenConnection): void;
  /** In-order payload of one direction; over UDP one datagram. Over SCTP user messages, one behind the other. */
  data(connection: OpenConnection, direction: Direction, bytes: Uint8Array, mark: Mark): void;
  /**
   * Payload that will never come: lost before the vantage, not captured, or cut by the snap length. Over SCTP it cannot be told how much it was:
   * {@link UNKNOWN_BYTES}.
   */
  gap(connection: OpenConnection, direction: Direction, missingBytes: number, mark: Mark): void;
  /** One direction said FIN (SHUTDOWN, SHUTDOWN ACK) and all its bytes were delivered. */
  ended(connection: OpenConnection, direction: Direction, mark: Mark): void;
  /**
   * The client has acknowledged what `FlowEngine.awaitAcknowledgment` was asked for, once for each time that it was asked and answered `awaited`, in that
   * order.
   */
  acknowledged?(connection: OpenConnection, atNs: number): void;
  /** A connection has begun: its numbers after its first packet. */
  started?(connection: OpenConnection, health: HealthReading, mark: Mark): void;
  /** A long-lived connection goes on: its numbers so far, every minute in which something happened. */
  updated?(connection: OpenConnection, health: HealthReading, mark: Mark): void;
  /** Attempts that nobody answered and that had to make room, as one record per server and minute (`attempts` says how many). */
  summarized?(summary: AttemptSummary, mark: Mark): void;
  /**
   * A connection has been quiet for long. Returns what stands for its attachment until it speaks again, as small as can be; undefined where that must stay
   * as it is. Without it all attachments stay.
   */
  rest?(connection: OpenConnection): object | undefined;
  /** A connection that rested goes on, with an object of its own that has no attachment yet: `rest` is what {@link rest} gave. */
  woken?(connection: OpenConnection, rest: object): void;
  /** The connection is over; its numbers are final. */
  closed(connection: OpenConnection, health: HealthReading, reason: EndReason, mark: Mark): void;
}

/** What is missing is not known to the byte: more than any message is believed to have. */
export const UNKNOWN_BYTES = 2 ** 40;

/** What one packet did to its TCP connection, for ladder diagrams and the oracle. Names follow `tcp.analysis.*`. */
export type PacketNote =
  | "retransmission"
  | "fastRetransmission"
  | "spuriousRetransmission"
  | "outOfOrder"
  | "lostSegment"
  | "ackLostSegment"
  | "duplicateAck"
  | "zeroWindow"
  | "zeroWindowProbe"
  | "zeroWindowProbeAck"
  | "windowFull"
  | "windowUpdate"
  | "keepAlive"
  | "keepAliveAck"
  | "reusedPorts";

/** Called for every packet of a connection after it was judged. Notes are borrowed. */
export type PacketObserver = (connection: OpenConnection, direction: Direction, notes: readonly PacketNote[]) => void;

/** What an engine holds. */
export interface Held {
  /** Connections that are open. */
  readonly connections: number;
  /** How many of them rest. */
  readonly resting: number;
  /** Bytes of memory for their numbers. */
  readonly bytes: number;
}

/** Bounds of what the engine may hold. Each has a default; reaching one grades what it touches. */
export interface FlowLimits {
  /**
   * Connections held open at once. Beyond it attempts that nobody answered are summed up, and others that are over or idle are closed with reason
   * `limit`.
   */
  readonly openConnections: number;
  /**
   * Conversations that are over and whose stream number is remembered: a late packet then still finds its number, as in Wireshark. Beyond it
   * those that ended first are forgotten; one that comes back gets a new number.
   */
  readonly rememberedConversations: number;
  /** Out-of-order bytes held per direction before a gap is declared. */
  readonly reorderBytesPerStream: number;
  /** Out-of-order bytes held in all. */
  readonly reorderBytesTotal: number;
  /** A UDP connection without packets for so long is over. */
  readonly udpIdleNs: number;
  /** A TCP connection that was closed or reset is kept so long for packets that come late. */
  readonly tcpLingerNs: number;
  /** A TCP connection without packets for so long is closed (its stream number stays). */
  readonly tcpIdleNs: number;
  /** What is kept of a connection without packets for so long is made small until it goes on: takes time, and gives memory. Infinity: never. */
  readonly restNs: number;
}
