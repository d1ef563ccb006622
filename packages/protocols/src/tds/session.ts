import type { Mark } from "@weir/base";
import { Direction, type EndReason } from "@weir/model";
import { type Frame, FrameReader } from "../common/frame-reader.ts";
import type { InnerStream, Session, SessionContext } from "../contract.ts";
import { type About, draftOf, type Exchange, type Unfinished } from "./exchange.ts";
import { parseLogin, parsePrelogin } from "./login.ts";
import { HEAD_BYTES, type Message, MessageCollector } from "./message.ts";
import { resumesMessage } from "./probe.ts";
import { type Request, readBatch, readCall } from "./request.ts";
import { type CountBytes, newAnswer, readAnswer } from "./tokens.ts";
import { HEADER_BYTES, isTlsRecord, MAX_PACKET_BYTES, PacketType, packetLength } from "./wire.ts";

/** Messages that wait for an answer at most; a client may send one, and ATTENTION. */
export const MAX_WAITING = 16;
/** Version from which on DONE tokens have counts of eight bytes. */
const TDS_7_2 = 0x7200_0000;
const NAMES: Readonly<Record<number, string>> = {
  [PacketType.sqlBatch]: "SQLBatch",
  [PacketType.rpc]: "RPC",
  [PacketType.attention]: "ATTENTION",
  [PacketType.bulkLoad]: "BulkLoad",
  [PacketType.transaction]: "TransactionManager",
  [PacketType.login7]: "LOGIN7",
  [PacketType.prelogin]: "PRELOGIN",
};

/** One connection of the Tabular Data Stream protocol (MS-TDS), with TLS inside it where there is. */
export class TdsSession implements Session {
  readonly #context: SessionContext;
  readonly #readers: readonly [FrameReader, FrameReader];
  readonly #messages = [new MessageCollector(), new MessageCollector()] as const;
  readonly #about: About = {
    database: "",
    user: "",
    application: "",
    library: "",
    tdsVersion: "",
    server: "",
    encryption: "",
  };
  readonly #waiting: Exchange[] = [];
  /** TLS, whose handshake stands in PRELOGIN packets and whose records between packets. */
  #tls: InnerStream | undefined;
  #counts: readonly CountBytes[] = [8, 4];

  constructor(context: SessionContext) {
    this.#context = context;
    this.#readers = [this.#readerOf(Direction.toServer), this.#readerOf(Direction.toClient)];
  }

  data(direction: Direction, bytes: Uint8Array, mark: Mark): boolean {
    this.#readers[direction].data(bytes, mark);
    return true;
  }

  gap(direction: Direction, missingBytes: number, mark: Mark): boolean {
    this.#readers[direction].gap(missingBytes);
    if (this.#readers[direction].underWay === undefined) this.#messages[direction].reset();
    for (const exchange of this.#waiting) exchange.reasons.add("missingSegments");
    this.#tls?.gap(direction, missingBytes, mark);
    return true;
  }

  end(direction: Direction, mark: Mark): void {
    this.#tls?.end(direction, mark);
  }

  close(reason: EndReason, mark: Mark): void {
    for (const exchange of this.#waiting.splice(0)) this.#emit(exchange, reason);
    this.#tls?.close(reason, mark);
  }

  #packet(direction: Direction, frame: Frame): void {
    const { bytes, last } = frame;
    if (isTlsRecord(bytes)) {
      this.#tls?.data(direction, bytes, last);
      return;
    }
    if (bytes[0] === PacketType.prelogin && isTlsRecord(bytes.subarray(HEADER_BYTES))) {
      this.#tls ??= this.#context.inner();
      this.#tls.data(direction, bytes.subarray(HEADER_BYTES), last);
      return;
    }
    // The server's half of the handshake has the type of answers.
    if (this.#tls !== undefined && bytes[0] === PacketType.answer && isTlsRecord(bytes.subarray(HEADER_BYTES))) {
      this.#tls.data(direction, bytes.subarray(HEADER_BYTES), last);
      return;
    }
    const [head] = this.#waiting;
    if (direction === Direction.toClient && head !== undefined) head.responseFirst ??= frame.first;
    const message = this.#messages[direction].add(frame);
    if (message === undefined) return;
    if (direction === Direction.toServer) this.#asked(message);
    else this.#answered(message);
  }

  #asked(message: Message): void {
    const name = NAMES[message.type];
    if (name === undefined) {
      // SSPI and federated tokens belong to the login.
      const [login] = this.#waiting;
      if (login !== undefined) login.requestBytes += message.bytes;
      return;
    }
    if (message.type === PacketType.login7) this.#login(message.head);
    const exchange: Exchange = {
      message: name,
      request: requestOf(message),
      requestFirst: message.first,
      requestLast: message.last,
      requestBytes: message.bytes,
      responseBytes: 0,
      reasons: new Set(message.hasGap ? ["missingSegments"] : []),
    };
    // What runs is ended by it, and answered as ended.
    if (message.type === PacketType.attention && this.#waiting.length > 0) {
      this.#emit(exchange);
      return;
    }
    // Answers come one by one: whoever asks anew has got the last one.
    for (const missed of this.#waiting.splice(0)) this.#emit(missed, "lost");
    this.#waiting.push(exchange);
  }

  #login(body: Uint8Array): void {
    const login = parseLogin(body);
    if (login === undefined) return;
    const { tdsVersion, user, application, library, database } = login;
    Object.assign(this.#about, { user, application, library, database, tdsVersion: versionText(tdsVersion) });
    this.#counts = tdsVersion >= TDS_7_2 ? [8] : [4];
  }

  #answered(message: Message): void {
    const exchange = this.#waiting.shift();
    const isPrelogin = exchange?.message === "PRELOGIN";
    const answer = isPrelogin ? this.#preloginAnswer(message) : readAnswer(message.head, message.tail, this.#counts);
    if (answer === undefined)
      this.#context.violation({ code: "badTokens", direction: Direction.toClient, mark: message.last });
    // A server acknowledges an ATTENTION that came too late, too.
    if (exchange === undefined && (answer === undefined || answer.isCanceled)) return;
    const known = exchange ?? this.#orphan(message);
    known.responseFirst ??= message.first;
    known.responseLast = message.last;
    known.responseBytes += message.bytes;
    if (answer?.isChallenge === true && exchange?.message === "LOGIN7") {
      this.#waiting.unshift(exchange);
      return;
    }
    known.answer = answer;
    if (message.hasGap) known.reasons.add("missingSegments");
    if (answer !== undefined && answer.database !== "") this.#about.database = answer.database;
    if (answer !== undefined && answer.server !== "") this.#about.server = answer.server;
    this.#emit(known);
  }

  #preloginAnswer({ head }: Message) {
    const prelogin = parsePrelogin(head);
    if (prelogin === undefined) return undefined;
    this.#about.encryption = prelogin.encryption;
    this.#about.server = prelogin.version;
    return newAnswer();
  }

  #orphan({ first }: Message): Exchange {
    const reason = this.#context.midStream ? "midStreamStart" : "missingSegments";
    return {
      message: "unknown",
      request: undefined,
      requestFirst: first,
      requestLast: first,
      requestBytes: 0,
      responseBytes: 0,
      reasons: new Set([reason]),
    };
  }

  #emit(exchange: Exchange, reason?: Unfinished): void {
    this.#context.emit(draftOf(exchange, this.#about, reason));
  }

  #readerOf(direction: Direction): FrameReader {
    const shape = {
      headerBytes: HEADER_BYTES,
      lengthOf: packetLength,
      maxBytes: MAX_PACKET_BYTES,
      keptBytes: MAX_PACKET_BYTES,
      resumes: resumesMessage,
    };
    const handler = {
      frame: (frame: Frame) => {
        this.#packet(direction, frame);
        return undefined;
      },
      damaged: (mark: Mark) => this.#context.violation({ code: "badPacket", direction, mark }),
    };
    return new FrameReader(shape, handler, this.#context.midStream);
  }
}

function requestOf({ type, head, tail }: Message): Request | undefined {
  const isCut = tail !== head && head.length >= HEAD_BYTES;
  if (type === PacketType.sqlBatch) return readBatch(head, isCut);
  return type === PacketType.rpc ? readCall(head, isCut) : undefined;
}

/** 0x74000004: 7.4. */
function versionText(version: number): string {
  return `7.${(version >>> 24) & 0xf}`;
}
