import type { Mark } from "@weir/base";
import { Direction, type EndReason } from "@weir/model";
import type { Session, SessionContext } from "../../contract.ts";
import { alertCall, readAlert } from "../alert.ts";
import { Handshake } from "../handshake.ts";
import { callOf } from "../handshake-call.ts";
import type { HandshakeMessage } from "../message-reader.ts";
import { noteSealed } from "../sealed-records.ts";
import { CLOSE_NOTIFY, Content, HandshakeType } from "../wire.ts";
import { DtlsFragments } from "./fragments.ts";
import { DTLS_HEADER_BYTES, type DtlsRecord, dtlsRecordAt, isUnifiedHeader } from "./wire.ts";

/**
 * One DTLS association (RFC 6347, RFC 9147): its handshakes as far as they are in the clear. Datagrams of other protocols that share its ports (STUN,
 * RTP; RFC 7983) are passed over.
 */
export class DtlsSession implements Session {
  readonly #context: SessionContext;
  #fragments = [new DtlsFragments(), new DtlsFragments()] as const;
  #handshake = new Handshake(false, "dtls");
  #isReported = false;

  constructor(context: SessionContext) {
    this.#context = context;
  }

  data(direction: Direction, bytes: Uint8Array, mark: Mark): boolean {
    let at = 0;
    while (at < bytes.length) {
      const record = dtlsRecordAt(bytes, at);
      if (record === undefined) {
        if (this.#handshake.isTls13 && isUnifiedHeader(bytes[at])) this.#sealed13(direction, bytes.length - at, mark);
        break;
      }
      this.#record(direction, record, mark);
      at += DTLS_HEADER_BYTES + record.body.length;
    }
    return true;
  }

  gap(): boolean {
    return true;
  }

  end(): void {
    // Datagrams have no end.
  }

  close(reason: EndReason): void {
    this.#report(reason);
  }

  #record(direction: Direction, { type, epoch, body }: DtlsRecord, mark: Mark): void {
    const record = { type, length: body.length, first: mark, last: mark };
    if (epoch > 0) {
      if (noteSealed(this.#handshake, direction, record) === "alert") this.#alert(direction, undefined, mark);
      this.#reportIfOver();
    } else if (type === Content.handshake) {
      this.#beginAnew(direction, body);
      this.#handshake.timeline.record(direction, DTLS_HEADER_BYTES + body.length, mark, mark);
      this.#fragments[direction].data(body, mark, (message) => this.#message(direction, message));
    } else if (type === Content.changeCipherSpec) {
      this.#handshake.timeline.record(direction, DTLS_HEADER_BYTES + body.length, mark, mark);
      this.#handshake.changeCipher(direction);
    } else if (type === Content.alert) this.#alert(direction, body, mark);
  }

  /** A ClientHello behind a handshake that is through begins another association at the same ports. */
  #beginAnew(direction: Direction, body: Uint8Array): void {
    const isOver = this.#handshake.timeline.established !== undefined || this.#handshake.alert?.isFatal === true;
    if (!isOver || direction !== Direction.toServer || body[0] !== HandshakeType.clientHello) return;
    this.#report(undefined);
    this.#handshake = new Handshake(false, "dtls");
    this.#fragments = [new DtlsFragments(), new DtlsFragments()];
    this.#isReported = false;
  }

  #message(direction: Direction, message: HandshakeMessage): void {
    if (this.#handshake.timeline.established === undefined) this.#handshake.message(direction, message);
  }

  /** DTLS 1.3 shows no types: what follows both sides' first sealed records is taken for application data. */
  #sealed13(direction: Direction, length: number, mark: Mark): void {
    const { timeline, finished } = this.#handshake;
    if (timeline.established !== undefined) timeline.firstData ??= mark;
    timeline.record(direction, length, mark, mark);
    if (!finished[direction]) this.#handshake.finish(direction, mark);
    this.#reportIfOver();
  }

  /** `body` is absent where it is sealed. */
  #alert(direction: Direction, body: Uint8Array | undefined, mark: Mark): void {
    const handshake = this.#handshake;
    if (!handshake.isKnown && body === undefined) return;
    const alert = body === undefined ? undefined : readAlert(body, handshake.isTls13);
    const isPast = handshake.timeline.established !== undefined;
    if (!this.#isReported) {
      if (alert?.code !== CLOSE_NOTIFY || !isPast)
        handshake.addAlert({ direction, name: alert?.name ?? "encrypted alert", isFatal: alert?.isFatal ?? !isPast });
      if (isPast || handshake.alert?.isFatal === true) this.#report(undefined);
    } else if (alert?.isFatal === true) {
      const target = handshake.clientHello?.serverName ?? "";
      this.#context.emit(alertCall({ direction, alert, first: mark, last: mark, target }));
    }
  }

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
