import type { Agenda, Appointment } from "./agenda.ts";
import { RoundTripTimer } from "./round-trip-timer.ts";
import type { Segment, Sending } from "./segment.ts";
import type { SenderHost, SendingHalf } from "./sending-half.ts";

/** Tries of one segment before the host gives up. */
const MAX_TRIES = 6;
const FIRST_WINDOW_SEGMENTS = 10;

/**
 * The sending half of a TCP host: NewReno without SACK (RFC 5681, RFC 6582), go-back-N after a timeout with doubling (RFC 6298), one-byte probes
 * of a closed window (RFC 9293 §3.8.6.1). What is sent again never carries new bytes along, so that every packet is either new or not.
 */
export class Sender implements SendingHalf {
  readonly #agenda: Agenda;
  readonly #maxSegmentBytes: number;
  readonly #host: SenderHost;
  unacknowledged = 0;
  next = 0;
  highest = 0;
  isEstablished = false;
  /** Where the written payload ends. */
  #writtenEnd = 1;
  #isClosed = false;
  #edge = 0;
  #lastWindow = 0;
  #duplicateAcks = 0;
  /** Fast recovery lasts until this is acknowledged; -1 outside of it. */
  #recoverTo = -1;
  #congestionWindow: number;
  #threshold = Number.POSITIVE_INFINITY;
  #timer: Appointment | undefined;
  #tries = 0;
  /** The next that is sent again goes because the timer ran out; what follows goes behind it. */
  #timerRanOut = false;
  /** Since when the receiver's window has had no room for what is written; -1 where it has. */
  #shutSinceNs = -1;
  readonly #roundTrip: RoundTripTimer;

  constructor(agenda: Agenda, maxSegmentBytes: number, host: SenderHost) {
    this.#agenda = agenda;
    this.#maxSegmentBytes = maxSegmentBytes;
    this.#host = host;
    this.#congestionWindow = FIRST_WINDOW_SEGMENTS * maxSegmentBytes;
    this.#roundTrip = new RoundTripTimer(agenda);
  }

  open(): void {
    this.#transmit(0, 0, "first");
  }

  write(bytes: number): void {
    this.#writtenEnd += bytes;
    this.#sendWhatFits();
  }

  close(): void {
    this.#isClosed = true;
    this.#sendWhatFits();
  }

  acknowledged({ acknowledgment, windowBytes, payloadBytes, flags }: Segment, isPureAck: boolean): void {
    if (acknowledgment > Math.max(this.highest, this.next + 1)) throw new Error(`acknowledged unsent, flags ${flags}`);
    const sameWindow = windowBytes === this.#lastWindow;
    this.#lastWindow = windowBytes;
    this.#moveEdge(acknowledgment + windowBytes);
    if (acknowledgment > this.unacknowledged) this.#advance(acknowledgment);
    else if (isPureAck && payloadBytes === 0 && sameWindow && this.#isRepeated(acknowledgment)) this.#duplicate();
    if (this.isEstablished) this.#sendWhatFits();
  }

  /** It knows nothing of marks. */
  congestionEchoed(): boolean {
    return false;
  }

  stop(): void {
    if (this.#timer !== undefined) this.#timer.isCalledOff = true;
    this.#timer = undefined;
  }

  /** A window that opens ends the probing. */
  #moveEdge(edge: number): void {
    if (edge <= this.#edge) return;
    this.#edge = edge;
    if (this.#shutSinceNs >= 0) this.#host.waited("window", this.#shutSinceNs);
    this.#shutSinceNs = -1;
    if (this.highest > this.unacknowledged) return;
    this.#tries = 0;
    this.stop();
  }

  #isRepeated(acknowledgment: number): boolean {
    return acknowledgment === this.unacknowledged && this.highest > this.unacknowledged && this.isEstablished;
  }

  #advance(acknowledgment: number): void {
    const newly = acknowledgment - this.unacknowledged;
    this.unacknowledged = acknowledgment;
    this.next = Math.max(this.next, acknowledgment);
    this.highest = Math.max(this.highest, acknowledgment);
    this.#duplicateAcks = 0;
    this.#tries = 0;
    this.#roundTrip.acknowledged(acknowledgment);
    if (this.#recoverTo >= 0) this.#recover(acknowledgment, newly);
    else if (this.#congestionWindow < this.#threshold)
      this.#congestionWindow += Math.min(newly, 2 * this.#maxSegmentBytes);
    else this.#congestionWindow += Math.ceil(this.#maxSegmentBytes ** 2 / this.#congestionWindow);
    this.stop();
    if (this.highest > this.unacknowledged) this.#arm();
  }

  /** NewReno: an ACK that does not cover everything of before names the next hole. */
  #recover(acknowledgment: number, newly: number): void {
    if (acknowledgment >= this.#recoverTo) {
      this.#recoverTo = -1;
      this.#congestionWindow = this.#threshold;
      return;
    }
    this.#congestionWindow = Math.max(this.#maxSegmentBytes, this.#congestionWindow - newly + this.#maxSegmentBytes);
    this.#resendFirst("fast");
  }

  #duplicate(): void {
    this.#duplicateAcks += 1;
    if (this.#recoverTo >= 0) this.#congestionWindow += this.#maxSegmentBytes;
    else if (this.#duplicateAcks === 3) {
      this.#recoverTo = this.highest;
      this.#slowDown();
      this.#congestionWindow = this.#threshold + 3 * this.#maxSegmentBytes;
      this.#resendFirst("fast");
    }
  }

  #slowDown(): void {
    this.#threshold = Math.max((this.highest - this.unacknowledged) / 2, 2 * this.#maxSegmentBytes);
  }

  #resendFirst(sending: Sending): void {
    const bytes = Math.min(this.#maxSegmentBytes, this.#dataBefore(this.highest) - this.unacknowledged);
    this.#transmit(this.unacknowledged, Math.max(0, bytes), sending);
    this.next = Math.max(this.next, this.unacknowledged);
  }

  #dataBefore(sequence: number): number {
    return Math.min(sequence, this.#writtenEnd);
  }

  #sendWhatFits(): void {
    if (!this.isEstablished) return;
    for (;;) {
      const isAgain = this.next < this.highest;
      const limit = isAgain ? this.highest : Number.POSITIVE_INFINITY;
      const room = Math.min(this.#edge, this.unacknowledged + this.#congestionWindow) - this.next;
      const waiting = this.#dataBefore(limit) - this.next;
      const bytes = Math.max(0, Math.min(this.#maxSegmentBytes, waiting, Math.floor(room)));
      const hasFin = this.#isClosed && this.next <= this.#writtenEnd && this.next < limit;
      if (bytes === 0 && !(waiting <= 0 && hasFin)) break;
      // What is left of a congestion window is not worth a segment of its own; what is left of the receiver's is: it shows the window full.
      const isCut = bytes < Math.min(this.#maxSegmentBytes, waiting) && this.next + bytes < this.#edge;
      if (isCut && this.highest > this.unacknowledged) break;
      this.next = this.#transmit(this.next, bytes, isAgain ? this.#sendingAgain() : "first");
    }
    const isShut = this.#edge <= this.next && this.#writtenEnd > this.next;
    if (!isShut || this.highest > this.unacknowledged) return;
    if (this.#shutSinceNs < 0) this.#shutSinceNs = this.#agenda.nowNs;
    if (this.#timer === undefined) this.#arm();
  }

  #sendingAgain(): Sending {
    const sending = this.#timerRanOut ? "timeout" : "afterTimeout";
    this.#timerRanOut = false;
    return sending;
  }

  /** Sends and returns the end. The FIN goes with the last payload; bytes of it are only those that were written. */
  #transmit(sequence: number, payloadBytes: number, sending: Sending): number {
    const dataEnd = sequence + payloadBytes;
    const isSyn = sequence === 0;
    const isFin =
      !isSyn && this.#isClosed && dataEnd === this.#writtenEnd && sending !== "probe" && this.#mayFin(sending);
    const end = isSyn || isFin ? dataEnd + 1 : dataEnd;
    if (sending === "first") this.#roundTrip.sent(end);
    else this.#roundTrip.cancel();
    this.#host.transmit(sequence, payloadBytes, isFin, sending);
    if (sending !== "probe") this.highest = Math.max(this.highest, end);
    if (isSyn) this.next = Math.max(this.next, 1);
    if (this.#timer === undefined) this.#arm();
    return end;
  }

  /** What is sent again carries the FIN only if the FIN was sent before. */
  #mayFin(sending: Sending): boolean {
    return sending === "first" || this.highest > this.#writtenEnd;
  }

  #arm(): void {
    const sinceNs = this.#agenda.nowNs;
    this.#timer = this.#agenda.in(this.#roundTrip.timeoutNs(this.#tries), () => this.#timeout(sinceNs));
  }

  #timeout(sinceNs: number): void {
    this.#timer = undefined;
    this.#tries += 1;
    if (this.highest === this.unacknowledged) {
      // The other side says again and again that it has no room: probing goes on for as long as it answers.
      if (this.#writtenEnd > this.next && this.#edge <= this.next) this.#transmit(this.next, 1, "probe");
      return;
    }
    this.#host.waited("acknowledgment", sinceNs);
    if (this.#tries >= MAX_TRIES) {
      this.#host.giveUp();
      return;
    }
    if (!this.isEstablished) {
      this.#transmit(0, 0, "timeout");
      return;
    }
    this.#slowDown();
    this.#congestionWindow = this.#maxSegmentBytes;
    this.#recoverTo = -1;
    this.#duplicateAcks = 0;
    this.#timerRanOut = true;
    this.next = this.unacknowledged;
    this.#sendWhatFits();
    this.#afterTimeout();
  }

  #afterTimeout(): void {
    if (this.next === this.unacknowledged) this.#resendFirst(this.#sendingAgain());
  }
}
