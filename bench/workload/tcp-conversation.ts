import type { CaptureFile } from "./capture-file.ts";
import type { Conversation } from "./conversation.ts";
import type { Exchange } from "./exchanges.ts";
import type { Ends } from "./ip-frame.ts";
import { drawFate, type Fate, type Profile } from "./profile.ts";
import type { Random } from "./random.ts";
import { Flag } from "./tcp-segment.ts";
import { TcpSender } from "./tcp-sender.ts";

/** What is sent next. */
type Step =
  | "syn"
  | "syn-ack"
  | "ack"
  | "request"
  | "request-ack"
  | "response"
  | "repair"
  | "after-response"
  | "next"
  | "fin"
  | "fin-answer"
  | "last-ack"
  | "reset";

/** A segment of the response that the client misses. */
interface Hole {
  readonly sequence: number;
  readonly from: number;
  readonly bytes: number;
}

const SYN_RETRIES_US = [1e6, 2e6] as const;
const BURST_SEGMENTS = 4;
const BURST_GAP_US = 60;
const RETRANSMISSION_TIMEOUT_US = 210_000;
const DUPLICATE_ACKS_TO_RETRANSMIT = 3;
const LOSSES_PERMILLE = 10;
/** Who thinks longer than this acknowledges first (Linux's delayed acknowledgment). */
const DELAYED_ACK_US = 40_000;

/** One TCP connection: handshake, exchanges, close; with losses, swapped segments or an early end where its fate is that. */
export class TcpConversation implements Conversation {
  readonly #profile: Profile;
  readonly #random: Random;
  readonly #tcp: TcpSender;
  readonly #fate: Fate;
  readonly #lossy: boolean;
  readonly #segmentBytes: number;
  readonly #rttUs: number;
  #step: Step = "syn";
  #synRetries = 0;
  #exchangesLeft: number;
  #exchange: Exchange;
  #responseSent = 0;
  #swapPending: boolean;
  #unacknowledged = 0;
  #duplicateAcks = 0;
  #hole: Hole | undefined;

  constructor(profile: Profile, ends: Ends, random: Random) {
    this.#profile = profile;
    this.#random = random;
    this.#tcp = new TcpSender(ends, random);
    this.#fate = drawFate(profile.permille, random);
    this.#lossy = random.chance(profile.permille.lossy);
    this.#swapPending = random.chance(profile.permille.reordered);
    this.#segmentBytes = random.pick(profile.segmentBytes);
    const { least, most } = profile.rttUs;
    // Short round trips are the most frequent ones.
    this.#rttUs = least + ((most - least) * random.below(1000) * random.below(1000)) / 1e6;
    const { exchangesPerConnection: count } = profile;
    this.#exchangesLeft = count.least + random.below(count.most - count.least + 1);
    this.#exchange = random.pick(profile.exchanges);
  }

  advance(file: CaptureFile, nowUs: number): number | undefined {
    const tcp = this.#tcp;
    tcp.begin(file, nowUs);
    switch (this.#step) {
      case "syn":
        return this.#syn();
      case "syn-ack":
        if (this.#fate === "refused") {
          tcp.refuse();
          return undefined;
        }
        tcp.server(Flag.syn | Flag.ack);
        return this.#then("ack", this.#clientSideUs());
      case "ack":
        tcp.client(Flag.ack);
        return this.#then("request", this.#random.below(200));
      case "request":
        return this.#request();
      case "request-ack":
        if (this.#profile.serverTimeUs > 500 || this.#random.chance(300)) tcp.server(Flag.ack);
        return this.#then("response", this.#random.around(this.#profile.serverTimeUs));
      case "response":
        return this.#response();
      case "repair":
        return this.#repair();
      case "after-response":
        return this.#afterResponse();
      case "next":
        this.#exchange = this.#random.pick(this.#profile.exchanges);
        return this.#request();
      case "fin":
        tcp.client(Flag.fin | Flag.ack);
        return this.#then("fin-answer", this.#rttUs);
      case "fin-answer":
        tcp.server(Flag.fin | Flag.ack);
        return this.#then("last-ack", this.#clientSideUs());
      case "last-ack":
        tcp.client(Flag.ack);
        return undefined;
      case "reset":
        tcp.client(Flag.rst | Flag.ack);
        return undefined;
    }
  }

  #then(step: Step, delayUs: number): number {
    this.#step = step;
    return delayUs;
  }

  /** The vantage is near the client. */
  #clientSideUs(): number {
    return 8 + this.#random.below(40);
  }

  #syn(): number | undefined {
    this.#tcp.client(Flag.syn);
    if (this.#fate !== "unanswered") return this.#then("syn-ack", this.#rttUs);
    this.#tcp.rewindClient(1);
    const waitUs = SYN_RETRIES_US[this.#synRetries];
    this.#synRetries += 1;
    return waitUs;
  }

  #request(): number {
    const { request } = this.#exchange;
    this.#unacknowledged = 0;
    this.#tcp.client(Flag.psh | Flag.ack, request, 0, request.length);
    this.#responseSent = 0;
    if (this.#lossy && this.#random.chance(LOSSES_PERMILLE)) {
      // It was lost behind the vantage; the client sends it again.
      this.#tcp.rewindClient(request.length);
      return this.#then("request", RETRANSMISSION_TIMEOUT_US);
    }
    return this.#then("request-ack", this.#rttUs);
  }

  /** Sends a burst of the response. */
  #response(): number {
    const { response } = this.#exchange;
    for (let sent = 0; sent < BURST_SEGMENTS && this.#responseSent < response.length; sent += 1) {
      const left = response.length - this.#responseSent;
      if (this.#swapPending && this.#hole === undefined && left > this.#segmentBytes) this.#swapped(left);
      else this.#segment(Math.min(this.#segmentBytes, left));
    }
    const allSent = this.#responseSent === response.length;
    if (this.#hole !== undefined && this.#duplicateAcks >= DUPLICATE_ACKS_TO_RETRANSMIT) {
      return this.#then("repair", this.#rttUs);
    }
    if (!allSent) return BURST_GAP_US + this.#random.below(BURST_GAP_US);
    if (this.#hole !== undefined) return this.#then("repair", this.#rttUs + RETRANSMISSION_TIMEOUT_US);
    return this.#then("after-response", this.#clientSideUs());
  }

  #segment(bytes: number): void {
    const tcp = this.#tcp;
    const from = this.#responseSent;
    const last = from + bytes === this.#exchange.response.length;
    const sequence = tcp.serverSequence;
    const lost = this.#lossy && this.#hole === undefined && this.#random.chance(LOSSES_PERMILLE);
    this.#responseSent += bytes;
    // Half of what is lost is lost before the vantage, and not seen here.
    if (lost && this.#random.chance(500)) tcp.skipServer(bytes);
    else tcp.server(Flag.ack | (last ? Flag.psh : 0), this.#exchange.response, from, bytes);
    if (lost) {
      this.#hole = { sequence, from, bytes };
      this.#duplicateAcks = 0;
    } else if (this.#hole !== undefined) {
      tcp.duplicateAck(this.#hole.sequence, this.#hole.sequence + this.#hole.bytes);
      this.#duplicateAcks += 1;
    } else {
      this.#unacknowledged += 1;
      if (this.#unacknowledged === 2 && !last) this.#acknowledge();
    }
  }

  /** Two segments in the wrong order. */
  #swapped(left: number): void {
    const tcp = this.#tcp;
    const from = this.#responseSent;
    const first = this.#segmentBytes;
    const second = Math.min(this.#segmentBytes, left - first);
    const sequence = tcp.serverSequence;
    tcp.skipServer(first);
    tcp.server(Flag.ack, this.#exchange.response, from + first, second);
    tcp.duplicateAck(sequence, sequence + first);
    tcp.serverAt(sequence, this.#exchange.response, from, first);
    this.#acknowledge();
    this.#responseSent += first + second;
    this.#swapPending = false;
  }

  #repair(): number {
    const hole = this.#hole;
    const { response } = this.#exchange;
    if (hole !== undefined) this.#tcp.serverAt(hole.sequence, response, hole.from, hole.bytes);
    this.#hole = undefined;
    this.#acknowledge();
    return this.#responseSent === response.length
      ? this.#then("after-response", this.#clientSideUs())
      : this.#then("response", BURST_GAP_US);
  }

  #acknowledge(): void {
    this.#tcp.client(Flag.ack);
    this.#unacknowledged = 0;
  }

  #afterResponse(): number | undefined {
    this.#exchangesLeft -= 1;
    const thinkUs = this.#random.around(this.#profile.thinkUs);
    const more = this.#exchangesLeft > 0;
    if (this.#unacknowledged > 0 && (!more || thinkUs > DELAYED_ACK_US)) this.#acknowledge();
    if (more) return this.#then("next", thinkUs);
    if (this.#profile.ending === "left-open") return undefined;
    return this.#then(this.#fate === "reset" ? "reset" : "fin", thinkUs);
  }
}
