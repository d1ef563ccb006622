import { TcpFlag } from "@weir/wire";
import type { TcpAbilities } from "./abilities.ts";
import type { Agenda } from "./agenda.ts";
import { CongestionNotification } from "./congestion-notification.ts";
import type { Path } from "./path.ts";
import { Receiver, type ReceiverOptions } from "./receiver.ts";
import { type Arrival, isReliable, otherSide, type Segment, type Sending, type SideName } from "./segment.ts";
import { SelectiveSender } from "./selective-sender.ts";
import { Sender } from "./sender.ts";
import type { SenderHost, SendingHalf } from "./sending-half.ts";
import { Timestamps } from "./timestamps.ts";

/** What an application hears of its connection. */
export interface Application {
  opened(): void;
  /** So many bytes were read in all. */
  read(totalBytes: number): void;
  endOfStream(): void;
}

/** What both hosts of a conversation share. */
export interface HostWorld {
  readonly agenda: Agenda;
  readonly path: Path;
  /** Numbers segments in the order of sending. */
  nextId(): number;
}

/** What a host is like. */
export interface HostOptions extends ReceiverOptions {
  readonly abilities: TcpAbilities;
}

/** One TCP end: handshake, both halves, reset. It answers whatever still comes when its application is long gone. */
export class Host {
  readonly side: SideName;
  readonly sender: SendingHalf;
  readonly #receiver: Receiver;
  readonly #abilities: TcpAbilities;
  readonly #congestion: CongestionNotification;
  readonly #timestamps: Timestamps | undefined;
  readonly #world: HostWorld;
  #peer: Host | undefined;
  #state: "closed" | "listening" | "refusing" | "opening" | "open" | "dead" = "closed";
  #application: Application | undefined;
  #lastArrival: Arrival | undefined;

  constructor(side: SideName, world: HostWorld, options: HostOptions) {
    this.side = side;
    this.#world = world;
    this.#abilities = options.abilities;
    this.#congestion = new CongestionNotification(options.abilities.ecn);
    this.#timestamps = options.abilities.timestamps ? new Timestamps(world.agenda) : undefined;
    const host: SenderHost = {
      transmit: (sequence, payloadBytes, isFin, sending) => this.#send(sequence, payloadBytes, isFin, sending),
      waited: (what, sinceNs) => this.#waited(what, sinceNs),
      giveUp: () => this.#die(),
    };
    const SomeSender = options.abilities.sack ? SelectiveSender : Sender;
    this.sender = new SomeSender(world.agenda, options.maxSegmentBytes, host);
    this.#receiver = new Receiver(world.agenda, options, {
      acknowledge: () => this.#state !== "dead" && this.#transmit(this.#nextSequence, 0, TcpFlag.ack, "first"),
      read: (totalBytes) => this.#application?.read(totalBytes),
      endOfStream: () => this.#application?.endOfStream(),
    });
  }

  /** Who it talks to. */
  connectTo(peer: Host, application: Application): void {
    this.#peer = peer;
    this.#application = application;
  }

  /** Waits for a SYN, or answers one with RST. */
  listen(isRefusing: boolean): void {
    this.#state = isRefusing ? "refusing" : "listening";
  }

  /** Sends a SYN. */
  open(): void {
    this.#state = "opening";
    this.sender.open();
  }

  /** Hangs up with RST. */
  reset(): void {
    if (this.#state === "dead") return;
    this.#transmit(this.#nextSequence, 0, TcpFlag.rst | TcpFlag.ack, "first");
    this.#die();
  }

  /** A segment has come in. */
  take(arrival: Arrival): void {
    const { segment } = arrival;
    const { flags } = segment;
    if ((flags & TcpFlag.rst) !== 0) this.#die();
    else if (this.#state === "dead" || this.#state === "refusing") this.#refuse(segment);
    else {
      if (isReliable(segment)) this.#lastArrival = arrival;
      this.#congestion.arrived(arrival);
      this.#timestamps?.arrived(segment);
      if ((flags & TcpFlag.syn) !== 0) this.#takeSyn(segment);
      else this.#takeOther(segment);
    }
  }

  get #nextSequence(): number {
    return Math.max(this.sender.next, this.sender.highest);
  }

  #takeSyn(segment: Segment): void {
    const isAnswer = (segment.flags & TcpFlag.ack) !== 0;
    if (this.#state === "listening") {
      this.#state = "opening";
      this.#receiver.next = 1;
      this.sender.acknowledged({ ...segment, acknowledgment: 0 }, false);
      this.sender.open();
    } else if (!isAnswer && this.#state === "opening") this.#send(0, 0, false, "afterTimeout");
    else if (isAnswer && this.#state === "opening") {
      this.#receiver.next = 1;
      this.sender.acknowledged(segment, false);
      this.#transmit(1, 0, TcpFlag.ack, "first");
      this.#openIfAcknowledged();
    } else this.#transmit(this.#nextSequence, 0, TcpFlag.ack, "first");
  }

  #takeOther(segment: Segment): void {
    this.sender.acknowledged(segment, !isReliable(segment));
    if ((segment.flags & TcpFlag.ece) !== 0 && this.sender.congestionEchoed()) this.#congestion.reduced();
    this.#openIfAcknowledged();
    if (isReliable(segment)) this.#receiver.take(segment);
  }

  #openIfAcknowledged(): void {
    if (this.#state !== "opening" || this.sender.unacknowledged < 1) return;
    this.#state = "open";
    this.sender.isEstablished = true;
    this.#application?.opened();
  }

  #refuse(segment: Segment): void {
    const sequence = (segment.flags & TcpFlag.syn) !== 0 ? 0 : segment.acknowledgment;
    this.#receiver.next = Math.max(this.#receiver.next, (segment.flags & TcpFlag.syn) !== 0 ? 1 : 0);
    this.#transmit(sequence, 0, TcpFlag.rst | TcpFlag.ack, "first");
  }

  #die(): void {
    this.#state = "dead";
    this.sender.stop();
    this.#receiver.stop();
  }

  #send(sequence: number, payloadBytes: number, isFin: boolean, sending: Sending): void {
    const isSyn = sequence === 0;
    const first = isSyn && this.side === "client" ? 0 : TcpFlag.ack;
    const flags = first | (isSyn ? TcpFlag.syn : 0) | (isFin ? TcpFlag.fin : 0) | (payloadBytes > 0 ? TcpFlag.psh : 0);
    this.#transmit(sequence, payloadBytes, flags, sending);
  }

  #transmit(sequence: number, payloadBytes: number, ownFlags: number, sending: Sending): void {
    const isNewPayload = sending === "first" && payloadBytes > 0;
    const flags = ownFlags | this.#congestion.flagsFor(ownFlags, isNewPayload);
    const hasAck = (flags & TcpFlag.ack) !== 0;
    const mayHaveSack = this.#abilities.sack && hasAck && (flags & (TcpFlag.syn | TcpFlag.rst)) === 0;
    const segment: Segment = {
      id: this.#world.nextId(),
      from: this.side,
      sequence,
      acknowledgment: hasAck ? this.#receiver.next : 0,
      payloadBytes,
      flags,
      windowBytes: this.#receiver.windowBytes(),
      sending,
      sentAtNs: this.#world.agenda.nowNs,
      answers: hasAck ? this.#lastArrival : undefined,
      ...(mayHaveSack ? this.#receiver.takeSack() : NO_SACK),
      timestamps: this.#timestamps?.forSegment(hasAck, this.#receiver.next),
      isEcnCapable: this.#congestion.mayMark(isNewPayload),
    };
    if (hasAck) {
      this.#lastArrival = undefined;
      this.#receiver.acknowledged();
    }
    this.#world.path.send(segment, (arrival) => this.#peer?.take(arrival));
  }

  #waited(what: "acknowledgment" | "window", fromNs: number): void {
    const { agenda, path } = this.#world;
    const isHandshake = this.#state !== "open" && what === "acknowledgment";
    const reason = what === "window" ? (`${otherSide(this.side)}Window` as const) : what;
    path.log.waits.push({ reason: isHandshake ? "handshake" : reason, fromNs, toNs: agenda.nowNs });
  }
}

const NO_SACK = { sackBlocks: [], hasDuplicateSack: false } as const;
