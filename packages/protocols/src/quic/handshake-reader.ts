import type { Mark } from "@weir/base";
import { ByteReader } from "../common/tls/byte-reader.ts";
import { Extension, forEachExtension } from "../common/tls/extensions.ts";
import { parseClientHello, parseEncryptedAlpn, parseServerHello } from "../common/tls/hello.ts";
import type { Handshake } from "./handshake.ts";
import { HandshakeMessages } from "./handshake-messages.ts";
import type { PacketOpener } from "./packet-opener.ts";
import { clientParameters, serverParameters } from "./transport-parameters.ts";
import type { LongPacket } from "./wire.ts";

const Message = { clientHello: 1, serverHello: 2, encryptedExtensions: 8, finished: 20 } as const;

/** Reads the TLS handshake in a connection's CRYPTO frames: what it says is put into the `Handshake`, its keys into the `PacketOpener`. */
export class HandshakeReader {
  readonly #handshake: Handshake;
  readonly #opener: PacketOpener;
  #client = this.#newMessages(true);
  #server = this.#newMessages(false);

  constructor(handshake: Handshake, opener: PacketOpener) {
    this.#handshake = handshake;
    this.#opener = opener;
  }

  /** A CRYPTO frame of a packet. Returns false where it makes the messages unreadable. */
  crypto(type: LongPacket["type"], byClient: boolean, offset: number, data: Uint8Array, mark: Mark): boolean {
    if (type !== "initial" && type !== "handshake") return true;
    const messages = (byClient ? this.#client : this.#server)[type];
    const wasBroken = messages.isBroken;
    messages.add(offset, data, mark);
    return wasBroken || !messages.isBroken;
  }

  /** The client begins anew, in another version. */
  restart(): void {
    this.#client = this.#newMessages(true);
    this.#server = this.#newMessages(false);
  }

  #newMessages(byClient: boolean): { readonly initial: HandshakeMessages; readonly handshake: HandshakeMessages } {
    const take = byClient
      ? (type: number, body: Uint8Array, last: Mark) => this.#fromClient(type, body, last)
      : (type: number, body: Uint8Array) => this.#fromServer(type, body);
    return { initial: new HandshakeMessages(take), handshake: new HandshakeMessages(take) };
  }

  #fromClient(type: number, body: Uint8Array, last: Mark): void {
    const handshake = this.#handshake;
    if (type === Message.finished) handshake.finished ??= last;
    if (type !== Message.clientHello) return;
    const hello = parseClientHello(body);
    if (hello === undefined) return;
    handshake.clientHello = hello;
    handshake.helloLast ??= last;
    handshake.clientParameters = clientParameters(body);
    this.#opener.useRandom(hello.random);
  }

  #fromServer(type: number, body: Uint8Array): void {
    const handshake = this.#handshake;
    if (type === Message.encryptedExtensions) {
      handshake.alpn = parseEncryptedAlpn(body);
      handshake.serverParameters = serverParameters(body);
      handshake.acceptsEarlyData = acceptsEarlyData(body);
    }
    if (type !== Message.serverHello) return;
    const hello = parseServerHello(body);
    if (hello?.isRetry === true) handshake.helloRetried = true;
    else if (hello !== undefined) {
      handshake.serverHello = hello;
      this.#opener.useSuite(hello.cipher);
    }
  }
}

/** RFC 8446 §4.2.10: a server that takes early data says so. */
function acceptsEarlyData(encryptedExtensions: Uint8Array): boolean {
  let isThere = false;
  forEachExtension(new ByteReader(encryptedExtensions).vector(2), (type) => {
    isThere ||= type === Extension.earlyData;
  });
  return isThere;
}
