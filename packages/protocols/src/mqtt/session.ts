import type { Mark } from "@weir/base";
import { Direction, type EndReason } from "@weir/model";
import { type Frame, FrameReader, type FrameShape } from "../common/frame-reader.ts";
import { type Passage, passageOf, present } from "../common/passage.ts";
import { PendingTable } from "../common/pending-table.ts";
import type { Session, SessionContext } from "../contract.ts";
import { type Asked, askedByConnect, askedByPublish, askedBySubscribe, attributesOfConnack } from "./contents.ts";
import { type Exchange, finish, giveUp, nameAnswer, noteAnswer } from "./exchanges.ts";
import {
  type Acknowledgement,
  parseConnack,
  parseConnect,
  parsePublish,
  parsePublishAnswer,
  parseReason,
  parseSubscribe,
  parseSubscriptionAnswer,
} from "./packets.ts";
import { resumesMqtt } from "./probe.ts";
import { TopicAliases } from "./topic-aliases.ts";
import { hasLegalFlags, PacketType, packetLength, typeOf } from "./wire.ts";

/** Packets that wait for their acknowledgement at most, per side. */
export const MAX_PENDING = 1024;
/** Bytes of a packet that are kept: its header, topic and properties, and the payload's beginning. */
export const KEPT_BYTES = 16_384;
/** Packets in a row that make no sense, after which the rest is not read. */
const MAX_MALFORMED = 16;
const FIRST_FAILURE = 128;

/** The longest packet is what a variable byte integer can say (MQTT 5.0 §2.1.4). */
const SHAPE: FrameShape = {
  headerBytes: 2,
  lengthOf: packetLength,
  maxBytes: 268_435_460,
  keptBytes: KEPT_BYTES,
  resumes: resumesMqtt,
};

/** Acknowledgements of a PUBLISH by type. */
const PUBLISH_ANSWERS: Readonly<Record<number, string>> = { 4: "PUBACK", 5: "PUBREC", 6: "PUBREL", 7: "PUBCOMP" };

/** What one side asked and waits for. */
interface Side {
  /** By packet identifier, which PUBLISH, SUBSCRIBE and UNSUBSCRIBE share; CONNECT, PINGREQ and AUTH have negative numbers of their own. */
  readonly pending: PendingTable<number, Exchange>;
  readonly aliases: TopicAliases;
}

const CONNECT_KEY = -1;
const AUTH_KEY = -2;
/** Keys of PINGREQs go down from here. */
const FIRST_PING_KEY = -3;

/** One MQTT connection: CONNECT, then packets of both sides that are paired by their identifiers. */
export class MqttSession implements Session {
  readonly #context: SessionContext;
  readonly #readers: readonly [FrameReader, FrameReader];
  readonly #sides: readonly [Side, Side];
  /** Undefined until CONNECT, or a packet whose form tells, was seen. */
  #version: string | undefined;
  #clientId: string | undefined;
  #malformed = 0;
  /** PINGREQs carry no identifier: the first that was sent is the first that is answered. */
  #nextPing = FIRST_PING_KEY;
  #nextPong = FIRST_PING_KEY;

  constructor(context: SessionContext) {
    this.#context = context;
    const newSide = (): Side => ({
      pending: new PendingTable(MAX_PENDING, (exchange) => giveUp(context, exchange, "limit")),
      aliases: new TopicAliases(),
    });
    this.#sides = [newSide(), newSide()];
    this.#readers = [this.#newReader(Direction.toServer), this.#newReader(Direction.toClient)];
  }

  data(direction: Direction, bytes: Uint8Array, mark: Mark): boolean {
    this.#readers[direction].data(bytes, mark);
    return this.#malformed < MAX_MALFORMED;
  }

  gap(direction: Direction, missingBytes: number): boolean {
    this.#readers[direction].gap(missingBytes);
    this.#sides[direction].aliases.forget();
    for (const { pending } of this.#sides)
      for (const key of pending.keys()) {
        const exchange = pending.find(key);
        if (exchange !== undefined) exchange.mayHaveMissed = true;
      }
    return true;
  }

  end(): void {
    // A packet that is cut off says nothing; what waits is settled by `close`.
  }

  close(reason: EndReason): void {
    for (const { pending } of this.#sides)
      for (const exchange of pending.drain()) giveUp(this.#context, exchange, reason);
  }

  #newReader(direction: Direction): FrameReader {
    const handler = {
      frame: (frame: Frame) => this.#packet(direction, frame),
      damaged: (mark: Mark) => this.#complain("badLength", direction, mark),
    };
    return new FrameReader(SHAPE, handler);
  }

  #complain(code: string, direction: Direction, mark: Mark): void {
    this.#malformed += 1;
    this.#context.violation({ code, direction, mark });
  }

  #packet(direction: Direction, frame: Frame): boolean {
    const type = typeOf(frame.bytes);
    if (type === 0) this.#complain("reservedType", direction, frame.last);
    else if (!hasLegalFlags(frame.bytes[0] ?? 0)) this.#complain("badFlags", direction, frame.last);
    const isUnderstood = type === 0 || this.#understand(direction, type, frame);
    if (!isUnderstood) this.#complain("badPacket", direction, frame.last);
    return this.#malformed < MAX_MALFORMED;
  }

  /** Returns false where the packet is not what its type says. */
  #understand(direction: Direction, type: number, frame: Frame): boolean {
    switch (type) {
      case PacketType.connect:
        return this.#connect(direction, frame);
      case PacketType.connack:
        return this.#connack(direction, frame);
      case PacketType.publish:
        return this.#publish(direction, frame);
      case PacketType.puback:
      case PacketType.pubrec:
      case PacketType.pubrel:
      case PacketType.pubcomp:
        return this.#publishAnswer(direction, type, frame);
      case PacketType.subscribe:
      case PacketType.unsubscribe:
        return this.#subscribe(direction, type, frame);
      case PacketType.suback:
      case PacketType.unsuback:
        return this.#subscriptionAnswer(direction, type, frame);
      case PacketType.pingreq:
      case PacketType.pingresp:
        this.#ping(direction, type, passageOf(frame));
        return true;
      case PacketType.disconnect:
        return this.#disconnect(direction, frame);
      default:
        return this.#auth(direction, frame);
    }
  }

  #connect(direction: Direction, frame: Frame): boolean {
    const connect = parseConnect(frame.bytes);
    if (connect === undefined) return false;
    this.#version = connect.version;
    this.#clientId = connect.clientId;
    this.#ask(direction, CONNECT_KEY, askedByConnect(connect), passageOf(frame));
    return connect.clientId !== undefined;
  }

  #connack(direction: Direction, frame: Frame): boolean {
    const connack = parseConnack(frame.bytes);
    if (connack === undefined) return false;
    this.#version ??= connack.properties === undefined && frame.length === 4 ? undefined : "5";
    const exchange = this.#answered(direction, CONNECT_KEY, "CONNECT");
    noteAnswer(exchange, "CONNACK", passageOf(frame));
    Object.assign(exchange.added, attributesOfConnack(connack));
    if (connack.properties?.assignedClientId !== undefined) this.#clientId = connack.properties.assignedClientId;
    finish(this.#context, exchange, PacketType.connack, connack);
    return true;
  }

  #publish(direction: Direction, frame: Frame): boolean {
    const publish = parsePublish(frame.bytes, frame.length, this.#version === "5");
    if (publish === undefined) return false;
    const { aliases, pending } = this.#sides[direction];
    const waiting = publish.qos > 0 && publish.isDuplicate ? pending.find(publish.id) : undefined;
    if (waiting !== undefined) {
      waiting.attempts += 1;
      return true;
    }
    const asked = askedByPublish(publish, aliases.resolve(publish));
    if (publish.qos === 0) this.#tell(direction, asked, passageOf(frame), PacketType.publish);
    else this.#ask(direction, publish.id, asked, passageOf(frame));
    return true;
  }

  /** PUBACK ends QoS 1. At QoS 2 PUBREC is answered by PUBREL and that by PUBCOMP, unless PUBREC refuses (§4.3). */
  #publishAnswer(direction: Direction, type: number, frame: Frame): boolean {
    const answer = parsePublishAnswer(frame.bytes);
    if (answer === undefined) return false;
    // PUBREL is sent by who published.
    const answering = type === PacketType.pubrel ? otherWay(direction) : direction;
    const exchange = this.#answered(answering, answer.id, "PUBLISH");
    const isRefused = (answer.codes[0] ?? 0) >= FIRST_FAILURE;
    if (type === PacketType.pubrel) nameAnswer(exchange, "PUBREL");
    else noteAnswer(exchange, PUBLISH_ANSWERS[type] ?? "", passageOf(frame));
    const isOver =
      type === PacketType.puback || type === PacketType.pubcomp || (type === PacketType.pubrec && isRefused);
    if (isOver) finish(this.#context, exchange, type, answer);
    else this.#sides[otherWay(answering)].pending.put(answer.id, exchange);
    return true;
  }

  #subscribe(direction: Direction, type: number, frame: Frame): boolean {
    const subscribe = parseSubscribe(frame.bytes, this.#version === undefined ? undefined : this.#version === "5");
    if (subscribe === undefined) return false;
    if (subscribe.isVersion5) this.#version ??= "5";
    const operation = type === PacketType.subscribe ? "SUBSCRIBE" : "UNSUBSCRIBE";
    this.#ask(direction, subscribe.id, askedBySubscribe(operation, subscribe), passageOf(frame));
    return true;
  }

  #subscriptionAnswer(direction: Direction, type: number, frame: Frame): boolean {
    const answer = parseSubscriptionAnswer(frame.bytes, this.#version === "5");
    if (answer === undefined) return false;
    const isSubscribe = type === PacketType.suback;
    const exchange = this.#answered(direction, answer.id, isSubscribe ? "SUBSCRIBE" : "UNSUBSCRIBE");
    noteAnswer(exchange, isSubscribe ? "SUBACK" : "UNSUBACK", passageOf(frame));
    finish(this.#context, exchange, type, answer);
    return true;
  }

  #ping(direction: Direction, type: number, passage: Passage): void {
    if (type === PacketType.pingreq) {
      this.#ask(direction, this.#nextPing, { operation: "PINGREQ", target: "", attributes: {} }, passage);
      this.#nextPing -= 1;
      return;
    }
    const exchange = this.#answered(direction, this.#nextPong, "PINGREQ");
    if (this.#nextPong > this.#nextPing) this.#nextPong -= 1;
    noteAnswer(exchange, "PINGRESP", passage);
    finish(this.#context, exchange, type);
  }

  #disconnect(direction: Direction, frame: Frame): boolean {
    const reason = parseReason(frame.bytes);
    if (reason === undefined) return false;
    this.#tell(
      direction,
      { operation: "DISCONNECT", target: "", attributes: {} },
      passageOf(frame),
      PacketType.disconnect,
      reason,
    );
    return true;
  }

  /** AUTH goes to and fro (§4.12): each of the client's is answered by one of the server's; those before CONNACK are rounds of CONNECT. */
  #auth(direction: Direction, frame: Frame): boolean {
    const reason = parseReason(frame.bytes);
    if (reason === undefined) return false;
    const connecting = this.#sides[Direction.toServer].pending.find(CONNECT_KEY);
    if (connecting !== undefined) nameAnswer(connecting, "AUTH");
    else if (direction === Direction.toServer) {
      const attributes = present({ "weir.mqtt.authentication_method": reason.properties?.authenticationMethod });
      this.#ask(direction, AUTH_KEY, { operation: "AUTH", target: "", attributes }, passageOf(frame));
    } else {
      const exchange = this.#answered(direction, AUTH_KEY, "AUTH");
      noteAnswer(exchange, "AUTH", passageOf(frame));
      finish(this.#context, exchange, PacketType.auth, reason);
    }
    return true;
  }

  #ask(direction: Direction, key: number, asked: Asked, request: Passage): void {
    this.#sides[direction].pending.put(key, this.#newExchange(direction, asked, request));
  }

  /** A packet that nobody answers. */
  #tell(direction: Direction, asked: Asked, request: Passage, type: number, reason?: Acknowledgement): void {
    finish(this.#context, this.#newExchange(direction, asked, request), type, reason);
  }

  /** What an answer that travels in `direction` answers; where that was not seen, a stand-in for it. */
  #answered(direction: Direction, key: number, operation: string): Exchange {
    const asking = otherWay(direction);
    const exchange = this.#sides[asking].pending.take(key);
    if (exchange?.asked.operation === operation) return exchange;
    if (exchange !== undefined) this.#sides[asking].pending.put(key, exchange);
    const attributes: Record<string, string> = key > 0 ? { "weir.mqtt.packet_id": String(key) } : {};
    return this.#newExchange(asking, { operation, target: "", attributes }, undefined);
  }

  #newExchange(direction: Direction, asked: Asked, request: Passage | undefined): Exchange {
    return {
      asked,
      request,
      byServer: direction === Direction.toClient,
      version: this.#version,
      clientId: this.#clientId,
      answeredBy: [],
      response: undefined,
      attempts: 1,
      mayHaveMissed: false,
      added: {},
    };
  }
}

function otherWay(direction: Direction): Direction {
  return direction === Direction.toServer ? Direction.toClient : Direction.toServer;
}
