import { type Call, type Delivery, type DeliveryEvidence, type GradeReason, gradeOf } from "@weir/model";
import { destinationOf, type MessageKey, messageKeys, positionsOf, roleOf } from "./keys.ts";
import { Positions } from "./positions.ts";
import { Sightings } from "./sightings.ts";

/** Calls of each kind that are remembered; the oldest are forgotten beyond it. */
const MAX_REMEMBERED = 20_000;
/** Calls that may have one key in common; where more do, it tells no message from another. */
const MAX_CANDIDATES = 4;
/** Consumers of one publishing call that are told, and messages of one fetch: a fan-out beyond it is cut. */
const MAX_LINKS = 64;
/** Evidence that is a key of the message's own. */
const OWN_KEY: ReadonlySet<DeliveryEvidence> = new Set(["position", "messageId", "traceContext"]);

/** What is kept of a call that publishes or consumes. */
interface Party {
  readonly callId: string;
  readonly role: "publish" | "consume";
  readonly call: Pick<
    Call,
    "captureId" | "protocol" | "clientService" | "serverService" | "serverPort" | "gradeReasons"
  >;
  readonly destination: string;
  /** When the broker had it, or handed it out. */
  readonly atNs: bigint;
  /** Calls of the other kind that it was linked with, by any evidence. */
  readonly linked: Set<string>;
}

/** What two calls have in common. */
type Shared = Omit<MessageKey, "key">;

/**
 * Links calls that publish messages with those that deliver them, by what both carry. Calls come in the order in which they were finished: a delivery may
 * come before the call that published it is answered. Never by guess: what several calls have in common is said to be several's.
 */
export class DeliveryLinker {
  readonly #emit: (delivery: Delivery) => void;
  readonly #published = new Sightings<Party>(MAX_REMEMBERED);
  readonly #consumed = new Sightings<Party>(MAX_REMEMBERED);
  readonly #publishedAt = new Positions<Party>();
  readonly #consumedAt = new Positions<Party>();

  constructor(emit: (delivery: Delivery) => void) {
    this.#emit = emit;
  }

  call(call: Call): void {
    const role = roleOf(call);
    if (role === undefined) return;
    const keys = messageKeys(call);
    const positions = positionsOf(call);
    if (keys.length === 0 && positions.length === 0) return;
    const party = partyOf(call, role);
    const [own, others] = role === "publish" ? [this.#published, this.#consumed] : [this.#consumed, this.#published];
    const [ownAt, othersAt] =
      role === "publish" ? [this.#publishedAt, this.#consumedAt] : [this.#consumedAt, this.#publishedAt];
    for (const range of positions) {
      for (const { owner, offset } of othersAt.within(range, MAX_LINKS))
        this.#link(party, owner, { evidence: "position", text: `${range.text} ${offset}` }, 1);
      ownAt.add(range, party);
    }
    for (const key of keys) {
      own.add(key.key, party);
      this.#linkBy(key, party, others.of(key.key), role === "publish" ? own.of(key.key) : []);
    }
  }

  /** Links a call with those of the other kind that have a key in common with it. `rivals` have it as well, and are of its own kind. */
  #linkBy(key: MessageKey, party: Party, others: readonly Party[], rivals: readonly Party[]): void {
    // What is known by a better key needs no weaker one.
    if (!OWN_KEY.has(key.evidence) && party.linked.size > 0) return;
    const publishers = party.role === "publish" ? rivals : others.filter(({ atNs }) => atNs <= party.atNs);
    if (publishers.length > MAX_CANDIDATES) return;
    for (const other of others) this.#link(party, other, key, publishers.length);
  }

  #link(one: Party, other: Party, { evidence, text }: Shared, candidates: number): void {
    const [publish, consume] = one.role === "publish" ? [one, other] : [other, one];
    if (consume.atNs < publish.atNs || publish.callId === consume.callId) return;
    if (publish.linked.size >= MAX_LINKS || consume.linked.size >= MAX_LINKS) return;
    if (publish.linked.has(consume.callId)) return;
    if (!OWN_KEY.has(evidence) && consume.linked.size > 0) return;
    publish.linked.add(consume.callId);
    consume.linked.add(publish.callId);
    this.#emit(deliveryOf(publish, consume, { evidence, text }, candidates));
  }
}

function partyOf(call: Call, role: Party["role"]): Party {
  const { callId, captureId, protocol, clientService, serverService, serverPort, gradeReasons } = call;
  const requestEnd = call.startedAt + BigInt(Math.round(call.requestNs));
  // A fetch has its messages with the answer; what the broker delivers unasked is itself the message.
  const isUnasked = call.attributes["weir.call.initiator"] === "server";
  const atNs =
    role === "publish" ? requestEnd : isUnasked ? call.startedAt : requestEnd + BigInt(Math.round(call.waitNs ?? 0));
  return {
    callId,
    role,
    call: { captureId, protocol, clientService, serverService, serverPort, gradeReasons },
    destination: destinationOf(call),
    atNs,
    linked: new Set(),
  };
}

/** Whether what two calls have in common is one message's alone: ids and offsets are numbered by each broker for itself. */
function isSure(publish: Party, consume: Party, evidence: DeliveryEvidence): boolean {
  const isSameServer =
    publish.call.serverService === consume.call.serverService && publish.call.serverPort === consume.call.serverPort;
  if (evidence === "messageId") return isSameServer || publish.destination === consume.destination;
  return evidence === "position" ? isSameServer : OWN_KEY.has(evidence);
}

function deliveryOf(publish: Party, consume: Party, { evidence, text }: Shared, candidates: number): Delivery {
  const reasons = new Set([...publish.call.gradeReasons, ...consume.call.gradeReasons] as GradeReason[]);
  if (candidates > 1 || !isSure(publish, consume, evidence)) reasons.add("weakEvidence");
  const { captureId, protocol, clientService, serverService, serverPort } = publish.call;
  return {
    captureId,
    deliveryId: `${publish.callId}-to-${consume.callId}`,
    publishCallId: publish.callId,
    consumeCallId: consume.callId,
    protocol,
    destination: publish.destination,
    clientService,
    serverService,
    serverPort,
    consumerService: consume.call.clientService,
    startedAt: publish.atNs,
    queueNs: Number(consume.atNs - publish.atNs),
    evidence,
    key: text,
    candidates,
    grade: gradeOf([...reasons]),
    gradeReasons: [...reasons],
  };
}
