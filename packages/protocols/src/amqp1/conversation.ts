import { Direction, type EndReason } from "@weir/model";
import { present } from "../common/passage.ts";
import type { SessionContext } from "../contract.ts";
import { type ConnectionFacts, commonAttributes, errorAttributes, systemOf } from "./attributes.ts";
import { Handshakes } from "./handshakes.ts";
import { LinkHandshakes } from "./link-handshakes.ts";
import { finish, giveUp, OK, type OpenCall } from "./open-call.ts";
import { errorOf, statusOfError, statusOfSasl } from "./outcomes.ts";
import { Field, type Received } from "./performatives.ts";
import { Sessions } from "./sessions.ts";
import { Transfers } from "./transfers.ts";
import { itemsOf, numberAt, scalarsOf, scalarText, textAt } from "./values.ts";
import { Descriptor } from "./wire.ts";

/** Pairs the performatives of a connection. */
export class Conversation {
  readonly #context: SessionContext;
  readonly #sessions = new Sessions();
  readonly #handshakes: Handshakes;
  readonly #transfers: Transfers;
  readonly #links: LinkHandshakes;
  #facts: ConnectionFacts = { system: undefined, clientContainer: undefined };
  #sasl: OpenCall | undefined;
  #saslMechanisms: string | undefined;
  /** What `open` says of how the client was let in. */
  #admission: Record<string, string> = {};

  constructor(context: SessionContext) {
    this.#context = context;
    this.#handshakes = new Handshakes(context);
    this.#transfers = new Transfers(context);
    this.#links = new LinkHandshakes(context, this.#sessions, this.#handshakes, this.#transfers);
  }

  /** A frame has passed. Returns a word for what is wrong with it, if anything is. */
  received(received: Received): string | undefined {
    const { performative, direction, channel } = received;
    switch (performative.code) {
      case Descriptor.open:
        return this.#open(received);
      case Descriptor.begin:
        return this.#begin(received);
      case Descriptor.attach:
        return this.#links.attach(received, this.#facts);
      case Descriptor.detach:
        return this.#links.detach(received, this.#facts);
      case Descriptor.transfer: {
        const handle = numberAt(performative.fields, Field.transfer.handle);
        if (handle === undefined) return "badTransfer";
        const session = this.#sessions.of(direction, channel);
        const link = this.#sessions.link(session, direction, handle);
        return this.#transfers.transfer(link, { ...received, ...performative, session, facts: this.#facts });
      }
      case Descriptor.disposition: {
        const session = this.#sessions.of(direction, channel);
        this.#transfers.disposition({ ...received, ...performative, session, facts: this.#facts });
        return undefined;
      }
      case Descriptor.end:
      case Descriptor.close:
        return this.#end(received);
      default:
        return this.#saslFrame(received);
    }
  }

  /** Frames of a direction were lost. */
  lost(direction: Direction): void {
    this.#handshakes.lost();
    this.#transfers.lost(direction, this.#sessions.links());
    if (this.#sasl !== undefined) this.#sasl.mayHaveMissed = true;
  }

  close(reason: EndReason): void {
    if (this.#sasl !== undefined) giveUp(this.#context, this.#sasl, reason);
    this.#links.close();
    this.#handshakes.close(reason);
    this.#transfers.close(reason);
  }

  #call(operation: string, target: string, { direction, channel, passage }: Received): OpenCall {
    return {
      operation,
      target,
      request: passage,
      attributes: commonAttributes(operation, direction, channel, this.#facts),
      message: {},
      mayHaveMissed: false,
      isOfUnseen: false,
    };
  }

  #open(received: Received): undefined {
    const { direction, passage, performative } = received;
    const { fields } = performative;
    const container = textAt(fields, Field.open.containerId);
    if (direction === Direction.toServer) this.#facts = { ...this.#facts, clientContainer: container };
    else
      this.#facts = {
        ...this.#facts,
        system: systemOf(scalarsOf(fields[Field.open.properties]).get("product")),
      };
    const asked = this.#handshakes.answered("open", direction);
    const known = direction === Direction.toServer ? {} : { "messaging.system": this.#facts.system };
    if (asked !== undefined) {
      Object.assign(asked.attributes, present({ ...known, "weir.amqp1.peer_container": container }));
      finish(this.#context, asked, { ...OK, response: passage });
      return;
    }
    const hostname = textAt(fields, Field.open.hostname);
    const call = this.#call("open", hostname ?? container ?? "", received);
    Object.assign(call.attributes, present({ "weir.amqp1.hostname": hostname }), this.#admission);
    this.#handshakes.ask("open", direction, call);
  }

  #begin(received: Received): undefined {
    const { direction, channel, passage, performative } = received;
    const remoteChannel = numberAt(performative.fields, Field.begin.remoteChannel);
    const session = this.#sessions.begin(direction, channel, remoteChannel);
    const key = `begin/${session.id}`;
    const asked = remoteChannel === undefined ? undefined : this.#handshakes.answered(key, direction);
    if (asked !== undefined) finish(this.#context, asked, { ...OK, response: passage });
    else this.#handshakes.ask(key, direction, this.#call("begin", "", received));
  }

  /** The end of a session, or of the connection. */
  #end(received: Received): undefined {
    const { direction, channel, passage, performative } = received;
    const isClose = performative.code === Descriptor.close;
    const session = isClose ? undefined : this.#sessions.of(direction, channel);
    const key = session === undefined ? "close" : `end/${session.id}`;
    const error = errorOf(performative.fields[Field.end.error]);
    const asked = this.#handshakes.answered(key, direction);
    if (asked === undefined) {
      const call = this.#call(isClose ? "close" : "end", "", received);
      Object.assign(call.attributes, errorAttributes(error));
      this.#handshakes.ask(key, direction, call);
    } else {
      const condition = asked.attributes["weir.amqp1.error_condition"];
      const status =
        condition === undefined
          ? "ok"
          : statusOfError({ condition, description: undefined }, direction !== Direction.toClient);
      finish(this.#context, asked, { status, statusCode: condition ?? "", response: passage });
    }
    if (session === undefined) return;
    for (const link of session.links.values()) this.#transfers.over(link);
    this.#sessions.end(direction, channel);
  }

  #saslFrame(received: Received): string | undefined {
    const { performative, passage } = received;
    const { code, fields } = performative;
    switch (code) {
      case Descriptor.saslMechanisms: {
        const offered = fields[Field.saslMechanisms.mechanisms];
        this.#saslMechanisms = scalarText(offered) ?? itemsOf(offered).map(scalarText).join(" ");
        return undefined;
      }
      case Descriptor.saslInit:
        this.#saslInit(received);
        return undefined;
      case Descriptor.saslOutcome: {
        const { status, word } = statusOfSasl(numberAt(fields, Field.saslOutcome.code) ?? 0);
        const asked = this.#sasl;
        this.#sasl = undefined;
        this.#admission = { ...this.#admission, "weir.amqp1.sasl_outcome": word };
        if (asked === undefined) return undefined;
        asked.attributes["weir.amqp1.sasl_outcome"] = word;
        finish(this.#context, asked, { status, statusCode: status === "ok" ? "" : word, response: passage });
        return undefined;
      }
      default:
        return undefined;
    }
  }

  /** What the client proves itself with is read over. */
  #saslInit(received: Received): void {
    const { fields } = received.performative;
    const mechanism = textAt(fields, Field.saslInit.mechanism) ?? "";
    const call = this.#call("sasl-init", mechanism, received);
    const admission = { "weir.amqp1.sasl_mechanism": mechanism };
    const hostname = textAt(fields, Field.saslInit.hostname);
    Object.assign(
      call.attributes,
      present({ ...admission, "weir.amqp1.hostname": hostname, "weir.amqp1.sasl_mechanisms": this.#saslMechanisms }),
    );
    this.#admission = admission;
    if (this.#sasl !== undefined) giveUp(this.#context, this.#sasl, "limit");
    this.#sasl = call;
  }
}
