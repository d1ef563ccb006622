import { Direction, type EndReason } from "@weir/model";
import { joinPassages, type Passage } from "../common/passage.ts";
import type { SessionContext } from "../contract.ts";
import {
  type ConnectionFacts,
  commonAttributes,
  errorAttributes,
  messageAttributes,
  messageTexts,
} from "./attributes.ts";
import { type Message, readMessage } from "./message.ts";
import { finish, giveUp, OK, type Outcome } from "./open-call.ts";
import { type DeliveryOutcome, outcomeOf, statusOfOutcome } from "./outcomes.ts";
import { Field } from "./performatives.ts";
import { type AmqpSession, type Delivery, type Link, otherSide, type UnderWay } from "./sessions.ts";
import { Unsettled } from "./unsettled.ts";
import { type AmqpValue, numberAt } from "./values.ts";

/** Bytes of a message that are kept while it passes. */
export const KEPT_MESSAGE_BYTES = 8192;

/** One transfer frame, or the disposition of some. `payload` is borrowed. */
export interface Arrived {
  readonly session: AmqpSession;
  readonly direction: Direction;
  readonly channel: number;
  readonly fields: readonly AmqpValue[];
  readonly payload: Uint8Array;
  /** More than `payload` has where its end was not kept. */
  readonly payloadBytes: number;
  readonly passage: Passage;
  readonly facts: ConnectionFacts;
}

/** Puts messages together from their transfers (§2.6.14), and settles them. */
export class Transfers {
  readonly #context: SessionContext;
  readonly #unsettled: Unsettled;

  constructor(context: SessionContext) {
    this.#context = context;
    this.#unsettled = new Unsettled((delivery) => giveUp(context, delivery, "limit"));
  }

  /** A transfer has passed. Returns a word for what is wrong with it, if anything is. */
  transfer(link: Link, arrived: Arrived): string | undefined {
    const { fields, passage } = arrived;
    const deliveryId = numberAt(fields, Field.transfer.deliveryId);
    const underWay = link.underWay;
    if (underWay === undefined && deliveryId === undefined) return link.isUnseen ? undefined : "strayTransfer";
    const isNext = underWay === undefined || (deliveryId !== undefined && deliveryId !== underWay.deliveryId);
    const joined = isNext ? beginning(arrived, deliveryId) : continued(underWay, arrived);
    if (fields[Field.transfer.settled] === true) joined.isSettled = true;
    link.underWay = joined;
    if (fields[Field.transfer.aborted] === true) return this.#abort(link, joined, arrived);
    if (fields[Field.transfer.more] === true) return undefined;
    link.underWay = undefined;
    // What is not more than the frame need not have been copied.
    const isWhole = joined.transfers === 1;
    const message = isWhole
      ? readMessage(arrived.payload, arrived.payloadBytes)
      : readMessage(joined.payload, joined.payloadBytes);
    this.#sent(this.#delivery(link, joined, message, arrived), joined.isSettled);
    return message.isMalformed && !passage.hasGap ? "badMessage" : undefined;
  }

  /** A side says what became of messages, of its own or of the other's. */
  disposition({ session, direction, fields, passage }: Arrived): void {
    const isReceiver = fields[Field.disposition.isReceiver] === true;
    const first = numberAt(fields, Field.disposition.first);
    const outcome = outcomeOf(fields[Field.disposition.state]);
    const isSettled = fields[Field.disposition.settled] === true;
    if (first === undefined || (outcome === undefined && !isSettled)) return;
    const last = numberAt(fields, Field.disposition.last) ?? first;
    const sender = isReceiver ? otherSide(direction) : direction;
    for (const delivery of this.#unsettled.settle(session, sender, first, last))
      if (isReceiver) this.#settled(delivery, outcome, passage);
      else finish(this.#context, delivery, OK);
  }

  /** A link is over: what waits on it is settled no more. */
  over(link: Link): void {
    for (const delivery of this.#unsettled.drain(link)) giveUp(this.#context, delivery, "fin");
  }

  /** Frames of a direction were lost. */
  lost(direction: Direction, links: Iterable<Link>): void {
    for (const link of links) if (link.sender === direction) link.underWay = undefined;
    for (const delivery of this.#unsettled.calls()) delivery.mayHaveMissed = true;
  }

  close(reason: EndReason): void {
    for (const delivery of this.#unsettled.drain()) giveUp(this.#context, delivery, reason);
  }

  #abort(link: Link, underWay: UnderWay, arrived: Arrived): undefined {
    link.underWay = undefined;
    const message = readMessage(underWay.payload, Number.POSITIVE_INFINITY);
    finish(this.#context, this.#delivery(link, underWay, message, arrived), { status: "aborted" });
  }

  #sent(delivery: Delivery, isSettled: boolean): void {
    if (isSettled) finish(this.#context, delivery, OK);
    else this.#unsettled.put(delivery);
  }

  #settled(delivery: Delivery, outcome: DeliveryOutcome | undefined, response: Passage): void {
    const { word, error } = outcome ?? { word: undefined, error: undefined };
    if (word !== undefined) delivery.attributes["weir.amqp1.outcome"] = word;
    Object.assign(delivery.attributes, errorAttributes(error));
    const status = outcome === undefined ? "ok" : statusOfOutcome(outcome, delivery.sender === Direction.toServer);
    const statusCode = error?.condition ?? (word === "accepted" ? "" : (word ?? ""));
    finish(this.#context, delivery, { status, statusCode, response } satisfies Outcome);
  }

  #delivery(
    link: Link,
    underWay: UnderWay,
    message: Message,
    { session, direction, channel, facts }: Arrived,
  ): Delivery {
    const operation = direction === Direction.toServer ? "publish" : "deliver";
    const { deliveryId, isSettled, transfers, passage } = underWay;
    const attributes: Record<string, string> = {
      ...commonAttributes(operation, direction, channel, facts),
      ...messageAttributes(message, link),
      ...(deliveryId === undefined ? {} : { "weir.amqp1.delivery_id": String(deliveryId) }),
      ...(isSettled ? { "weir.amqp1.settled": "true" } : {}),
      ...(transfers > 1 ? { "weir.amqp1.transfers": String(transfers) } : {}),
    };
    const target = attributes["messaging.destination.name"] ?? "";
    return {
      operation,
      target,
      request: passage,
      attributes,
      message: messageTexts(message, target),
      mayHaveMissed: false,
      isOfUnseen: link.isUnseen,
      session,
      link,
      sender: direction,
      id: deliveryId ?? 0,
    };
  }
}

function beginning({ fields, payload, payloadBytes, passage }: Arrived, deliveryId: number | undefined): UnderWay {
  const isAlone = fields[Field.transfer.more] !== true;
  return {
    deliveryId,
    isSettled: false,
    transfers: 1,
    passage,
    payload: isAlone ? NOTHING : payload.slice(0, KEPT_MESSAGE_BYTES),
    payloadBytes,
  };
}

function continued(underWay: UnderWay, { payload, payloadBytes, passage }: Arrived): UnderWay {
  const { payload: before } = underWay;
  const isWhole = before.length === underWay.payloadBytes;
  const added = isWhole ? payload.subarray(0, KEPT_MESSAGE_BYTES - before.length) : NOTHING;
  if (added.length > 0) {
    const joined = new Uint8Array(before.length + added.length);
    joined.set(before);
    joined.set(added, before.length);
    underWay.payload = joined;
  }
  underWay.payloadBytes += payloadBytes;
  underWay.transfers += 1;
  underWay.passage = joinPassages(underWay.passage, passage);
  return underWay;
}

const NOTHING = new Uint8Array(0);
