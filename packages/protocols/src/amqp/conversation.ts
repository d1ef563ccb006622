import { Direction, type EndReason } from "@weir/model";
import { PendingTable } from "../common/pending-table.ts";
import type { SessionContext } from "../contract.ts";
import { attributesOf, type ConnectionFacts, messageAttributes, messageTexts, targetOf } from "./attributes.ts";
import { Channels } from "./channels.ts";
import type { Received } from "./contents.ts";
import { isAnswered, methodOf } from "./methods.ts";
import { finish, giveUp, OK, type OpenCall, type Outcome } from "./open-call.ts";
import { statusOfReply } from "./reply-codes.ts";
import { Settlements } from "./settlements.ts";

/** Methods that wait for their answers at most. */
export const MAX_PENDING = 1024;

const QUEUE = "weir.amqp.queue";
const CONSUMER_TAG = "weir.amqp.consumer_tag";

/** Pairs the methods of a connection: answers with what they answer, acknowledgements with messages. */
export class Conversation {
  readonly #context: SessionContext;
  /** In the order in which they were sent: answers of a channel come in this order. */
  readonly #pending: PendingTable<number, OpenCall>;
  /** What the server published to consumers, and what clients published with confirms. */
  readonly #deliveries: Settlements;
  readonly #publishes: Settlements;
  readonly #channels = new Channels();
  #facts: ConnectionFacts = { system: undefined, clientName: undefined };
  #sequence = 0;

  constructor(context: SessionContext) {
    this.#context = context;
    const overLimit = (call: OpenCall) => giveUp(context, call, "limit");
    this.#pending = new PendingTable(MAX_PENDING, overLimit);
    this.#deliveries = new Settlements(overLimit);
    this.#publishes = new Settlements(overLimit);
  }

  /** A method has passed, with its message. */
  received(direction: Direction, received: Received): void {
    this.#learn(received);
    const { method, channel } = received;
    const { name, answers } = method;
    if (answers !== undefined) this.#answer(direction, answers, received);
    else if (name === "basic.publish") this.#publish(direction, received);
    else if (name === "basic.deliver") this.#deliver(direction, received);
    else if (name === "basic.return") this.#return(direction, received);
    else if (name === "basic.ack" || name === "basic.nack" || name === "basic.reject")
      this.#settle(direction, received);
    else if (name === "channel.close" || name === "connection.close") {
      this.#fail(direction, received);
      this.#ask(direction, received, replyOutcome(received));
      if (name === "channel.close") this.#channels.close(channel);
    } else this.#ask(direction, received, OK);
  }

  /** The connection ended in the middle of a message. */
  unfinished(direction: Direction, received: Received, reason: EndReason): void {
    giveUp(this.#context, this.#open(direction, received), reason);
  }

  /** Frames of a direction were lost. */
  lost(direction: Direction): void {
    if (direction === Direction.toServer) this.#channels.forgetCounts();
    for (const key of this.#pending.keys()) markMissed(this.#pending.find(key));
    for (const settlements of [this.#deliveries, this.#publishes])
      for (const call of settlements.calls()) markMissed(call);
  }

  close(reason: EndReason): void {
    for (const waiting of [this.#pending, this.#deliveries, this.#publishes])
      for (const call of waiting.drain()) giveUp(this.#context, call, reason);
  }

  /** What methods tell of the connection and of their channel. */
  #learn({ method, args, channel }: Received): void {
    if (method.name === "connection.start") {
      const product = args.tables.get("serverProperties")?.get("product");
      this.#facts = { ...this.#facts, system: product?.toLowerCase().startsWith("rabbitmq") ? "rabbitmq" : undefined };
    } else if (method.name === "connection.start-ok")
      this.#facts = { ...this.#facts, clientName: args.tables.get("clientProperties")?.get("connection_name") };
    else if (method.name === "confirm.select") this.#channels.of(channel).nextPublishTag = 1;
    else if (method.name === "queue.declare-ok") this.#channels.of(channel).lastQueue = args.texts.get("queue");
  }

  #open(direction: Direction, received: Received, queue?: string): OpenCall {
    const { method, channel, args, passage, content } = received;
    const byServer = direction === Direction.toClient;
    return {
      method,
      channel,
      byServer,
      target: targetOf(method, args) || (queue ?? ""),
      request: passage,
      attributes: attributesOf(received, byServer, this.#facts, queue),
      message: messageTexts(content),
      mayHaveMissed: false,
      mayNeedNoAnswer: false,
      told: undefined,
    };
  }

  /** A method that may have an answer. `outcome` is what it comes to where it needs none, or where the answer says nothing. */
  #ask(direction: Direction, received: Received, outcome: Outcome): void {
    const { method, args, channel } = received;
    const isQueue = args.texts.get("queue") === "" && method.name !== "queue.declare";
    const call = this.#open(direction, received, isQueue ? this.#channels.of(channel).lastQueue : undefined);
    if (outcome.status !== "ok") call.told = { status: outcome.status, statusCode: outcome.statusCode ?? "" };
    if (isAnswered(method) && args.numbers.get("noWait") !== 1) {
      this.#sequence += 1;
      this.#pending.put(this.#sequence, call);
      return;
    }
    if (method.name === "basic.consume") this.#consumes(call);
    finish(this.#context, call, outcome);
  }

  #answer(direction: Direction, name: string, received: Received): void {
    const { method, args, passage, content, channel } = received;
    const byServer = direction === Direction.toServer;
    const isAsked = (call: OpenCall) =>
      call.method.name === name && call.channel === channel && call.byServer === byServer;
    const call = this.#pending.takeFirst(isAsked) ?? this.#unseen(direction, name, received);
    if (call === undefined) return;
    Object.assign(call.attributes, answerAttributes(received, call));
    if (name === "basic.consume") this.#consumes(call, args.texts.get("consumerTag"));
    if (name === "connection.start") Object.assign(call.attributes, presentClient(this.#facts));
    const message = content === undefined ? {} : { message: messageTexts(content) };
    const statusCode = method.name === "basic.get-empty" ? { statusCode: "get-empty" } : {};
    finish(this.#context, call, { status: "ok", response: passage, ...message, ...statusCode });
  }

  /** What was asked before the capture, as far as its answer tells. */
  #unseen(direction: Direction, name: string, received: Received): OpenCall | undefined {
    const { classId, methodId } = received.method;
    // An answer has the number behind its question's; `get-empty` has the second.
    const asked = [methodId - 1, methodId - 2, methodId - 11].map((id) => methodOf(classId, id));
    const method = asked.find((candidate) => candidate?.name === name);
    if (method === undefined) return undefined;
    const other = direction === Direction.toServer ? Direction.toClient : Direction.toServer;
    return { ...this.#open(other, { ...received, method, content: undefined }), request: undefined };
  }

  /** A consumer is there; the server names it where the client did not. */
  #consumes(call: OpenCall, named?: string): void {
    const consumerTag = named ?? call.attributes[CONSUMER_TAG] ?? "";
    const isWithoutAck = call.attributes["weir.amqp.no_ack"] === "true";
    this.#channels.addConsumer(call.channel, consumerTag, { queue: call.attributes[QUEUE] ?? "", isWithoutAck });
  }

  #publish(direction: Direction, received: Received): void {
    const call = this.#open(direction, received);
    const channel = this.#channels.of(received.channel);
    const tag = channel.nextPublishTag;
    if (tag === undefined) {
      finish(this.#context, call, OK);
      return;
    }
    channel.nextPublishTag = tag + 1;
    this.#publishes.put(tag, call);
  }

  /** A delivery is the server's call; who consumes answers it with an acknowledgement, unless it need not. */
  #deliver(direction: Direction, received: Received): void {
    const { channel, args } = received;
    const consumer = this.#channels.of(channel).consumers.get(args.texts.get("consumerTag") ?? "");
    const opened = this.#open(direction, received, consumer?.queue);
    const call = consumer === undefined ? { ...opened, mayNeedNoAnswer: true } : opened;
    if (consumer?.isWithoutAck === true) finish(this.#context, call, OK);
    else this.#deliveries.put(args.numbers.get("deliveryTag") ?? 0, call);
  }

  /** A message that could not be routed comes back before it is acknowledged (§1.8.3.3). */
  #return(direction: Direction, received: Received): void {
    const outcome = replyOutcome(received);
    const call = this.#open(direction, received);
    for (const published of this.#publishes.calls()) {
      const isIt =
        published.told === undefined &&
        published.channel === call.channel &&
        published.target === call.target &&
        isSameMessage(published, call);
      if (!isIt) continue;
      published.told = { status: outcome.status, statusCode: outcome.statusCode ?? "" };
      break;
    }
    finish(this.#context, call, outcome);
  }

  #settle(direction: Direction, received: Received): void {
    const { method, args, channel, passage } = received;
    const tag = args.numbers.get("deliveryTag") ?? 0;
    const isMultiple = args.numbers.get("multiple") === 1;
    const byConsumer = direction === Direction.toServer;
    const settled = (byConsumer ? this.#deliveries : this.#publishes).settle(channel, tag, isMultiple);
    const isRefused = method.name !== "basic.ack";
    const status = !isRefused ? "ok" : byConsumer ? "clientError" : "serverError";
    for (const call of settled) {
      if (isMultiple && call.attributes["messaging.rabbitmq.message.delivery_tag"] !== String(tag))
        call.attributes["weir.amqp.settled_with"] = String(tag);
      if (args.numbers.get("requeue") === 1 && isRefused) call.attributes["weir.amqp.requeue"] = "true";
      finish(this.#context, call, { status, statusCode: method.name.slice("basic.".length), response: passage });
    }
    // What was fetched with `basic.get`, or sent before the capture, is settled by a call of its own.
    if (settled.length === 0) finish(this.#context, this.#open(direction, received), { status });
  }

  /** A close answers what it names as its cause, and ends what waits on the channel or the connection. */
  #fail(direction: Direction, received: Received): void {
    const { method, args, channel, passage } = received;
    const outcome = { ...replyOutcome(received), response: passage };
    const cause = methodOf(args.numbers.get("classId") ?? 0, args.numbers.get("methodId") ?? 0)?.name;
    const byServer = direction === Direction.toServer;
    const isCause = (call: OpenCall) =>
      call.method.name === cause && call.byServer === byServer && call.channel === channel;
    const failed = cause === undefined ? undefined : this.#pending.takeFirst(isCause);
    if (failed !== undefined) {
      failed.attributes["weir.amqp.failed_by"] = method.name;
      Object.assign(failed.attributes, answerAttributes(received, failed));
      finish(this.#context, failed, outcome);
    }
    const isWhole = method.name === "connection.close";
    for (const settlements of [this.#deliveries, this.#publishes])
      for (const call of settlements.drain(isWhole ? undefined : channel))
        finish(this.#context, call, { status: "aborted" });
  }
}

/** What a reply code comes to. */
function replyOutcome({ args }: Received): Outcome {
  const code = args.numbers.get("replyCode") ?? 0;
  return { status: statusOfReply(code), statusCode: String(code) };
}

/** What an answer adds: the name of a queue, counts, a consumer's tag. */
function answerAttributes({ args, content }: Received, call: OpenCall): Record<string, string> {
  const added = messageAttributes(content);
  const { texts, numbers } = args;
  const named = {
    [QUEUE]: texts.get("queue"),
    [CONSUMER_TAG]: texts.get("consumerTag"),
    "weir.amqp.reply_text": texts.get("replyText"),
  };
  for (const [name, text] of Object.entries(named)) if (text !== undefined && text !== "") added[name] = text;
  const counts = { "weir.amqp.message_count": "messageCount", "weir.amqp.consumer_count": "consumerCount" };
  for (const [name, argument] of Object.entries(counts)) {
    const count = numbers.get(argument);
    if (count !== undefined) added[name] = String(count);
  }
  const tag = numbers.get("deliveryTag");
  if (tag !== undefined && call.method.name === "basic.get")
    added["messaging.rabbitmq.message.delivery_tag"] = String(tag);
  return added;
}

function presentClient({ clientName }: ConnectionFacts): Record<string, string> {
  return clientName === undefined ? {} : { "messaging.client.id": clientName };
}

function isSameMessage(one: OpenCall, other: OpenCall): boolean {
  const id = "messaging.message.id";
  return one.attributes[id] === other.attributes[id];
}

function markMissed(call: OpenCall | undefined): void {
  if (call !== undefined) call.mayHaveMissed = true;
}
