import type { Mark } from "@weir/base";
import { Direction } from "@weir/model";
import { ByteReader } from "../common/tls/byte-reader.ts";
import { cipherName } from "../common/tls/cipher-suites.ts";
import { Extension, forEachExtension, readAlpn } from "../common/tls/extensions.ts";
import {
  type ClientHello,
  isTls13,
  parseClientHello,
  parseServerHello,
  type ServerHello,
} from "../common/tls/hello.ts";
import type { Certificate } from "./certificate.ts";
import { parseCertificateChain } from "./certificate-chain.ts";
import type { HandshakeMessage } from "./message-reader.ts";
import { Timeline } from "./timeline.ts";
import { HandshakeType } from "./wire.ts";

/** RFC 8422 §5.4: the group of a ServerKeyExchange is named, not described. */
const NAMED_CURVE = 3;

/** TLS 1.2 and DTLS 1.2: a ServerKeyExchange names its signature scheme (RFC 5246 §7.4.3). */
const SIGNED_VERSIONS: ReadonlySet<number> = new Set([0x0303, 0xfefd]);

/** An alert of the handshake. */
export interface Alert {
  readonly direction: Direction;
  /** Its IANA name; `encrypted alert` where it cannot be read. */
  readonly name: string;
  readonly isFatal: boolean;
}

/** What is known of one handshake so far. */
export class Handshake {
  readonly timeline = new Timeline();
  /** It follows another one on the same connection, inside of its encryption. */
  readonly isRenegotiation: boolean;
  clientHello: ClientHello | undefined;
  serverHello: ServerHello | undefined;
  /** The client's hello has SSL 2.0's form, of which there are no fingerprints. */
  isSsl2Hello = false;
  /** DTLS or TLS. */
  readonly layer: "tls" | "dtls";
  /** The server asked the client to prove its address, with another hello (DTLS). */
  isVerified = false;
  /** The server asked for another hello. */
  isRetried = false;
  /** Application protocol and acceptance of early data, where EncryptedExtensions could be read. */
  encryptedAlpn: string | undefined;
  earlyData: "offered" | "accepted" | "rejected" | undefined;
  serverChain: readonly Certificate[] = [];
  clientChain: readonly Certificate[] = [];
  asksForCertificate = false;
  /** Named by a ServerKeyExchange, up to TLS 1.2. */
  group: number | undefined;
  signatureScheme: number | undefined;
  alert: Alert | undefined;
  /** Something was opened with secrets from a key log. */
  isDecrypted = false;
  hasGap = false;
  /** Sides that went over to the new keys (ChangeCipherSpec). */
  readonly changed: [boolean, boolean] = [false, false];
  /** Sides whose Finished has passed, readable or not. */
  readonly finished: [boolean, boolean] = [false, false];
  /** The server said that its part is over: it is no resumption. */
  #isFull = false;
  #isShort = false;

  constructor(isRenegotiation: boolean, layer: "tls" | "dtls" = "tls") {
    this.isRenegotiation = isRenegotiation;
    this.layer = layer;
  }

  get isTls13(): boolean {
    // Only TLS 1.3 asks for another hello (RFC 8446 §4.1.4); its real one is still to come.
    return this.serverHello === undefined ? this.isRetried : isTls13(this.serverHello.version);
  }

  /** There is something to tell. */
  get isKnown(): boolean {
    const hasHello = this.clientHello !== undefined || this.serverHello !== undefined;
    return hasHello || this.alert !== undefined || this.serverChain.length > 0;
  }

  /** How the session was resumed; undefined where it was not, or nobody can tell. */
  get resumption(): "psk" | "ticket" | "sessionId" | undefined {
    const { clientHello: client, serverHello: server } = this;
    if (server === undefined) return undefined;
    if (isTls13(server.version)) return server.extensions.includes(Extension.preSharedKey) ? "psk" : undefined;
    const isSameSession = server.sessionId.length > 0 && sameBytes(server.sessionId, client?.sessionId);
    if (!isSameSession && !this.#isShort) return undefined;
    return client?.hasTicket === true ? "ticket" : "sessionId";
  }

  /** Takes a handshake message that could be read. */
  message(direction: Direction, { type, body, first, last }: HandshakeMessage): void {
    switch (type) {
      case HandshakeType.clientHello:
        this.#readClientHello(body, last);
        break;
      case HandshakeType.serverHello:
        this.#readServerHello(body, first);
        break;
      case HandshakeType.helloVerifyRequest:
        this.isVerified = this.layer === "dtls";
        break;
      case HandshakeType.helloRetryRequest:
        this.isRetried = true;
        break;
      case HandshakeType.encryptedExtensions:
        this.#readEncryptedExtensions(body);
        break;
      case HandshakeType.certificate:
        this.#readCertificate(direction, body);
        break;
      case HandshakeType.certificateRequest:
        this.asksForCertificate = true;
        break;
      case HandshakeType.serverKeyExchange:
        this.#readServerKeyExchange(body);
        break;
      case HandshakeType.certificateVerify:
        if (this.isTls13 && direction === Direction.toClient) this.signatureScheme = new ByteReader(body).uint16();
        break;
      case HandshakeType.serverHelloDone:
        this.#isFull = true;
        break;
      case HandshakeType.endOfEarlyData:
        this.earlyData = "accepted";
        break;
      default:
        break;
    }
  }

  /** A side goes over to the new keys. A server that does so at once resumes an earlier session (RFC 5246 §7.3). */
  changeCipher(direction: Direction): void {
    this.changed[direction] = true;
    if (direction === Direction.toClient && this.serverHello !== undefined && !this.#isFull && !this.hasGap)
      this.#isShort = true;
  }

  /** A side's Finished has passed. */
  finish(direction: Direction, mark: Mark): void {
    this.finished[direction] = true;
    if (this.finished[0] && this.finished[1]) this.timeline.established ??= mark;
  }

  /** An alert; the first fatal one counts, else the last. */
  addAlert(alert: Alert): void {
    if (this.alert?.isFatal !== true) this.alert = alert;
  }

  #readClientHello(body: Uint8Array, last: Mark): void {
    const hello = parseClientHello(body, this.layer);
    if (hello === undefined) return;
    if (this.isRetried || this.isVerified) this.timeline.retry ??= last;
    else this.timeline.clientHello ??= last;
    this.clientHello = hello;
    if (hello.extensions.includes(Extension.earlyData)) this.earlyData = "offered";
    else if (this.isRetried && this.earlyData === "offered") this.earlyData = "rejected";
  }

  #readServerHello(body: Uint8Array, first: Mark): void {
    const hello = parseServerHello(body);
    if (hello === undefined) return;
    if (hello.isRetry) {
      this.isRetried = true;
      return;
    }
    this.serverHello = hello;
    this.timeline.serverHello ??= first;
    const hasPreSharedKey = hello.extensions.includes(Extension.preSharedKey);
    if (this.earlyData === "offered" && !hasPreSharedKey) this.earlyData = "rejected";
  }

  #readEncryptedExtensions(body: Uint8Array): void {
    let acceptsEarlyData = false;
    forEachExtension(new ByteReader(body).vector(2), (type, value) => {
      if (type === Extension.alpn) this.encryptedAlpn = readAlpn(value)[0];
      else if (type === Extension.earlyData) acceptsEarlyData = true;
    });
    if (this.earlyData !== undefined) this.earlyData = acceptsEarlyData ? "accepted" : "rejected";
  }

  #readCertificate(direction: Direction, body: Uint8Array): void {
    const chain = parseCertificateChain(body, this.isTls13);
    if (direction === Direction.toClient) this.serverChain = chain;
    else this.clientChain = chain;
  }

  #readServerKeyExchange(body: Uint8Array): void {
    if (this.serverHello === undefined || !cipherName(this.serverHello.cipher).includes("_ECDHE_")) return;
    const reader = new ByteReader(body);
    if (reader.uint8() !== NAMED_CURVE) return;
    const group = reader.uint16();
    reader.vector(1);
    if (reader.failed) return;
    this.group = group;
    if (SIGNED_VERSIONS.has(this.serverHello.version) && reader.left > 2) this.signatureScheme = reader.uint16();
  }
}

function sameBytes(a: Uint8Array, b: Uint8Array | undefined): boolean {
  return b !== undefined && a.length === b.length && a.every((byte, at) => byte === b[at]);
}
