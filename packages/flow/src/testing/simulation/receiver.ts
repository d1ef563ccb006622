import { TcpFlag } from "@weir/wire";
import type { Agenda, Appointment } from "./agenda.ts";
import { SackReport } from "./sack-report.ts";
import { type Block, endOf, type Segment } from "./segment.ts";

/** When the receiving application stops reading. */
export interface ReadPause {
  /** So many bytes were read before it. */
  readonly afterBytes: number;
  readonly forNs: number;
}

export interface ReceiverOptions {
  readonly bufferBytes: number;
  readonly maxSegmentBytes: number;
  /** True: every second segment, or after 40 ms. False: every segment. */
  readonly delayedAcks: boolean;
  readonly pauses: readonly ReadPause[];
}

/** What the receiving half asks of its host. */
export interface ReceiverHost {
  acknowledge(): void;
  /** The application has read so many bytes in all. */
  read(totalBytes: number): void;
  endOfStream(): void;
}

/** Linux' shortest delayed ACK. */
const DELAYED_ACK_NS = 40e6;

/** The receiving half of a TCP host: order, cumulative and duplicate ACKs, and a window that closes when nobody reads (RFC 9293, RFC 5681). */
export class Receiver {
  readonly #agenda: Agenda;
  readonly #options: ReceiverOptions;
  readonly #host: ReceiverHost;
  /** What it expects next: the acknowledgment number. */
  next = 0;
  #finAt = Number.POSITIVE_INFINITY;
  /** Pieces behind a hole, `[from, to)`, in no order. */
  #held: Block[] = [];
  readonly #sack = new SackReport();
  #readBytes = 0;
  #unreadBytes = 0;
  #isPaused = false;
  #pausesDone = 0;
  /** Right edge of the window as offered; never moves back (RFC 9293 §3.8.6). */
  #edge: number;
  #unacknowledged = 0;
  #timer: Appointment | undefined;

  constructor(agenda: Agenda, options: ReceiverOptions, host: ReceiverHost) {
    this.#agenda = agenda;
    this.#options = options;
    this.#host = host;
    this.#edge = options.bufferBytes + 1;
  }

  /** The window to offer now. Small openings are kept back (silly window avoidance, RFC 9293 §3.8.6.2.2). */
  windowBytes(): number {
    const { bufferBytes, maxSegmentBytes } = this.#options;
    const possible = this.next + bufferBytes - this.#unreadBytes;
    if (possible - this.#edge >= Math.min(bufferBytes / 2, maxSegmentBytes)) this.#edge = possible;
    return Math.max(0, this.#edge - this.next);
  }

  /** An ACK leaves the host: none is owed any more. */
  acknowledged(): void {
    this.#unacknowledged = 0;
    this.stop();
  }

  /** What an ACK that leaves now says selectively. */
  takeSack(): ReturnType<SackReport["take"]> {
    return this.#sack.take(this.#held);
  }

  /** No delayed ACK any more. */
  stop(): void {
    if (this.#timer !== undefined) this.#timer.isCalledOff = true;
    this.#timer = undefined;
  }

  /** Takes a segment with payload, SYN or FIN. */
  take(segment: Segment): void {
    const end = endOf(segment);
    const isBeyondWindow = segment.payloadBytes > 0 && end > Math.max(this.#edge, this.next);
    const hadHole = this.#held.length > 0;
    if (end <= this.next || isBeyondWindow) {
      if (end <= this.next) this.#sack.cameTwice(segment.sequence, end);
      this.#host.acknowledge();
      return;
    }
    if ((segment.flags & TcpFlag.fin) !== 0) this.#finAt = end - 1;
    if (this.#held.some(([from, to]) => from <= segment.sequence && to >= end))
      this.#sack.cameTwice(segment.sequence, end);
    this.#sack.took(segment.sequence);
    this.#held.push([segment.sequence, end]);
    const before = this.next;
    this.#advance();
    const isUrgent = hadHole || this.next === before || (segment.flags & TcpFlag.fin) !== 0;
    this.#owe(isUrgent || !this.#options.delayedAcks);
    if (this.next > before) this.#deliver(before);
  }

  #advance(): void {
    for (let isMoving = true; isMoving; ) {
      const fitting = this.#held.filter(([from]) => from <= this.next);
      isMoving = fitting.length > 0;
      this.#held = this.#held.filter(([from]) => from > this.next);
      for (const [, to] of fitting) this.next = Math.max(this.next, to);
    }
  }

  /** Payload among what came in order goes to the application: SYN and FIN take numbers, but are no payload. */
  #deliver(before: number): void {
    this.#unreadBytes += Math.min(this.next, this.#finAt) - Math.max(before, 1);
    this.#read();
    if (before <= this.#finAt && this.next > this.#finAt) this.#host.endOfStream();
  }

  #owe(isUrgent: boolean): void {
    this.#unacknowledged += 1;
    if (isUrgent || this.#unacknowledged >= 2) {
      // The application reads first: that the window is as it was is what makes a duplicate ACK one.
      this.#agenda.in(0, () => this.#unacknowledged > 0 && this.#host.acknowledge());
    } else this.#timer ??= this.#agenda.in(DELAYED_ACK_NS, () => this.#host.acknowledge());
  }

  #read(): void {
    const pause = this.#options.pauses[this.#pausesDone];
    if (this.#isPaused || this.#unreadBytes <= 0) return;
    if (pause !== undefined && this.#readBytes + this.#unreadBytes > pause.afterBytes) {
      this.#isPaused = true;
      this.#agenda.in(pause.forNs, () => this.#resume());
      return;
    }
    this.#readBytes += this.#unreadBytes;
    this.#unreadBytes = 0;
    this.#host.read(this.#readBytes);
  }

  #resume(): void {
    const windowBefore = Math.max(0, this.#edge - this.next);
    this.#isPaused = false;
    this.#pausesDone += 1;
    this.#read();
    const opened = this.windowBytes() - windowBefore;
    if (opened >= Math.min(this.#options.bufferBytes / 2, 2 * this.#options.maxSegmentBytes)) this.#host.acknowledge();
  }
}
