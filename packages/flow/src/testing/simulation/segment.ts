import { TcpFlag } from "@weir/wire";

/** The two ends of a conversation. */
export type SideName = "client" | "server";

/** The other end. */
export function otherSide(side: SideName): SideName {
  return side === "client" ? "server" : "client";
}

/** Why a segment was sent. */
export type Sending =
  /** For the first time. */
  | "first"
  /** Again, asked for by duplicate ACKs or SACK. */
  | "fast"
  /** Again, when the retransmission timer ran out (RFC 6298). */
  | "timeout"
  /** Again, behind one that the timer sent: without waiting itself. */
  | "afterTimeout"
  /** Again, to learn whether the tail was lost (RFC 8985 §7). */
  | "tailProbe"
  /** To ask about a closed window. */
  | "probe";

/** A part of a side's sequence numbers, the end excluded. */
export type Block = readonly [from: number, to: number];

/** A segment that came to an end host, as the path knows it. */
export interface Arrival {
  readonly segment: Segment;
  /** When this copy passed the vantage. */
  readonly vantageAtNs: number;
  readonly arrivedAtNs: number;
  /** True where a router on the way said: congestion (RFC 3168, CE). */
  readonly isMarked: boolean;
}

/** One sending of one TCP segment. Sequence numbers count from the sender's SYN, which has 0, and do not wrap. */
export interface Segment {
  /** Order of sending, over both sides. */
  readonly id: number;
  readonly from: SideName;
  readonly sequence: number;
  readonly acknowledgment: number;
  readonly payloadBytes: number;
  readonly flags: number;
  /** The offered window, unscaled, as the host means it. */
  readonly windowBytes: number;
  readonly sending: Sending;
  readonly sentAtNs: number;
  /** What came in last before it, where it is the first answer to that. */
  readonly answers: Arrival | undefined;
  /** Selective acknowledgment (RFC 2018), in the order in which the blocks are sent; the first is a D-SACK (RFC 2883) where that is said. */
  readonly sackBlocks: readonly Block[];
  readonly hasDuplicateSack: boolean;
  /** What its timestamps option says (RFC 7323), in milliseconds. */
  readonly timestamps: { readonly value: number; readonly echo: number } | undefined;
  /** True where routers may mark it (RFC 3168, ECT). */
  readonly isEcnCapable: boolean;
}

/** Where the next segment begins: payload, SYN and FIN take sequence numbers. */
export function endOf({ sequence, payloadBytes, flags }: Segment): number {
  return sequence + payloadBytes + ((flags & (TcpFlag.syn | TcpFlag.fin)) === 0 ? 0 : 1);
}

/** True for what takes sequence numbers, and is therefore sent again when it is lost. */
export function isReliable(segment: Segment): boolean {
  return endOf(segment) > segment.sequence;
}
