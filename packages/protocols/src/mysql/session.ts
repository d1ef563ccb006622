import type { Mark } from "@weir/base";
import { Direction, type EndReason } from "@weir/model";
import { type Frame, FrameReader } from "../common/frame-reader.ts";
import type { Handover, Session, SessionContext } from "../contract.ts";
import { readCommand } from "./client.ts";
import { Command } from "./commands.ts";
import { CompressedReader, isCompressed } from "./compression.ts";
import { Conversation } from "./conversation.ts";
import { Exchange } from "./exchange.ts";
import { type Greeting, isSslRequest, parseGreeting, parseLogin } from "./handshake.ts";
import { beginsLogin, resumesAnswer, resumesCommand } from "./probe.ts";
import { FULL_PAYLOAD_BYTES, HEADER_BYTES, KEPT_BYTES, payloadLength, sequenceOf } from "./wire.ts";

const ERROR = 0xff;
const EOF = 0xfe;
const EOF_FRAME_BYTES = HEADER_BYTES + 5;

/** One connection of MySQL's client/server protocol: login, then commands and their answers. */
export class MysqlSession implements Session {
  readonly #context: SessionContext;
  readonly #conversation: Conversation;
  readonly #readers: readonly [FrameReader, FrameReader];
  #compressed: readonly [CompressedReader, CompressedReader] | undefined;
  #phase: "greeting" | "login" | "commands";
  #greeting: { readonly frame: Omit<Frame, "bytes">; readonly about: Greeting } | undefined;
  #handover: Handover | undefined;
  /** The last packet of a direction was full: the next goes on with its payload. */
  readonly #continues: [boolean, boolean] = [false, false];
  /** Answers may be missing: what still waits when the client asks anew was answered unseen. */
  #isUncertain = false;
  /** COM_STMT_SEND_LONG_DATA, which belongs to the execution that follows. */
  #longData: Exchange | undefined;

  constructor(context: SessionContext) {
    this.#context = context;
    this.#conversation = new Conversation(context);
    this.#phase = context.midStream ? "commands" : "greeting";
    this.#readers = [
      this.#readerOf(Direction.toServer, resumesCommand, (frame) => this.#client(frame)),
      this.#readerOf(Direction.toClient, resumesAnswer, (frame) => this.#server(frame)),
    ];
  }

  get handover(): Handover | undefined {
    return this.#handover;
  }

  data(direction: Direction, bytes: Uint8Array, mark: Mark): boolean {
    if (this.#compressed !== undefined) this.#compressed[direction].data(bytes, mark);
    else {
      this.#readers[direction].data(bytes, mark);
      this.#beginCompression();
    }
    return this.#handover === undefined;
  }

  gap(direction: Direction, missingBytes: number): boolean {
    this.#conversation.gap();
    (this.#compressed ?? this.#readers)[direction].gap(missingBytes);
    this.#isUncertain ||= direction === Direction.toClient && this.#readers[direction].underWay === undefined;
    return true;
  }

  end(): void {
    // A side that has finished may still be answered; `close` settles what waits.
  }

  close(reason: EndReason): void {
    if (this.#greeting !== undefined && this.#phase === "greeting" && this.#handover === undefined)
      this.#conversation.wait(this.#greeted());
    if (this.#longData !== undefined) this.#conversation.done(this.#longData);
    this.#conversation.close(reason);
  }

  /** A greeting that nobody answered. */
  #greeted(): Exchange {
    const { frame } = this.#greeting ?? {};
    const exchange = new Exchange("Handshake", "login", undefined, frame?.first ?? { packetNumber: 0, atNs: 0 });
    if (frame !== undefined) exchange.asked({ ...frame, bytes: new Uint8Array(0) });
    exchange.isServers = true;
    return exchange;
  }

  #client(frame: Frame): boolean {
    const wasFull = this.#passContinued(Direction.toServer, frame);
    // Behind a hole, or a greeting that was not captured, a number of zero tells that the login is over.
    const isBehindLogin = this.#greeting === undefined || this.#isUncertain;
    if (isBehindLogin && sequenceOf(frame.bytes) === 0) this.#phase = "commands";
    else if (this.#conversation.head === undefined && beginsLogin(frame.bytes)) this.#phase = "greeting";
    if (this.#phase === "greeting") return this.#login(frame);
    const isCommand = this.#phase === "commands" && sequenceOf(frame.bytes) === 0 && !wasFull;
    if (!isCommand) {
      // Proofs of a login, a file that the server asked for, the rest of a long statement.
      this.#conversation.head?.asked(frame);
      return true;
    }
    if (this.#isUncertain) this.#conversation.missAll();
    this.#isUncertain = false;
    const exchange = readCommand(frame, this.#conversation);
    if (exchange === undefined) {
      this.#context.violation({ code: "badCommand", direction: Direction.toServer, mark: frame.last });
      return true;
    }
    this.#command(exchange, frame);
    return true;
  }

  #command(exchange: Exchange, frame: Frame): void {
    const code = frame.bytes[HEADER_BYTES];
    if (code === Command.quit) return;
    if (code === Command.sendLongData) {
      if (this.#longData === undefined) this.#longData = exchange;
      else this.#longData.asked(frame);
      return;
    }
    if (this.#longData !== undefined) {
      exchange.requestFirst = this.#longData.requestFirst;
      exchange.requestBytes += this.#longData.requestBytes;
      this.#longData = undefined;
    }
    if (exchange.kind === "none") this.#conversation.done(exchange);
    else this.#conversation.wait(exchange);
    if (code === Command.closeStatement && exchange.statementId !== undefined)
      this.#conversation.prepared.delete(exchange.statementId);
  }

  /** Protocol::SSLRequest, behind which TLS begins, or Protocol::HandshakeResponse. */
  #login(frame: Frame): boolean {
    const { about } = this.#conversation;
    if (isSslRequest(frame.bytes)) {
      const exchange = new Exchange("SSLRequest", "none", undefined, frame.first);
      exchange.asked(frame);
      this.#conversation.done(exchange);
      this.#handover = this.#handoverFrom(this.#readers[Direction.toServer]);
      return false;
    }
    const login = parseLogin(frame.bytes);
    const exchange = new Exchange("Handshake", "login", undefined, frame.first);
    exchange.asked(frame);
    if (login !== undefined) {
      const { user, schema, plugin, program } = login;
      Object.assign(about, { user, schema, plugin, program });
      const { capabilities: offered = login.capabilities } = this.#greeting?.about ?? {};
      this.#conversation.capabilities = (login.capabilities & offered) >>> 0;
    }
    this.#phase = "login";
    this.#conversation.wait(exchange);
    return true;
  }

  /** Bytes behind the SSLRequest are read when the handler has returned: `rest` has them then. */
  #handoverFrom(reader: FrameReader): Handover {
    return {
      get rest() {
        const bytes = reader.rest;
        return bytes.length === 0 ? [] : [{ direction: Direction.toServer, bytes }];
      },
    };
  }

  #server(frame: Frame): boolean {
    const wasFull = this.#passContinued(Direction.toClient, frame);
    if (wasFull) {
      const { head } = this.#conversation;
      if (head !== undefined) head.responseBytes += frame.length;
      return true;
    }
    const isGreeting = sequenceOf(frame.bytes) === 0 && this.#conversation.head === undefined;
    if (this.#phase === "greeting" || isGreeting) this.#greet(frame);
    else this.#answer(frame);
    return true;
  }

  #greet(frame: Frame): void {
    const greeting = parseGreeting(frame.bytes);
    const { length, first, last, hasGap } = frame;
    if (greeting !== undefined) {
      const { about } = this.#conversation;
      about.serverVersion = greeting.version;
      about.connectionId = greeting.connectionId;
      this.#phase = "greeting";
      this.#greeting = { frame: { length, first, last, hasGap }, about: greeting };
    } else if (frame.bytes[HEADER_BYTES] === ERROR) {
      // Refused before it could say who it is.
      const exchange = new Exchange("Handshake", "login", undefined, first);
      exchange.asked(frame);
      exchange.answer.packet(frame.bytes, payloadLength(frame.bytes));
      exchange.isServers = true;
      this.#conversation.done(exchange);
    } else this.#context.violation({ code: "badGreeting", direction: Direction.toClient, mark: last });
  }

  #answer(frame: Frame): void {
    const { bytes, length } = frame;
    this.#passLost(frame);
    const { head } = this.#conversation;
    if (head?.responseFirst === undefined && sequenceOf(bytes) !== 1) {
      // The end of a list whose end was thought to be seen.
      if (length === EOF_FRAME_BYTES && bytes[HEADER_BYTES] === EOF && this.#phase === "commands") return;
      if (head === undefined) return;
    }
    const exchange = head ?? this.#conversation.orphan(frame.first);
    if (!exchange.answered(frame, length - HEADER_BYTES)) return;
    if (this.#phase === "login") {
      this.#phase = "commands";
      if (exchange.answer.plugin !== "") this.#conversation.about.plugin = exchange.answer.plugin;
    }
    this.#conversation.finish();
  }

  /** Only the first packet of an answer has the number 1: where another is due, the rest of an answer is missing. */
  #passLost({ bytes, last }: Frame): void {
    const { head } = this.#conversation;
    const isBegun = head !== undefined && head.responseBytes > 0;
    if (!isBegun || this.#phase !== "commands" || sequenceOf(bytes) !== 1 || head.nextSequence === 1) return;
    this.#context.violation({ code: "badSequence", direction: Direction.toClient, mark: last });
    this.#conversation.missHead();
  }

  /** Compressed packets begin with the first behind the login (MySQL source documentation, "Compression"). */
  #beginCompression(): void {
    const { capabilities, about } = this.#conversation;
    const method = isCompressed(capabilities);
    if (this.#phase !== "commands" || method === undefined) return;
    about.compression = method;
    const damaged = (side: Direction) => (at: Mark) => {
      this.#context.violation({ code: "badCompressedPacket", direction: side, mark: at });
      this.#isUncertain ||= side === Direction.toClient;
    };
    this.#compressed = [
      new CompressedReader(this.#readers[0], method, damaged(Direction.toServer)),
      new CompressedReader(this.#readers[1], method, damaged(Direction.toClient)),
    ];
  }

  /** True for a packet that goes on with the payload of the one before it. */
  #passContinued(direction: Direction, { bytes }: Frame): boolean {
    const wasFull = this.#continues[direction];
    this.#continues[direction] = payloadLength(bytes) === FULL_PAYLOAD_BYTES;
    return wasFull;
  }

  #readerOf(direction: Direction, resumes: typeof resumesCommand, take: (frame: Frame) => boolean): FrameReader {
    const shape = {
      headerBytes: HEADER_BYTES,
      lengthOf: (bytes: Uint8Array) => HEADER_BYTES + payloadLength(bytes),
      maxBytes: HEADER_BYTES + FULL_PAYLOAD_BYTES,
      keptBytes: KEPT_BYTES,
      resumes,
    };
    const damaged = (mark: Mark) => this.#context.violation({ code: "badPacket", direction, mark });
    return new FrameReader(shape, { frame: take, damaged }, this.#context.midStream);
  }
}
