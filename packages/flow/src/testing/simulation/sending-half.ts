import type { Segment, Sending } from "./segment.ts";

/** What the sending half asks of its host. */
export interface SenderHost {
  transmit(sequence: number, payloadBytes: number, isFin: boolean, sending: Sending): void;
  /** Until now it has waited for an acknowledgment, until its timer ran out; or for room in the other side's window. */
  waited(what: "acknowledgment" | "window", sinceNs: number): void;
  /** Nothing came back for too long. */
  giveUp(): void;
}

/** The sending half of a TCP host, as its host knows it. */
export interface SendingHalf {
  /** First number that is not acknowledged, next to send, and highest that was ever sent. */
  readonly unacknowledged: number;
  readonly next: number;
  readonly highest: number;
  isEstablished: boolean;
  /** Sends the SYN, or SYN-ACK. */
  open(): void;
  write(bytes: number): void;
  /** FIN behind what was written. */
  close(): void;
  /** Takes the ACK and window of any segment of the other side. */
  acknowledged(segment: Segment, isPureAck: boolean): void;
  /** The other side saw a congestion mark; true where the sender sends less from now on. */
  congestionEchoed(): boolean;
  /** No timers any more. */
  stop(): void;
}
