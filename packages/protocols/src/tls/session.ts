import { ByteQueue, type Mark, toHex } from "@weir/base";
import { type CallStatus, Direction, type EndReason, type GradeReason } from "@weir/model";
import { ByteReader } from "../common/tls/byte-reader.ts";
import { cipherName } from "../common/tls/cipher-suites.ts";
import { Extension } from "../common/tls/extensions.ts";
import {
  type ClientHello,
  offeredVersions,
  parseClientHello,
  parseServerHello,
  type ServerHello,
} from "../common/tls/hello.ts";
import { alertName, versionName } from "../common/tls/names.ts";
import type { Session, SessionContext } from "../contract.ts";
import { type Certificate, parseCertificate } from "./certificate.ts";

const Content = { changeCipherSpec: 20, alert: 21, handshake: 22, applicationData: 23 } as const;
const Handshake = { clientHello: 1, serverHello: 2, certificate: 11 } as const;
const FATAL = 2;
const CLOSE_NOTIFY = 0;
const TLS13 = 0x0304;
export const RECORD_HEADER_BYTES = 5;
/** RFC 8446 §5.1 and §5.2: longest record with its expansion; old versions allow a little more. */
export const MAX_RECORD_BYTES = 16_384 + 2_048;
/** Certificate chains are the longest handshake messages. */
const MAX_HANDSHAKE_BYTES = 1 << 17;

/** What one direction of the connection is doing. */
class Side {
  readonly records = new ByteQueue();
  readonly messages = new ByteQueue();
  /** Bytes of encrypted data that are passed over without being looked at. */
  skip = 0;
  isEncrypted = false;
  /** Came to application data, or what looks like it. */
  sentData = false;
  first: Mark | undefined;
  last: Mark | undefined;
  bytes = 0;
}

/** One TLS connection: reads the handshake as far as it is in the clear, and reports it as one call. */
export class TlsSession implements Session {
  readonly #context: SessionContext;
  readonly #sides = [new Side(), new Side()] as const;
  #clientHello: ClientHello | undefined;
  #serverHello: ServerHello | undefined;
  #certificate: Certificate | undefined;
  #retried = false;
  #alert: { readonly direction: Direction; readonly name: string } | undefined;
  #hasGap = false;
  #isReported = false;

  constructor(context: SessionContext) {
    this.#context = context;
  }

  data(direction: Direction, bytes: Uint8Array, mark: Mark): boolean {
    const side = this.#sides[direction];
    const passed = Math.min(side.skip, bytes.length);
    side.skip -= passed;
    if (passed < bytes.length) side.records.append(passed === 0 ? bytes : bytes.subarray(passed), mark);
    while (side.records.length >= RECORD_HEADER_BYTES) {
      const taken = this.#record(direction, side, mark);
      if (taken === "broken") return false;
      if (taken === "needMore") break;
    }
    return true;
  }

  gap(direction: Direction, missingBytes: number): boolean {
    const side = this.#sides[direction];
    this.#hasGap = true;
    if (missingBytes <= side.skip) {
      side.skip -= missingBytes;
      return true;
    }
    // Record boundaries are lost with the hole: what was learned so far is all there is.
    return false;
  }

  end(): void {
    // The end of a direction says nothing about a handshake; `close` does.
  }

  close(reason: EndReason): void {
    this.#report(reason);
  }

  #record(direction: Direction, side: Side, mark: Mark): "taken" | "needMore" | "broken" {
    const bytes = side.records.peek();
    const type = bytes[0] ?? 0;
    const length = ((bytes[3] ?? 0) << 8) | (bytes[4] ?? 0);
    if (type < Content.changeCipherSpec || type > 24 || bytes[1] !== 3 || length > MAX_RECORD_BYTES) {
      this.#context.violation({ code: "badRecord", direction, mark });
      return "broken";
    }
    const isOpaque = type === Content.applicationData || (side.isEncrypted && type !== Content.alert);
    if (isOpaque) {
      this.#opaque(direction, side, RECORD_HEADER_BYTES + length, type, mark);
      return "taken";
    }
    if (bytes.length < RECORD_HEADER_BYTES + length) return "needMore";
    const first = side.records.markAt(0) ?? mark;
    const last = side.records.markAt(RECORD_HEADER_BYTES + length - 1) ?? mark;
    side.first ??= first;
    this.#clear(direction, side, type, bytes.slice(RECORD_HEADER_BYTES, RECORD_HEADER_BYTES + length), last);
    side.bytes += RECORD_HEADER_BYTES + length;
    side.records.consume(RECORD_HEADER_BYTES + length);
    return "taken";
  }

  /** An encrypted record: counted by its length, its bytes are not kept. */
  #opaque(direction: Direction, side: Side, length: number, type: number, mark: Mark): void {
    const here = Math.min(length, side.records.length);
    const last = side.records.markAt(here - 1) ?? mark;
    side.records.consume(here);
    side.skip += length - here;
    if (!this.#isReported) {
      side.bytes += length;
      side.last = last;
    }
    if (type === Content.applicationData) {
      side.sentData = true;
      side.isEncrypted = true;
    }
    const bothEncrypted = this.#sides[0].isEncrypted && this.#sides[1].isEncrypted;
    // In TLS 1.3 the client's first encrypted record ends its handshake; before that, both sides' encrypted Finished do.
    if (bothEncrypted && (direction === Direction.toServer || this.#version() < TLS13)) this.#establishedMaybe();
  }

  #establishedMaybe(): void {
    if (this.#sides[0].last !== undefined && this.#sides[1].last !== undefined) this.#report("established");
  }

  #clear(direction: Direction, side: Side, type: number, body: Uint8Array, last: Mark): void {
    if (!this.#isReported) side.last = last;
    if (type === Content.changeCipherSpec) {
      // In TLS 1.3 it is only sent to please middleboxes (RFC 8446 appendix D.4).
      if (this.#version() < TLS13) side.isEncrypted = true;
    } else if (type === Content.alert) this.#readAlert(direction, side, body);
    else if (type === Content.handshake) {
      side.messages.append(body, last);
      this.#readMessages(direction, side, last);
    }
  }

  #readAlert(direction: Direction, side: Side, body: Uint8Array): void {
    const isClear = !side.isEncrypted && body.length === 2;
    if (this.#alert !== undefined || (isClear && body[1] === CLOSE_NOTIFY)) return;
    if (isClear && body[0] !== FATAL && this.#serverHello !== undefined) return;
    // Encrypted alerts before application data end the handshake; after it they are mostly close_notify and say nothing.
    if (isClear) this.#alert = { direction, name: alertName(body[1] ?? 0) };
    else if (!this.#isReported && !side.sentData) this.#alert = { direction, name: "encrypted alert" };
  }

  #readMessages(direction: Direction, side: Side, mark: Mark): void {
    while (side.messages.length >= 4) {
      const bytes = side.messages.peek();
      const reader = new ByteReader(bytes);
      const type = reader.uint8();
      const length = reader.uint24();
      if (length > MAX_HANDSHAKE_BYTES) {
        this.#context.violation({ code: "hugeHandshake", direction, mark });
        side.messages.reset();
        return;
      }
      if (bytes.length < 4 + length) return;
      this.#message(direction, type, bytes.slice(4, 4 + length));
      side.messages.consume(4 + length);
    }
  }

  #message(direction: Direction, type: number, body: Uint8Array): void {
    if (type === Handshake.clientHello) this.#clientHello = parseClientHello(body) ?? this.#clientHello;
    else if (type === Handshake.serverHello) {
      const hello = parseServerHello(body);
      if (hello?.isRetry === true) this.#retried = true;
      else this.#serverHello = hello ?? this.#serverHello;
    } else if (type === Handshake.certificate && direction === Direction.toClient) {
      const reader = new ByteReader(body);
      reader.uint24();
      this.#certificate ??= parseCertificate(reader.take(reader.uint24()));
    }
  }

  #version(): number {
    // Only TLS 1.3 asks for another hello (RFC 8446 §4.1.4); its real one is still to come.
    return this.#serverHello?.version ?? (this.#retried ? TLS13 : 0);
  }

  #report(reason: EndReason | "established"): void {
    const [client, server] = this.#sides;
    const known = client.first ?? server.first;
    if (
      this.#isReported ||
      known === undefined ||
      (this.#clientHello === undefined && this.#serverHello === undefined && this.#alert === undefined)
    )
      return;
    this.#isReported = true;
    const outcome = this.#outcome(reason);
    const reasons: GradeReason[] = [];
    if (this.#hasGap) reasons.push("missingSegments");
    if (this.#clientHello === undefined) reasons.push("midStreamStart");
    if (outcome.status === "unknown") reasons.push("captureEnded");
    this.#context.emit({
      operation: "handshake",
      target: this.#clientHello?.serverName ?? "",
      status: outcome.status,
      statusCode: outcome.code,
      requestFirst: known,
      requestLast: client.first ?? known,
      responseFirst: server.first,
      responseLast: server.last,
      requestBytes: client.bytes,
      responseBytes: server.bytes,
      attributes: this.#attributes(outcome.status === "ok"),
      gradeReasons: reasons,
    });
  }

  /** Who sends the alert turns the handshake down: what it complains of is the other side's doing. */
  #outcome(reason: EndReason | "established"): { readonly status: CallStatus; readonly code: string } {
    if (this.#alert !== undefined) {
      return {
        status: this.#alert.direction === Direction.toClient ? "clientError" : "serverError",
        code: this.#alert.name,
      };
    }
    if (reason === "established") return { status: "ok", code: "" };
    if (reason === "reset" || reason === "fin") return { status: "aborted", code: "" };
    return { status: reason === "idle" ? "timeout" : "unknown", code: "" };
  }

  #attributes(isEstablished: boolean): Record<string, string> {
    const client = this.#clientHello;
    const server = this.#serverHello;
    const certificate = this.#certificate;
    const version = server?.version ?? (client && Math.max(...offeredVersions(client)));
    const cipher = server?.cipher;
    const isResumed =
      server !== undefined &&
      (server.extensions.includes(Extension.preSharedKey) ||
        (server.version < TLS13 &&
          server.sessionId.length > 0 &&
          toHex(server.sessionId) === toHex(client?.sessionId ?? new Uint8Array(0))));
    const all: Record<string, string | undefined> = {
      "tls.protocol.name": version === undefined ? undefined : version < 0x0301 ? "ssl" : "tls",
      "tls.protocol.version": version === undefined ? undefined : versionName(version),
      "tls.cipher": cipher === undefined ? undefined : cipherName(cipher),
      "tls.client.server_name": client?.serverName,
      "tls.next_protocol": server?.alpn,
      "weir.tls.offered_protocols":
        client === undefined || client.alpn.length === 0 ? undefined : client.alpn.join(","),
      "tls.server.subject": certificate?.subject,
      "tls.server.issuer": certificate?.issuer,
      "tls.server.not_before": certificate?.notBefore,
      "tls.server.not_after": certificate?.notAfter,
      "weir.tls.certificate_names":
        certificate === undefined || certificate.names.length === 0 ? undefined : certificate.names.join(","),
      "weir.tls.alert": this.#alert?.name,
      "weir.tls.alert_from":
        this.#alert === undefined ? undefined : this.#alert.direction === Direction.toServer ? "client" : "server",
      "weir.tls.hello_retry": this.#retried ? "true" : undefined,
      "tls.established": String(isEstablished),
      "tls.resumed": String(isResumed),
    };
    const present: Record<string, string> = {};
    for (const [name, value] of Object.entries(all)) if (value !== undefined) present[name] = value;
    return present;
  }
}
