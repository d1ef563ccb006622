import type { Frame } from "../common/frame-reader.ts";
import { SQL_DIALECTS } from "../common/sql/dialect.ts";
import { readSql } from "../common/sql/query.ts";
import type { Conversation } from "./conversation.ts";
import { type AskingMessage, Exchange, type Prepared } from "./exchange.ts";
import { cString, HEADER_BYTES, messageType, StartCode, startupParameters, uint32 } from "./wire.ts";

/** In a group of messages of the extended protocol the call has the name of the one that stands here last. */
const RANK: readonly AskingMessage[] = ["Sync", "Close", "Describe", "Bind", "Parse", "Execute"];

/** Reads what a client sends. */
export class Frontend {
  readonly #conversation: Conversation;
  /** Group of messages under way: Parse, Bind, Describe up to Execute, Flush or Sync. */
  #open: Exchange | undefined;
  /** Latest group since the last Sync. */
  #latest: Exchange | undefined;

  constructor(conversation: Conversation) {
    this.#conversation = conversation;
  }

  /** The group under way: nothing of it was answered, or not all. */
  get open(): Exchange | undefined {
    return this.#open;
  }

  message(frame: Frame): void {
    switch (messageType(frame.bytes)) {
      case "":
        this.#start(frame);
        break;
      case "Q":
        this.#query(frame);
        break;
      case "F":
        this.#single("FunctionCall", "F", frame);
        break;
      case "P":
        this.#parse(frame);
        break;
      case "B":
        this.#bind(frame);
        break;
      case "D":
        this.#describe(frame);
        break;
      case "C":
        this.#close(frame);
        break;
      case "E":
        this.#execute(frame);
        break;
      case "S":
        this.#sync(frame);
        break;
      case "H":
        this.#flush(frame);
        break;
      case "p":
        this.#prove(frame);
        break;
      default:
        this.#copyData(frame);
    }
  }

  #start(frame: Frame): void {
    const { bytes } = frame;
    const code = uint32(bytes, 4);
    if (code === StartCode.sslRequest) this.#single("SSLRequest", "e", frame);
    else if (code === StartCode.gssEncRequest) this.#single("GSSENCRequest", "e", frame);
    else if (code === StartCode.cancelRequest) {
      const exchange = new Exchange("CancelRequest", frame.first);
      exchange.asked(frame);
      this.#conversation.about.backendPid = String(uint32(bytes, 8));
      this.#conversation.emit(exchange, "fin");
    } else {
      const { about } = this.#conversation;
      const parameters = startupParameters(bytes);
      about.user = parameters.get("user") ?? "";
      about.database = parameters.get("database") ?? about.user;
      about.application = parameters.get("application_name") ?? "";
      this.#single("StartupMessage", "s", frame);
    }
  }

  /** A message that is a request by itself. */
  #single(message: AskingMessage, kind: "s" | "e" | "F" | "Q", frame: Frame): Exchange {
    this.#closeOpen();
    const exchange = new Exchange(message, frame.first);
    exchange.isClosed = true;
    exchange.asked(frame);
    this.#conversation.wait(kind, exchange);
    return exchange;
  }

  #query(frame: Frame): void {
    const exchange = this.#single("Query", "Q", frame);
    const { statements, traceparent } = readQuery(frame, HEADER_BYTES);
    exchange.statements = statements;
    exchange.traceparent = traceparent;
  }

  #parse(frame: Frame): void {
    if (this.#open !== undefined && this.#open.message !== "Close") this.#closeOpen();
    const { text: name, next } = cString(frame.bytes, HEADER_BYTES);
    const { statements, traceparent } = readQuery(frame, next);
    const prepared = { name, statement: statements[0], traceparent };
    this.#conversation.statements.set(name, prepared);
    use(this.#part("Parse", "P", frame), prepared);
  }

  #bind(frame: Frame): void {
    const isSecond = this.#open?.message === "Bind";
    if (isSecond) this.#closeOpen();
    const portal = cString(frame.bytes, HEADER_BYTES);
    const name = cString(frame.bytes, portal.next).text;
    const prepared = this.#conversation.statements.get(name) ?? { ...UNKNOWN, name };
    this.#conversation.portals.set(portal.text, prepared);
    use(this.#part("Bind", "B", frame), prepared);
  }

  #describe(frame: Frame): void {
    const exchange = this.#part("Describe", "D", frame);
    const name = cString(frame.bytes, HEADER_BYTES + 1).text;
    const { statements, portals } = this.#conversation;
    const prepared = (isOfStatement(frame) ? statements : portals).get(name);
    if (exchange.statements.length === 0) use(exchange, prepared ?? { ...UNKNOWN, name });
  }

  #close(frame: Frame): void {
    this.#part("Close", "C", frame);
    const name = cString(frame.bytes, HEADER_BYTES + 1).text;
    const { statements, portals } = this.#conversation;
    (isOfStatement(frame) ? statements : portals).delete(name);
  }

  #execute(frame: Frame): void {
    const exchange = this.#part("Execute", "E", frame);
    const portal = cString(frame.bytes, HEADER_BYTES).text;
    use(exchange, this.#conversation.portals.get(portal) ?? UNKNOWN);
    const { unknownReason } = this.#conversation;
    if (exchange.statements.length === 0 && unknownReason !== undefined) exchange.reasons.add(unknownReason);
    this.#closeOpen();
  }

  /** ReadyForQuery, which answers Sync, is the end of the latest group's answer: a transaction is committed before it. */
  #sync(frame: Frame): void {
    const latest = this.#latest;
    const isNew = latest === undefined || latest.isEmitted;
    const exchange = isNew ? new Exchange("Sync", frame.first) : latest;
    // The answer was seen before the Sync that a Flush had put off: nothing new is asked.
    exchange.isEmitted = latest?.isEmitted ?? false;
    exchange.isClosed = true;
    exchange.asked(frame);
    this.#conversation.wait("S", exchange);
    this.#open = undefined;
    this.#latest = undefined;
  }

  /** Asks for the answer to the group so far. What follows before that comes is of the same group. */
  #flush(frame: Frame): void {
    if (this.#open === undefined) return;
    this.#open.asked(frame);
    this.#open.isClosed = true;
    this.#conversation.finish(this.#open);
  }

  #prove(frame: Frame): void {
    const { head } = this.#conversation;
    if (head?.kind !== "s") return;
    const { exchange } = head;
    exchange.requestBytes += frame.length;
    // SASLInitialResponse begins with the mechanism that the client chose.
    if (exchange.answer.startsWith("scram")) {
      const { text } = cString(frame.bytes, HEADER_BYTES);
      if (/^SCRAM-[A-Z0-9-]{1,30}$/.test(text)) exchange.answer = text.toLowerCase();
    }
  }

  /** CopyData, CopyDone and CopyFail belong to the COPY that the server is at. */
  #copyData(frame: Frame): void {
    const exchange = this.#conversation.head?.exchange;
    if (exchange === undefined) return;
    exchange.asked(frame);
    if (messageType(frame.bytes) === "d") exchange.copyBytes += frame.length - HEADER_BYTES;
  }

  /** A message of the extended protocol. */
  #part(message: AskingMessage, kind: "P" | "B" | "D" | "C" | "E", frame: Frame): Exchange {
    if (this.#open?.isClosed === true && this.#open.responseFirst !== undefined) this.#open = undefined;
    const exchange = this.#open ?? new Exchange(message, frame.first);
    exchange.isClosed = false;
    this.#open = exchange;
    this.#latest = exchange;
    if (RANK.indexOf(message) > RANK.indexOf(exchange.message)) exchange.message = message;
    exchange.asked(frame);
    this.#conversation.wait(kind, exchange);
    return exchange;
  }

  #closeOpen(): void {
    const open = this.#open;
    if (open === undefined) return;
    this.#open = undefined;
    open.isClosed = true;
    this.#conversation.finish(open);
  }
}

const UNKNOWN: Prepared = { name: "", statement: undefined, traceparent: undefined };

/** An exchange is about a prepared statement. */
function use(exchange: Exchange, { name, statement, traceparent }: Prepared): void {
  exchange.statementName = name;
  exchange.statements = statement === undefined ? [] : [statement];
  exchange.traceparent ??= traceparent;
}

function isOfStatement({ bytes }: Frame): boolean {
  return bytes[HEADER_BYTES] === 0x53;
}

function readQuery({ bytes, length }: Frame, at: number) {
  return readSql(cString(bytes, at).text, SQL_DIALECTS.postgresql, bytes.length < length);
}
