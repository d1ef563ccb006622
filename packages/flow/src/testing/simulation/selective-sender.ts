import type { Agenda, Appointment } from "./agenda.ts";
import { Outstanding, type Piece } from "./outstanding.ts";
import { RoundTripTimer } from "./round-trip-timer.ts";
import type { Segment, Sending } from "./segment.ts";
import type { SenderHost, SendingHalf } from "./sending-half.ts";

/** Tries of one segment before the host gives up. */
const MAX_TRIES = 6;
const FIRST_WINDOW_SEGMENTS = 10;

/**
 * The sending half of a TCP host of today: loss recovery by SACK (RFC 6675), tail loss probes (RFC 8985 §7), a retransmission timer (RFC 6298), less
 * on congestion marks (RFC 3168), one-byte probes of a closed window (RFC 9293 §3.8.6.1).
 */
export class SelectiveSender implements SendingHalf {
  readonly #agenda: Agenda;
  readonly #maxSegmentBytes: number;
  readonly #host: SenderHost;
  readonly #outstanding = new Outstanding();
  readonly #roundTrip: RoundTripTimer;
  unacknowledged = 0;
  next = 0;
  highest = 0;
  isEstablished = false;
  #writtenEnd = 1;
  #isClosed = false;
  #edge = 0;
  /** Recovery lasts until this is acknowledged; -1 outside of it. */
  #recoverTo = -1;
  /** Not less again for marks on what was sent before this. */
  #reducedTo = -1;
  #congestionWindow: number;
  #threshold = Number.POSITIVE_INFINITY;
  #timer: Appointment | undefined;
  #isTimerProbe = false;
  /** Since when the receiver's window has had no room for what is written; -1 where it has. */
  #shutSinceNs = -1;
  #tries = 0;
  /** A tail loss probe is out: the next timer is the retransmission timer. */
  #hasProbed = false;

  constructor(agenda: Agenda, maxSegmentBytes: number, host: SenderHost) {
    this.#agenda = agenda;
    this.#maxSegmentBytes = maxSegmentBytes;
    this.#host = host;
    this.#congestionWindow = FIRST_WINDOW_SEGMENTS * maxSegmentBytes;
    this.#roundTrip = new RoundTripTimer(agenda);
  }

  open(): void {
    this.#host.transmit(0, 0, false, "first");
    this.#roundTrip.sent(1);
    this.next = 1;
    this.highest = 1;
    this.#arm();
  }

  write(bytes: number): void {
    this.#writtenEnd += bytes;
    this.#sendWhatFits();
  }

  close(): void {
    this.#isClosed = true;
    this.#sendWhatFits();
  }

  acknowledged({ acknowledgment, windowBytes, sackBlocks }: Segment): void {
    if (acknowledgment > Math.max(this.highest, this.next + 1)) throw new Error("acknowledged unsent");
    const edge = acknowledgment + windowBytes;
    if (edge > this.#edge) {
      this.#edge = edge;
      if (this.#shutSinceNs >= 0) this.#host.waited("window", this.#shutSinceNs);
      this.#shutSinceNs = -1;
      if (this.#outstanding.isEmpty && this.isEstablished) this.#rest();
    }
    if (acknowledgment > this.unacknowledged) this.#advance(acknowledgment);
    if (this.#outstanding.sacked(sackBlocks) && this.#recoverTo < 0) this.#beginRecovery();
    if (this.isEstablished) this.#sendWhatFits();
  }

  congestionEchoed(): boolean {
    if (this.#recoverTo >= 0 || this.unacknowledged < this.#reducedTo) return false;
    this.#reducedTo = this.highest;
    this.#slowDown();
    this.#congestionWindow = this.#threshold;
    return true;
  }

  stop(): void {
    if (this.#timer !== undefined) this.#timer.isCalledOff = true;
    this.#timer = undefined;
  }

  /** Nothing is on its way and the window is open: there is nothing to ask. */
  #rest(): void {
    this.#tries = 0;
    this.stop();
  }

  #advance(acknowledgment: number): void {
    const newly = acknowledgment - this.unacknowledged;
    this.unacknowledged = acknowledgment;
    this.next = Math.max(this.next, acknowledgment);
    this.highest = Math.max(this.highest, acknowledgment);
    this.#outstanding.acknowledged(acknowledgment);
    this.#tries = 0;
    this.#hasProbed = false;
    this.#roundTrip.acknowledged(acknowledgment);
    if (this.#recoverTo >= 0 && acknowledgment >= this.#recoverTo) this.#recoverTo = -1;
    if (this.#congestionWindow < this.#threshold) this.#congestionWindow += Math.min(newly, 2 * this.#maxSegmentBytes);
    else if (this.#recoverTo < 0)
      this.#congestionWindow += Math.ceil(this.#maxSegmentBytes ** 2 / this.#congestionWindow);
    this.stop();
    if (!this.#outstanding.isEmpty) this.#arm();
  }

  #beginRecovery(): void {
    this.#recoverTo = this.highest;
    this.#slowDown();
    this.#congestionWindow = this.#threshold;
  }

  #slowDown(): void {
    this.#threshold = Math.max((this.highest - this.unacknowledged) / 2, 2 * this.#maxSegmentBytes);
  }

  #sendWhatFits(): void {
    if (!this.isEstablished) return;
    for (;;) {
      const room = this.#congestionWindow - this.#outstanding.inFlightBytes;
      const lost = this.#outstanding.nextLost;
      if (lost === undefined) {
        if (!this.#sendNew(room)) break;
      } else if (room >= lost.payloadBytes || this.#outstanding.inFlightBytes === 0)
        this.#resend(lost, lost.lost ?? "fast");
      else break;
    }
    const isShut = this.#edge <= this.next && this.#writtenEnd > this.next;
    if (!isShut || !this.#outstanding.isEmpty) return;
    if (this.#shutSinceNs < 0) this.#shutSinceNs = this.#agenda.nowNs;
    if (this.#timer === undefined) this.#arm();
  }

  /** Sends the next new segment where the windows have room for it. */
  #sendNew(room: number): boolean {
    const waiting = this.#writtenEnd - this.next;
    const bytes = Math.max(
      0,
      Math.min(this.#maxSegmentBytes, waiting, Math.floor(room), Math.floor(this.#edge - this.next)),
    );
    const isFin = this.#isClosed && this.next <= this.#writtenEnd && bytes === Math.max(0, waiting);
    if (bytes === 0 && !isFin) return false;
    // What is left of a congestion window is not worth a segment of its own; what is left of the receiver's is: it shows the window full.
    const isCut = bytes < Math.min(this.#maxSegmentBytes, waiting) && this.next + bytes < this.#edge;
    if (isCut && !this.#outstanding.isEmpty) return false;
    const from = this.next;
    this.#outstanding.sent(from, bytes, isFin);
    this.next = from + bytes + (isFin ? 1 : 0);
    this.highest = Math.max(this.highest, this.next);
    this.#roundTrip.sent(this.next);
    this.#host.transmit(from, bytes, isFin, "first");
    this.#rearm();
    return true;
  }

  #resend(piece: Piece, sending: Sending): void {
    piece.lost = undefined;
    if (sending !== "tailProbe") piece.wasResent = true;
    this.#roundTrip.cancel();
    this.#host.transmit(piece.from, piece.payloadBytes, piece.isFin, sending);
    // The timer begins anew with what it watches, as Linux does: what was just sent again gets its whole time.
    if (piece === this.#outstanding.first) this.stop();
    if (this.#timer === undefined) this.#arm();
  }

  /** New payload puts off a tail loss probe (RFC 8985 §7.2), never the retransmission timer. */
  #rearm(): void {
    if (this.#timer !== undefined && !this.#isTimerProbe) return;
    this.stop();
    this.#arm();
  }

  #isProbing(): boolean {
    return this.isEstablished && !this.#hasProbed && this.#tries === 0 && this.#recoverTo < 0;
  }

  #arm(): void {
    const sinceNs = this.#agenda.nowNs;
    const timeoutNs = this.#roundTrip.timeoutNs(this.#tries);
    const probeNs = this.#roundTrip.tailProbeNs(this.#outstanding.count);
    const isProbe =
      this.#isProbing() && probeNs < timeoutNs && !this.#outstanding.isEmpty && !this.#outstanding.hasSacked;
    this.#isTimerProbe = isProbe;
    this.#timer = this.#agenda.in(isProbe ? probeNs : timeoutNs, () => {
      this.#timer = undefined;
      if (isProbe) this.#probeTail(sinceNs);
      else this.#timeout(sinceNs);
    });
  }

  #probeTail(sinceNs: number): void {
    const { last } = this.#outstanding;
    if (last === undefined) return;
    this.#host.waited("acknowledgment", sinceNs);
    this.#hasProbed = true;
    // Something new says as much as something old (RFC 8985 §7.3), and costs nothing.
    if (!this.#sendNew(this.#maxSegmentBytes)) this.#resend(last, "tailProbe");
  }

  #timeout(sinceNs: number): void {
    this.#tries += 1;
    if (this.isEstablished && this.#outstanding.isEmpty) {
      // The other side says again and again that it has no room: probing goes on for as long as it answers.
      if (this.#writtenEnd <= this.next || this.#edge > this.next) return;
      this.#host.transmit(this.next, 1, false, "probe");
      this.#arm();
      return;
    }
    this.#host.waited("acknowledgment", sinceNs);
    if (this.#tries >= MAX_TRIES) {
      this.#host.giveUp();
      return;
    }
    this.#roundTrip.cancel();
    if (!this.isEstablished) {
      this.#host.transmit(0, 0, false, "timeout");
      this.#arm();
      return;
    }
    this.#slowDown();
    this.#congestionWindow = this.#maxSegmentBytes;
    this.#recoverTo = this.highest;
    this.#outstanding.allLost();
    this.#sendWhatFits();
    if (this.#timer === undefined) this.#arm();
  }
}
