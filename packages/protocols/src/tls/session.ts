import type { Mark } from "@weir/base";
import { Direction, type EndReason } from "@weir/model";
import type { InnerStream, PlainText, Session, SessionContext } from "../contract.ts";
import { alertCall, type ReadAlert, readAlert } from "./alert.ts";
import { Decryption } from "./decryption/decryption.ts";
import { EarlyData } from "./early-data.ts";
import { Handshake } from "./handshake.ts";
import { callOf } from "./handshake-call.ts";
import { type HandshakeMessage, MessageReader } from "./message-reader.ts";
import { RecordReader, type TlsRecord } from "./record-reader.ts";
import { noteSealed, textBytesOf } from "./sealed-records.ts";
import { type SettledTls, settledHandshake, settledOf } from "./settled.ts";
import { parseSsl2Hello } from "./ssl2.ts";
import { ToldText } from "./told-text.ts";
import { CLOSE_NOTIFY, Content, HandshakeType, RECORD_HEADER_BYTES } from "./wire.ts";

/** What one direction of the connection is doing. */
interface Side {
  readonly direction: Direction;
  readonly records: RecordReader;
  readonly messages: MessageReader;
  /** Its records are sealed. */
  isEncrypted: boolean;
}

/** A record whose body can be read: never sealed, or opened. */
interface ClearRecord extends Pick<TlsRecord, "type" | "length" | "first" | "last"> {
  readonly text: Uint8Array;
}

/**
 * One TLS connection: each handshake becomes a call. What is sealed is opened where there are secrets for it, and the application data given to
 * the protocol inside; else it is passed over by the records' lengths.
 */
export class TlsSession implements Session {
  readonly #context: SessionContext;
  readonly #sides: readonly [Side, Side];
  readonly #decryption: Decryption;
  readonly #early = new EarlyData();
  readonly #told = new ToldText();
  #handshake = new Handshake(false);
  #isReported = false;
  #inner: InnerStream | undefined;
  /** Something was no record: this is not, or no longer, TLS. */
  #isOver = false;

  /** `rest` is what a session on this connection knew when it was let go behind its handshake. */
  constructor(context: SessionContext, rest?: SettledTls) {
    this.#context = context;
    this.#decryption = new Decryption(context.tlsSecrets);
    const begins = rest !== undefined ? "between" : context.midStream ? "midStream" : "first";
    this.#sides = [this.#sideOf(Direction.toServer, begins), this.#sideOf(Direction.toClient, begins)];
    if (rest === undefined) return;
    this.#handshake = settledHandshake(rest);
    this.#isReported = true;
  }

  rest(): SettledTls | undefined {
    const isOpen = this.#inner !== undefined || this.#told.isTold || this.#isOver || !this.#isReported;
    const isSettled = ({ direction, isEncrypted, records, messages }: Side) =>
      isEncrypted && records.isBetween && messages.isBetween && !this.#decryption.has(direction);
    return isOpen || !this.#sides.every(isSettled) ? undefined : settledOf(this.#handshake);
  }

  data(direction: Direction, bytes: Uint8Array, mark: Mark): boolean {
    this.#sides[direction].records.data(bytes, mark);
    return !this.#isOver;
  }

  gap(direction: Direction, missingBytes: number, mark: Mark): boolean {
    if (!this.#isReported) this.#handshake.hasGap = true;
    this.#sides[direction].records.gap(missingBytes, mark);
    return !this.#isOver;
  }

  end(direction: Direction, mark: Mark): void {
    if (!this.#told.isTold) this.#inner?.end(direction, mark);
  }

  plainText(direction: Direction, text: PlainText): void {
    // Keys tell the same, and exactly.
    if (this.#handshake.isDecrypted) return;
    this.#told.pass(direction, text, () => {
      this.#inner ??= this.#context.inner();
      return this.#inner;
    });
  }

  close(reason: EndReason, mark: Mark): void {
    this.#report(reason);
    this.#inner?.close(reason, mark);
    this.#inner = undefined;
  }

  #sideOf(direction: Direction, begins: ConstructorParameters<typeof RecordReader>[1]): Side {
    const handler = {
      wants: (type: number) => this.#wants(direction, type),
      record: (record: TlsRecord) => this.#record(direction, record),
      lost: (missingBytes: number, mark: Mark) => this.#lost(direction, missingBytes, mark),
      damaged: (mark: Mark) => {
        this.#isOver = true;
        this.#context.violation({ code: "badRecord", direction, mark });
      },
    };
    return {
      direction,
      records: new RecordReader(handler, begins),
      messages: new MessageReader(
        (message) => this.#message(direction, message),
        (mark) => this.#context.violation({ code: "hugeHandshake", direction, mark }),
      ),
      isEncrypted: begins === "between",
    };
  }

  #wants(direction: Direction, type: number): boolean {
    if (this.#decryption.has(direction)) return true;
    if (type === Content.applicationData) return this.#isEarlyData(direction);
    return type === Content.alert || !this.#sides[direction].isEncrypted;
  }

  /** True where a client sends early data, and the server has not said yet whether it takes them. */
  #isEarlyData(direction: Direction): boolean {
    const { earlyData, serverHello, isRetried } = this.#handshake;
    return direction === Direction.toServer && earlyData === "offered" && serverHello === undefined && !isRetried;
  }

  #record(direction: Direction, record: TlsRecord): void {
    const side = this.#sides[direction];
    if (record.hasGap) side.messages.reset();
    const isSealed = record.type === Content.applicationData || (side.isEncrypted && !this.#isClearIn13(record));
    if (!isSealed) this.#clear(side, { ...record, text: record.body ?? new Uint8Array(0) });
    else if (this.#isEarlyData(direction)) this.#keepEarly(direction, record);
    else this.#sealed(side, record);
  }

  /** In TLS 1.3 only application data are sealed; ChangeCipherSpec is sent to please middleboxes (RFC 8446 appendix D.4). */
  #isClearIn13({ type }: TlsRecord): boolean {
    return this.#handshake.isTls13 && type !== Content.applicationData;
  }

  #keepEarly(direction: Direction, record: TlsRecord): void {
    this.#early.keep(record);
    this.#handshake.timeline.record(direction, RECORD_HEADER_BYTES + record.length, record.first, record.last);
  }

  #sealed(side: Side, record: TlsRecord): void {
    const { direction } = side;
    const { type, version, length, body, first, last } = record;
    const hasKeys = this.#decryption.has(direction);
    const opened =
      body === undefined || !hasKeys ? undefined : this.#decryption.open(direction, { type, version, body });
    if (opened === undefined) {
      if (body === undefined) this.#decryption.skip(direction);
      else if (hasKeys) this.#context.violation({ code: "notDecrypted", direction, mark: last });
      this.#opaque(side, record);
      if (type === Content.applicationData) this.#told.sealed(direction, last);
      if (type === Content.applicationData && !this.#told.isTold)
        this.#inner?.gap(direction, textBytesOf(this.#handshake, length), last);
      return;
    }
    this.#handshake.isDecrypted = true;
    this.#clear(side, { type: opened.type, length, first, last, text: opened.text });
  }

  /** A record that can be read. */
  #clear(side: Side, record: ClearRecord): void {
    const { direction } = side;
    const { type, length, text, first, last } = record;
    if (type === Content.applicationData) {
      this.#applicationData(direction, text, last);
      return;
    }
    this.#handshake.timeline.record(direction, RECORD_HEADER_BYTES + length, first, last);
    if (type === Content.handshake) side.messages.data(text, first, last);
    else if (type === Content.changeCipherSpec) this.#changeCipher(side);
    else if (type === Content.alert) this.#alert(direction, readAlert(text, this.#handshake.isTls13), first, last);
    else if (type === Content.ssl2) this.#ssl2(text, first, last);
  }

  /** A record that cannot be read. */
  #opaque(side: Side, record: TlsRecord): void {
    const { direction } = side;
    const { type, first, last } = record;
    const isPast = this.#handshake.timeline.established !== undefined;
    if (type === Content.applicationData) side.isEncrypted = true;
    else if (isPast && type === Content.handshake && direction === Direction.toServer) this.#renegotiate();
    const kind = noteSealed(this.#handshake, direction, record);
    if (kind === "alert") this.#alert(direction, undefined, first, last);
    else if (kind === "changeCipher") this.#changeCipher(side);
    this.#reportIfOver();
  }

  #applicationData(direction: Direction, text: Uint8Array, mark: Mark): void {
    this.#handshake.timeline.firstData ??= mark;
    this.#reportIfOver();
    if (text.length === 0) return;
    this.#inner ??= this.#context.inner();
    this.#inner.data(direction, text, mark);
  }

  #message(direction: Direction, message: HandshakeMessage): void {
    const { type, last } = message;
    if (type === HandshakeType.clientHello && this.#handshake.timeline.established !== undefined) {
      this.#renegotiate();
      this.#handshake.timeline.record(direction, message.body.length, message.first, last);
    }
    const handshake = this.#handshake;
    const isPast = handshake.timeline.established !== undefined;
    if (type === HandshakeType.keyUpdate) this.#decryption.keyUpdate(direction);
    if (isPast) return;
    handshake.message(direction, message);
    if (type === HandshakeType.serverHello) this.#hellos();
    else if (type === HandshakeType.encryptedExtensions) this.#takeEarly();
    else if (type === HandshakeType.endOfEarlyData) this.#decryption.advance(direction);
    else if (type === HandshakeType.finished) {
      this.#decryption.advance(direction);
      handshake.finish(direction, last);
      this.#reportIfOver();
    }
  }

  /** Both hellos are known: from here on TLS 1.3 seals everything. */
  #hellos(): void {
    const { clientHello: client, serverHello: server, isTls13, earlyData } = this.#handshake;
    if (!isTls13 || server === undefined) return;
    this.#sides[0].isEncrypted = true;
    this.#sides[1].isEncrypted = true;
    if (client !== undefined) this.#decryption.begin13({ client, server }, earlyData === "offered");
  }

  /** The server has said whether it takes the early data. */
  #takeEarly(): void {
    const records = this.#early.take();
    const side = this.#sides[Direction.toServer];
    if (this.#handshake.earlyData === "rejected") this.#decryption.advance(Direction.toServer);
    else for (const record of records) this.#sealed(side, { ...record, length: record.body.length, hasGap: false });
  }

  #changeCipher(side: Side): void {
    const handshake = this.#handshake;
    if (handshake.isTls13) return;
    handshake.changeCipher(side.direction);
    side.isEncrypted = true;
    const { clientHello: client, serverHello: server } = handshake;
    this.#decryption.changeCipher(side.direction, client && server && { client, server });
  }

  #ssl2(body: Uint8Array, first: Mark, last: Mark): void {
    const hello = parseSsl2Hello(body);
    if (hello === undefined) return;
    const handshake = this.#handshake;
    if (hello.kind === "client") {
      handshake.clientHello ??= hello.hello;
      handshake.isSsl2Hello = true;
      handshake.timeline.clientHello ??= last;
    } else {
      handshake.serverHello ??= hello.hello;
      handshake.timeline.serverHello ??= first;
      if (hello.certificate !== undefined) handshake.serverChain = [hello.certificate];
    }
  }

  /** `alert` is absent where it is sealed. */
  #alert(direction: Direction, alert: ReadAlert | undefined, first: Mark, last: Mark): void {
    const handshake = this.#handshake;
    const isPast = handshake.timeline.established !== undefined;
    if (alert === undefined && handshake.clientHello === undefined && handshake.serverHello === undefined) return;
    if (alert?.code === CLOSE_NOTIFY && !this.#told.isTold) this.#inner?.end(direction, last);
    if (!this.#isReported) {
      // Sealed alerts before the handshake's end break it off; behind it they are mostly close_notify.
      handshake.addAlert({ direction, name: alert?.name ?? "encrypted alert", isFatal: alert?.isFatal ?? !isPast });
      if (isPast || handshake.alert?.isFatal === true) this.#report(undefined);
    } else if (alert?.isFatal === true) {
      const { clientHello } = handshake;
      this.#context.emit(alertCall({ direction, alert, first, last, target: clientHello?.serverName ?? "" }));
    }
  }

  /** A further handshake begins inside the encryption of the one before. */
  #renegotiate(): void {
    this.#report(undefined);
    this.#handshake = new Handshake(true);
    this.#isReported = false;
  }

  #lost(direction: Direction, missingBytes: number, mark: Mark): void {
    this.#sides[direction].messages.reset();
    this.#decryption.lose(direction, missingBytes);
    if (!this.#told.isTold) this.#inner?.gap(direction, missingBytes, mark);
  }

  /** Both sides are through, and it is known when the application began. */
  #reportIfOver(): void {
    const { established, firstData } = this.#handshake.timeline;
    if (established !== undefined && firstData !== undefined) this.#report(undefined);
  }

  #report(reason: EndReason | undefined): void {
    if (this.#isReported) return;
    const call = callOf(this.#handshake, reason, this.#context);
    if (call === undefined) return;
    this.#isReported = true;
    this.#context.emit(call);
  }
}
