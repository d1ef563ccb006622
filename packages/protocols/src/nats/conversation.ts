import { decodeUtf8 } from "@weir/base";
import { Direction, type EndReason } from "@weir/model";
import { callOf, type Passage, present } from "../common/passage.ts";
import { PendingTable } from "../common/pending-table.ts";
import { unanswered } from "../common/unanswered.ts";
import type { SessionContext } from "../contract.ts";
import { parseObject, STATUS_CONTROL, storedAs, type Verdict, verdictOf, verdictOfError } from "./answers.ts";
import { type Message, type MessageTexts, messageAttributes, messageTexts } from "./messages.ts";
import { Subscriptions } from "./subjects.ts";
import type { Operation } from "./wire.ts";

/** Requests of each kind that wait for an answer at most. */
export const MAX_PENDING = 1024;

/** An operation that was sent, and may be waiting for its answer. */
interface OpenCall {
  readonly operation: string;
  readonly target: string;
  readonly request: Passage;
  readonly attributes: Record<string, string>;
  readonly texts: MessageTexts | undefined;
  /** True where silence is no failure. */
  readonly isAnswerOptional: boolean;
  mayHaveMissed: boolean;
}

const OK: Verdict = { status: "ok", statusCode: "" };
/** A consumer of JetStream that needs more time says so, and acknowledges later (ADR-15). */
const IN_PROGRESS = "+WPI";
/** Inboxes by their usual name; where their subscription was made before the capture, they are taken for this connection's. */
const INBOX = "_INBOX.";

/** Pairs the operations of a connection: requests with replies by their subject, pings with pongs, everything with `+OK` where the client is verbose. */
export class Conversation {
  readonly #context: SessionContext;
  /** Requests of the client, and deliveries that want an answer, by the subject of the answer. */
  readonly #requests: PendingTable<string, OpenCall>;
  readonly #deliveries: PendingTable<string, OpenCall>;
  /** PINGs of each side, in order. */
  readonly #pings: readonly [PendingTable<number, OpenCall>, PendingTable<number, OpenCall>];
  /** What waits for `+OK`, in order. */
  readonly #unconfirmed: PendingTable<number, OpenCall>;
  readonly #subscriptions = new Subscriptions();
  #connecting: OpenCall | undefined;
  #isVerbose = false;
  #clientName: string | undefined;
  #sequence = 0;

  constructor(context: SessionContext) {
    this.#context = context;
    const table = <Key>() => new PendingTable<Key, OpenCall>(MAX_PENDING, (call) => this.#giveUp(call, "limit"));
    this.#requests = table();
    this.#deliveries = table();
    this.#pings = [table(), table()];
    this.#unconfirmed = table();
  }

  info({ text }: Operation, passage: Passage): void {
    const { server_name: serverName, version } = parseObject(text);
    const attributes = present({
      "weir.call.initiator": "server",
      "weir.nats.server_name": textOf(serverName),
      "weir.nats.server_version": textOf(version),
    });
    this.#finish(this.#open("INFO", textOf(serverName) ?? "", passage, attributes), OK);
  }

  /** What proves who the client is (password, token, signature) is not looked at. */
  connect({ text }: Operation, passage: Passage): void {
    const { name, lang, version, verbose } = parseObject(text);
    this.#isVerbose = verbose === true;
    this.#clientName = textOf(name);
    const attributes = present({
      "weir.nats.client_language": textOf(lang),
      "weir.nats.client_version": textOf(version),
      "weir.nats.verbose": this.#isVerbose,
    });
    this.#connecting = this.#open("CONNECT", this.#clientName ?? "", passage, attributes);
  }

  publish(name: string, message: Message, passage: Passage): void {
    const delivery = this.#deliveries.find(message.subject);
    if (delivery !== undefined) {
      this.#settle(delivery, name, message, passage);
      return;
    }
    const attributes = { "messaging.operation.type": "send", ...messageAttributes(message) };
    const call = this.#open(name, message.subject, passage, attributes, messageTexts(message));
    const { replyTo } = message;
    const isRequest =
      replyTo !== undefined &&
      (this.#subscriptions.reaches(replyTo) || (this.#context.midStream && replyTo.startsWith(INBOX)));
    if (isRequest) this.#requests.put(replyTo, call);
    else this.#confirmLater(call);
  }

  /** Returns false where arguments are missing. */
  subscribe({ name, args }: Operation, passage: Passage): boolean {
    const [first, second, third] = args;
    if (first === undefined) return false;
    const isSubscribe = name === "SUB";
    const id = isSubscribe ? (third ?? second) : first;
    if (id === undefined) return false;
    const queueGroup = isSubscribe && third !== undefined ? second : undefined;
    const known = isSubscribe ? { subject: first, queueGroup } : this.#subscriptions.find(id);
    if (isSubscribe) this.#subscriptions.add(id, { subject: first, queueGroup });
    // With a number of messages the subscription goes on until they came.
    else if (second === undefined) this.#subscriptions.remove(id);
    const attributes = present({
      "messaging.destination.name": known?.subject,
      "messaging.consumer.group.name": known?.queueGroup,
      "weir.nats.subscription_id": id,
      "weir.nats.max_messages": isSubscribe ? undefined : second,
    });
    this.#confirmLater(this.#open(name, known?.subject ?? "", passage, attributes));
    return true;
  }

  /** A message that a request waits for answers it; any other is a delivery, and so is what may be acknowledged. */
  deliver(name: string, message: Message, passage: Passage): void {
    const { subject, replyTo, headers, body, bodyBytes } = message;
    const subscription = this.#subscriptions.find(message.subscriptionId ?? "");
    const request = headers?.status === STATUS_CONTROL ? undefined : this.#requestOf(subject, subscription?.subject);
    if (request !== undefined) {
      if (headers !== undefined && headers.description !== "")
        request.attributes["weir.nats.status_text"] = headers.description;
      const isWhole = body.length === bodyBytes;
      if (isWhole) Object.assign(request.attributes, storedAs(body));
      this.#finish(request, isWhole ? verdictOf(headers, body) : OK, { name, passage, texts: messageTexts(message) });
      if (replyTo === undefined) return;
    }
    const attributes = {
      "messaging.operation.type": "process",
      "weir.call.initiator": "server",
      ...messageAttributes(message),
      ...present({ "messaging.consumer.group.name": subscription?.queueGroup }),
    };
    const call = this.#open(name, subject, passage, attributes, messageTexts(message), true);
    if (replyTo === undefined) this.#finish(call, OK);
    else this.#deliveries.put(replyTo, call);
  }

  ping(direction: Direction, name: string, passage: Passage): void {
    if (name === "PING") {
      const attributes: Record<string, string> =
        direction === Direction.toClient ? { "weir.call.initiator": "server" } : {};
      this.#sequence += 1;
      this.#pings[direction].put(this.#sequence, this.#open("PING", "", passage, attributes));
      return;
    }
    const asking = direction === Direction.toServer ? Direction.toClient : Direction.toServer;
    const call = this.#pings[asking].takeFirst(() => true);
    if (call !== undefined) this.#finish(call, OK, { name, passage });
  }

  /** Whatever the server says behind CONNECT tells that it was accepted, unless it is an error. */
  serverSpoke({ name, text }: Operation, passage: Passage): void {
    const isVerdict = name === "+OK" || name === "-ERR";
    const verdict = name === "-ERR" ? verdictOfError(text) : OK;
    const connecting = this.#connecting;
    if (connecting !== undefined) {
      this.#connecting = undefined;
      this.#finish(connecting, verdict, isVerdict ? { name, passage } : undefined);
      if (isVerdict) return;
    }
    if (!isVerdict) return;
    const call = this.#unconfirmed.takeFirst(() => true);
    if (call !== undefined) this.#finish(call, verdict, { name, passage });
    else if (name === "-ERR") this.#finish(this.#open(name, "", passage, { "weir.call.initiator": "server" }), verdict);
  }

  /** Bytes were lost, and answers perhaps with them. */
  lost(): void {
    for (const table of [this.#requests, this.#deliveries]) for (const key of table.keys()) markMissed(table.find(key));
    for (const table of [...this.#pings, this.#unconfirmed])
      for (const key of table.keys()) markMissed(table.find(key));
  }

  close(reason: EndReason): void {
    if (this.#connecting !== undefined) this.#giveUp(this.#connecting, reason);
    for (const table of [this.#requests, this.#deliveries])
      for (const call of table.drain()) this.#giveUp(call, reason);
    for (const table of [...this.#pings, this.#unconfirmed])
      for (const call of table.drain()) this.#giveUp(call, reason);
  }

  /** The request that a message answers: by its subject, or, as JetStream's consumers are answered, by that of the subscription. */
  #requestOf(subject: string, subscribed: string | undefined): OpenCall | undefined {
    return this.#requests.take(subject) ?? (subscribed === undefined ? undefined : this.#requests.take(subscribed));
  }

  /** A client answers a delivery by publishing to its reply subject; to JetStream with a word of its own. */
  #settle(delivery: OpenCall, name: string, message: Message, passage: Passage): void {
    const isJetStream = message.subject.startsWith("$JS.ACK.");
    const word = isJetStream ? (decodeUtf8(message.body).split(/[\s{]/)[0] ?? "") : "";
    if (word === IN_PROGRESS) return;
    this.#deliveries.take(message.subject);
    const isRefused = word === "-NAK" || word === "+TERM";
    const verdict: Verdict = isRefused
      ? { status: "clientError", statusCode: word }
      : verdictOf(message.headers, message.body);
    const texts = isJetStream ? undefined : messageTexts(message);
    this.#finish(delivery, verdict, { name: isJetStream ? word || "+ACK" : name, passage, texts });
  }

  /** Where the client is verbose the server confirms every operation, else nobody does. */
  #confirmLater(call: OpenCall): void {
    this.#sequence += 1;
    if (this.#isVerbose) this.#unconfirmed.put(this.#sequence, call);
    else this.#finish(call, OK);
  }

  #open(
    operation: string,
    target: string,
    request: Passage,
    attributes: Record<string, string>,
    texts?: MessageTexts,
    isAnswerOptional = false,
  ): OpenCall {
    const common = present({
      "messaging.system": "nats",
      "messaging.operation.name": operation.toLowerCase(),
      "messaging.client.id": this.#clientName,
    });
    const all = { ...common, ...attributes };
    return { operation, target, request, attributes: all, texts, isAnswerOptional, mayHaveMissed: false };
  }

  #finish(
    call: OpenCall,
    { status, statusCode }: Verdict,
    answer?: { readonly name: string; readonly passage: Passage; readonly texts?: MessageTexts | undefined },
  ): void {
    const { operation, target, request, attributes, texts } = call;
    if (answer !== undefined) attributes["weir.nats.answered_by"] = answer.name;
    this.#context.emit(
      callOf(request, answer?.passage, {
        operation,
        target,
        status,
        statusCode,
        attributes,
        ...(texts === undefined
          ? {}
          : { requestHeaders: texts.headers, requestBody: texts.body, traceparent: texts.traceparent }),
        ...(answer?.texts === undefined
          ? {}
          : { responseHeaders: answer.texts.headers, responseBody: answer.texts.body }),
        bodyTruncated: texts?.isTruncated === true || answer?.texts?.isTruncated === true,
      }),
    );
  }

  #giveUp(call: OpenCall, reason: EndReason | "limit"): void {
    const { operation, target, request, attributes, texts } = call;
    const outcome = call.isAnswerOptional
      ? { status: "ok" as const, gradeReasons: [] }
      : reason === "limit"
        ? { status: "unknown" as const, gradeReasons: ["limitReached" as const] }
        : call.mayHaveMissed
          ? { status: "unknown" as const, gradeReasons: ["missingSegments" as const] }
          : unanswered(reason);
    this.#context.emit(
      callOf(request, undefined, {
        operation,
        target,
        attributes,
        ...(texts === undefined
          ? {}
          : { requestHeaders: texts.headers, requestBody: texts.body, traceparent: texts.traceparent }),
        ...outcome,
      }),
    );
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value.slice(0, MAX_TEXT_CHARACTERS) : undefined;
}

/** Characters of names and versions that are kept. */
const MAX_TEXT_CHARACTERS = 256;

function markMissed(call: OpenCall | undefined): void {
  if (call !== undefined) call.mayHaveMissed = true;
}
