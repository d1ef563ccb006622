import type { Mark } from "@weir/base";
import { Direction, type EndReason } from "@weir/model";
import type { CallDraft } from "./call-draft.ts";
import { CATALOG } from "./catalog.ts";

import type { Dissector, Handover, Opening, PlainText, Session } from "./contract.ts";

import { type EarlyPiece, MAX_PROBE_BYTES, Probing } from "./probing.ts";
import type { RecogniserContext } from "./recogniser-context.ts";
import { PROTOCOL_RECORDS } from "./records.ts";
import type { RestingRecogniser, RestingRecognisers, RestingSession } from "./resting-recognisers.ts";
import { InnerContext, OpenedContext, type SessionHost, sharedOf } from "./session-context.ts";
import type { Surroundings } from "./surroundings.ts";

/** Of connections on which nothing was said so far. */
const NOTHING_SAID: RestingSession = {
  dissector: undefined,
  session: undefined,
  opening: undefined,
  probing: undefined,
  gaveUp: false,
};

/**
 * Finds out which protocol a connection speaks, by its bytes, and passes them on to that protocol's session. Until then it keeps the
 * first bytes and gives them to the session as they came. Ports and memory only order the tries.
 */
export class StreamRecogniser implements SessionHost {
  readonly surroundings: Surroundings;
  readonly context: RecogniserContext;
  #session: Session | undefined;
  #dissector: Dissector | undefined;
  /** Absent before the first bytes, and once a protocol was found. */
  #probing: Probing | undefined;
  #gaveUp = false;
  /** What the session was opened with. */
  #opening: Opening | undefined;
  /** The stream inside this one that was opened last. */
  #inner: StreamRecogniser | undefined;
  /** Attributes that all calls carry, since a session handed over with them. */
  #told: Handover["attributes"];

  /** `rest` is what {@link rest} said of the recogniser that the connection had before it rested. */
  constructor(surroundings: Surroundings, context: RecogniserContext, rest: RestingRecogniser = NOTHING_SAID) {
    this.surroundings = surroundings;
    this.context = context;
    const { dissector, session, opening, probing, gaveUp } =
      "pieces" in rest ? { ...NOTHING_SAID, probing: rest } : rest;
    this.#dissector = dissector;
    this.#gaveUp = gaveUp;
    this.#probing = probing && Probing.wake(probing);
    if (dissector !== undefined && session !== undefined) this.#start(dissector, opening, session);
  }

  /** What is left of it while its connection rests; undefined where it knows more than can be made small. `known` has said the same of others. */
  rest(known: RestingRecognisers): RestingRecogniser | undefined {
    if (this.#inner !== undefined || this.#told !== undefined || this.#probing?.isEntangled === true) return undefined;
    const session = this.#session?.rest?.();
    if (this.#session !== undefined && session === undefined) return undefined;
    const probing = this.#probing?.rest();
    const dissector = this.#dissector;
    if (probing !== undefined && dissector === undefined && !this.#gaveUp) return probing;
    return known.one({ dissector, session, opening: this.#opening, probing, gaveUp: this.#gaveUp });
  }

  /** Word of the protocol that was found, the innermost where one carries another; empty while there is none. */
  get protocol(): string {
    const inside = this.#inner?.protocol ?? "";
    if (inside !== "") return inside;
    return this.#dissector === undefined ? "" : wordOf(this.#dissector.id);
  }

  data(direction: Direction, bytes: Uint8Array, mark: Mark): void {
    if (this.#session !== undefined) {
      if (!this.#session.data(direction, bytes, mark)) this.#letGo(mark);
      return;
    }
    if (this.#gaveUp) return;
    if (this.context.transport === "udp") this.#probeDatagram(direction, bytes, mark);
    else this.#probeStream(direction, bytes, mark);
  }

  gap(direction: Direction, missingBytes: number, mark: Mark): void {
    if (this.#session !== undefined) {
      if (!this.#session.gap(direction, missingBytes, mark)) this.#letGo(mark);
      return;
    }
    if (this.#openCut(direction)) {
      this.gap(direction, missingBytes, mark);
      return;
    }
    this.#probing?.cut(direction);
  }

  /** Opens a session by what stands before a hole, where a protocol knows itself by that. */
  #openCut(direction: Direction): boolean {
    const probing = this.#probing;
    const undecided = probing?.undecidedOf(direction);
    if (this.#gaveUp || probing === undefined || undecided === undefined || probing.bytesOf(direction) === 0)
      return false;
    const start = probing.joined(direction);
    const found = undecided.find((dissector) => dissector.probeCut?.(start) === true);
    const last = probing.of(direction).at(-1);
    if (found === undefined || last === undefined) return false;
    this.#openWithEarly(found, last, start);
    return true;
  }

  /** Passes on what a process said that it wrote inside of the encryption: true where there is a session that can use it. */
  plainText(direction: Direction, text: PlainText): boolean {
    if (this.#session?.plainText === undefined) return false;
    this.#session.plainText(direction, text);
    return true;
  }

  end(direction: Direction, mark: Mark): void {
    this.#session?.end(direction, mark);
  }

  close(reason: EndReason, mark: Mark): void {
    this.#session?.close(reason, mark);
    this.#session = undefined;
    this.#probing = undefined;
  }

  #probeDatagram(direction: Direction, bytes: Uint8Array, mark: Mark): void {
    const found =
      this.#candidates().find((dissector) => dissector.probe(direction, bytes, "udp") === "match") ??
      MOVING.find(({ id, knows }) => knows?.(bytes, (create) => sharedOf(this.surroundings.common, id, create)));
    if (found === undefined) return;
    const isTurned = this.#isTurnedBy(found, direction, bytes);
    this.#open(found);
    this.data(isTurned ? otherWay(direction) : direction, bytes, mark);
  }

  /** True where a protocol's first words turn client and server. */
  #isTurnedBy(dissector: Dissector, direction: Direction, start: Uint8Array): boolean {
    const asks = dissector.asks(start, this.context);
    return asks !== undefined && this.context.asked(asks ? direction : otherWay(direction));
  }

  #probeStream(direction: Direction, bytes: Uint8Array, mark: Mark): void {
    const last = { direction, bytes, mark };
    this.#probing ??= new Probing();
    const probing = this.#probing;
    const hasEarlier = probing.has(direction);
    let undecided = this.#probe(
      last,
      hasEarlier ? probing.joined(direction, bytes) : bytes.subarray(0, MAX_PROBE_BYTES),
    );
    if (undecided?.length === 0 && hasEarlier) {
      // What came before is nobody's: behind it (STARTTLS of a protocol that is not read) one may begin with this packet.
      probing.drop(direction);
      probing.setUndecided(direction, undefined);
      undecided = this.#probe(last, bytes.subarray(0, MAX_PROBE_BYTES));
    }
    if (undecided === undefined) return;
    const isFull = probing.bytesOf(direction) + bytes.length >= MAX_PROBE_BYTES;
    const isOpen = undecided.length > 0 && !isFull;
    probing.setUndecided(direction, isOpen ? undecided : undefined);
    probing.add(last, isOpen);
    if (isOpen) return;
    // This direction is none of ours from here on; the other one may still tell (a push before the greeting, a cut beginning).
    probing.drop(direction);
    this.#gaveUp = isFull && probing.bytesOf(otherWay(direction)) >= MAX_PROBE_BYTES;
  }

  /** Asks those that have not decided yet about a direction's first bytes. Returns who still has not; undefined where one knew its protocol. */
  #probe(last: EarlyPiece, start: Uint8Array): readonly Dissector[] | undefined {
    const undecided: Dissector[] = [];
    for (const dissector of this.#probing?.undecidedOf(last.direction) ?? this.#candidates()) {
      const verdict = dissector.probe(last.direction, start, "tcp");
      if (verdict === "match") {
        this.#openWithEarly(dissector, last, start);
        return undefined;
      }
      if (verdict === "needMore") undecided.push(dissector);
    }
    return undecided;
  }

  /** Opens the session and gives it what came so far, in order; the last piece whole. `start` is what the dissector knew its protocol by. */
  #openWithEarly(dissector: Dissector, last: EarlyPiece, start: Uint8Array): void {
    const own = this.#ownPieces(dissector, otherWay(last.direction));
    const isBefore = (piece: EarlyPiece) =>
      piece !== last && (piece.direction === last.direction || own.includes(piece));
    const pieces = [...(this.#probing?.those(isBefore) ?? []), last];
    this.#probing = undefined;
    const isTurned = this.#isTurnedBy(dissector, last.direction, start);
    this.#open(dissector);
    for (const { direction, bytes, mark } of pieces) this.data(isTurned ? otherWay(direction) : direction, bytes, mark);
  }

  /**
   * What came the other way before. What is not of this protocol belongs to what it was negotiated in (STARTTLS, PostgreSQL's SSLRequest): it is left
   * out, up to the packet with which this protocol begins.
   */
  #ownPieces(dissector: Dissector, direction: Direction): readonly EarlyPiece[] {
    const probing = this.#probing;
    if (probing === undefined) return [];
    const pieces = probing.of(direction);
    if (dissector.probe(direction, probing.joined(direction), "tcp") !== "noMatch") return pieces;
    const from = pieces.findIndex(({ bytes }) => dissector.probe(direction, bytes, "tcp") === "match");
    return from === -1 ? [] : pieces.slice(from);
  }

  /** Dissectors for this transport: the remembered one first, then those whose port it is, then the others. */
  #candidates(): readonly Dissector[] {
    const { transport, serverAddress, serverPort, clientPort } = this.context;
    const all = BY_TRANSPORT[transport];
    const remembered = this.surroundings.memory.recall(serverAddress, serverPort);
    const isLikely = ({ id, ports }: Dissector) =>
      id === remembered || ports.includes(serverPort) || ports.includes(clientPort);
    const likely = all.filter(isLikely);
    if (likely.length === 0) return all;
    if (likely.length > 1) likely.sort((a, b) => Number(b.id === remembered) - Number(a.id === remembered));
    return [...likely, ...all.filter((dissector) => !likely.includes(dissector))];
  }

  #open(dissector: Dissector, opening?: Opening): void {
    this.#dissector = dissector;
    this.#opening = opening;
    this.#start(dissector, opening);
    const { serverAddress, serverPort } = this.context;
    this.surroundings.memory.remember(serverAddress, serverPort, dissector.id);
  }

  #start(dissector: Dissector, opening: Opening | undefined, rest?: object): void {
    this.#session = dissector.open(new OpenedContext(this, dissector.id, wordOf(dissector.id), opening), rest);
  }

  /** A call with what was told of all calls here. */
  withTold(call: CallDraft): CallDraft {
    return this.#told === undefined ? call : { ...call, attributes: { ...this.#told, ...call.attributes } };
  }

  /** What is inside is remembered apart from what carries it. Who asks is known by now. */
  openInner(): StreamRecogniser {
    this.#inner = new StreamRecogniser(this.surroundings, new InnerContext(this));
    return this.#inner;
  }

  /**
   * The session found that the stream is not its protocol (any more): what it knows is kept. What follows is not read, unless the session
   * hands over to another protocol.
   */
  #letGo(mark: Mark): void {
    const handover = this.#session?.handover;
    this.#gaveUp = handover === undefined;
    this.#session?.close("captureEnd", mark);
    this.#session = undefined;
    this.#probing = undefined;
    if (handover === undefined) return;
    if (handover.attributes !== undefined) this.#told = { ...this.#told, ...handover.attributes };
    const next = BY_TRANSPORT[this.context.transport].find(({ id }) => id === handover.to);
    if (next !== undefined) this.#open(next, handover.opening);
    for (const { direction, bytes } of handover.rest) this.data(direction, bytes, mark);
  }
}

function otherWay(direction: Direction): Direction {
  return direction === Direction.toServer ? Direction.toClient : Direction.toServer;
}

const BY_TRANSPORT = {
  tcp: (CATALOG as readonly Dissector[]).filter(({ transports }) => transports.includes("tcp")),
  udp: (CATALOG as readonly Dissector[]).filter(({ transports }) => transports.includes("udp")),
};

/** Dissectors of protocols whose connections may come from elsewhere. */
const MOVING = BY_TRANSPORT.udp.filter(({ knows }) => knows !== undefined);

const WORDS = new Map<string, string>(PROTOCOL_RECORDS.map(({ id, protocol }) => [id, protocol]));

function wordOf(id: string): string {
  return WORDS.get(id) ?? id;
}
