import { Direction } from "@weir/model";
import { type Passage, present } from "../common/passage.ts";
import type { SessionContext } from "../contract.ts";
import { type ConnectionFacts, commonAttributes, errorAttributes } from "./attributes.ts";
import type { Handshakes } from "./handshakes.ts";
import { finish, OK, type OpenCall } from "./open-call.ts";
import { errorOf, statusOfError, type ToldError } from "./outcomes.ts";
import { Field, type Received } from "./performatives.ts";
import { type AmqpSession, type Link, linkKey, otherSide, type Sessions } from "./sessions.ts";
import type { Transfers } from "./transfers.ts";
import { type AmqpValue, itemsOf, numberAt, textAt } from "./values.ts";

/** Pairs the attaches and detaches of links (§2.6.3 to §2.6.6). */
export class LinkHandshakes {
  readonly #context: SessionContext;
  readonly #sessions: Sessions;
  readonly #handshakes: Handshakes;
  readonly #transfers: Transfers;

  constructor(context: SessionContext, sessions: Sessions, handshakes: Handshakes, transfers: Transfers) {
    this.#context = context;
    this.#sessions = sessions;
    this.#handshakes = handshakes;
    this.#transfers = transfers;
  }

  attach(received: Received, facts: ConnectionFacts): string | undefined {
    const { direction, channel, passage, performative } = received;
    const { fields } = performative;
    const name = textAt(fields, Field.attach.name);
    const handle = numberAt(fields, Field.attach.handle);
    if (name === undefined || handle === undefined) return "badAttach";
    const isReceiver = fields[Field.attach.isReceiver] === true;
    const sender = isReceiver ? otherSide(direction) : direction;
    const session = this.#sessions.of(direction, channel);
    const link = this.#sessions.attach(session, direction, handle, name, sender);
    const ends = endsOf(fields);
    link.address = (sender === Direction.toServer ? ends.target : ends.source) ?? link.address;
    const key = `attach/${session.id}/${linkKey(name, sender)}`;
    const asked = this.#handshakes.answered(key, direction);
    if (asked !== undefined) {
      Object.assign(asked.attributes, attributesOf(link, ends));
      asked.target = link.address;
      this.#answer(link, asked, passage, fields[isReceiver ? Field.attach.target : Field.attach.source]);
      return undefined;
    }
    const call = linkCall("attach", received, link, facts);
    Object.assign(call.attributes, attributesOf(link, ends), { "weir.amqp1.role": isReceiver ? "receiver" : "sender" });
    this.#handshakes.ask(key, direction, call);
    return undefined;
  }

  /** Who refuses a link answers without a terminus of its own, and detaches at once with the reason (§2.6.3). */
  #answer(link: Link, asked: OpenCall, response: Passage, terminus: AmqpValue): void {
    if (terminus !== undefined) finish(this.#context, asked, { ...OK, response });
    else link.refused = { call: asked, response };
  }

  detach(received: Received, facts: ConnectionFacts): string | undefined {
    const { direction, channel, passage, performative } = received;
    const handle = numberAt(performative.fields, Field.detach.handle);
    if (handle === undefined) return "badDetach";
    const session = this.#sessions.of(direction, channel);
    const link = this.#sessions.link(session, direction, handle);
    const error = errorOf(performative.fields[Field.detach.error]);
    this.#refuse(link, error, direction);
    const key = keyOf(session, link);
    const asked = this.#handshakes.answered(key, direction);
    if (asked === undefined) {
      const call = linkCall("detach", received, link, facts);
      const closed = performative.fields[Field.detach.closed] === true ? { "weir.amqp1.closed": "true" } : {};
      Object.assign(call.attributes, errorAttributes(error), closed);
      this.#handshakes.ask(key, direction, call);
    } else {
      this.#finish(asked, error, direction, passage);
      this.#transfers.over(link);
    }
    this.#sessions.detach(session, direction, handle);
    return undefined;
  }

  /** Nothing more comes: links that were refused were so without a reason. */
  close(): void {
    for (const link of this.#sessions.links()) this.#refuse(link, undefined, Direction.toClient);
  }

  #refuse(link: Link, error: ToldError | undefined, direction: Direction): void {
    const { refused } = link;
    if (refused === undefined) return;
    link.refused = undefined;
    const { call, response } = refused;
    Object.assign(call.attributes, errorAttributes(error));
    const status = error === undefined ? "clientError" : statusOfError(error, direction === Direction.toClient);
    finish(this.#context, call, { status, statusCode: error?.condition ?? "", response });
  }

  /** The first side's error, else the second's. */
  #finish(asked: OpenCall, answered: ToldError | undefined, direction: Direction, response: Passage): void {
    const condition = asked.attributes["weir.amqp1.error_condition"];
    const told = condition === undefined ? answered : { condition, description: undefined };
    const isByServer = (condition === undefined) === (direction === Direction.toClient);
    if (condition === undefined) Object.assign(asked.attributes, errorAttributes(answered));
    const status = told === undefined ? "ok" : statusOfError(told, isByServer);
    finish(this.#context, asked, { status, statusCode: told?.condition ?? "", response });
  }
}

interface LinkEnds {
  readonly source: string | undefined;
  readonly target: string | undefined;
}

function endsOf(fields: readonly AmqpValue[]): LinkEnds {
  const addressAt = (at: number) => textAt(itemsOf(fields[at]), Field.terminus.address);
  return { source: addressAt(Field.attach.source), target: addressAt(Field.attach.target) };
}

function attributesOf(link: Link, { source, target }: LinkEnds): Record<string, string> {
  return present({
    "messaging.destination.name": link.address,
    "weir.amqp1.source": source,
    "weir.amqp1.target": target,
  });
}

function linkCall(
  operation: string,
  { direction, channel, passage }: Received,
  link: Link,
  facts: ConnectionFacts,
): OpenCall {
  return {
    operation,
    target: link.address,
    request: passage,
    attributes: {
      ...commonAttributes(operation, direction, channel, facts),
      "messaging.destination.name": link.address,
      ...(link.name === "" ? {} : { "weir.amqp1.link": link.name }),
    },
    message: {},
    mayHaveMissed: false,
    isOfUnseen: link.isUnseen,
  };
}

function keyOf(session: AmqpSession, link: Link): string {
  return `detach/${session.id}/${linkKey(link.name, link.sender)}`;
}
