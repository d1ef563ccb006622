import type { Mark } from "@weir/base";
import { Direction, type EndReason } from "@weir/model";
import type { Session, SessionContext } from "../contract.ts";
import { agree } from "./algorithms.ts";
import { handshakeCall } from "./call.ts";
import type { Handshake, Side } from "./handshake.ts";
import { Message } from "./names.ts";
import { type Piece, SideReader } from "./side-reader.ts";
import { hostKeyIn, isVersion1, parseDisconnect, parseIdentification, parseKexInit } from "./wire.ts";

/** One connection: how its two sides agree on keys. What comes behind that is encrypted, and passed over. */
export class SshSession implements Session {
  readonly #context: SessionContext;
  readonly #readers: readonly [SideReader, SideReader];
  readonly #handshake: Handshake = { sides: [{ bytes: 0 }, { bytes: 0 }] };
  #isTold = false;

  constructor(context: SessionContext) {
    this.#context = context;
    this.#readers = [this.#readerOf(Direction.toServer), this.#readerOf(Direction.toClient)];
  }

  data(direction: Direction, bytes: Uint8Array, mark: Mark): boolean {
    const reader = this.#readers[direction];
    if (!reader.isOver) reader.data(bytes, mark);
    return true;
  }

  gap(direction: Direction): boolean {
    const reader = this.#readers[direction];
    if (!reader.isOver && !this.#isTold) this.#handshake.hasGap = true;
    reader.gap();
    return true;
  }

  end(): void {
    // What is cut off says nothing.
  }

  close(reason: EndReason): void {
    if (!this.#isTold) this.#tell(reason);
  }

  #readerOf(direction: Direction): SideReader {
    return new SideReader({
      line: (text, piece) => this.#line(direction, text, piece),
      message: (message, piece) => this.#message(direction, message, piece),
      damaged: (mark) => this.#context.violation({ code: "badPacket", direction, mark }),
    });
  }

  #line(direction: Direction, text: string, piece: Piece): "lines" | "messages" | "over" {
    const side = this.#count(direction, piece);
    const identification = parseIdentification(text);
    if (identification === undefined) {
      side.line ??= text;
      return "lines";
    }
    side.identification = identification;
    return isVersion1(identification) ? "over" : "messages";
  }

  #message(direction: Direction, message: Uint8Array, piece: Piece): "messages" | "sealed" {
    const side = this.#count(direction, piece);
    const number = message[0] ?? 0;
    if (number === Message.kexInit) this.#kexInit(direction, message, piece);
    else if (number === Message.disconnect) {
      this.#handshake.disconnect ??= { direction, mark: piece.last, ...parseDisconnect(message) };
    } else if (number >= Message.firstOfMethod && number <= Message.lastOfMethod) {
      side.method = piece;
      if (direction === Direction.toClient) this.#handshake.methodReply = hostKeyIn(message)?.slice();
    } else if (number === Message.newKeys) {
      side.newKeys = piece;
      if (this.#handshake.sides.every(({ newKeys }) => newKeys !== undefined)) this.#tell("captureEnd");
      return "sealed";
    }
    return "messages";
  }

  #kexInit(direction: Direction, message: Uint8Array, { last }: Piece): void {
    const side = this.#handshake.sides[direction];
    side.kexInit = parseKexInit(message);
    if (side.kexInit === undefined) this.#context.violation({ code: "badKexInit", direction, mark: last });
    const [client, server] = this.#handshake.sides;
    if (client.kexInit !== undefined && server.kexInit !== undefined)
      this.#handshake.agreed = agree(client.kexInit, server.kexInit);
  }

  #count(direction: Direction, piece: Piece): Side {
    const side = this.#handshake.sides[direction];
    side.first ??= piece.first;
    side.last = piece.last;
    side.bytes += piece.bytes;
    return side;
  }

  #tell(reason: EndReason): void {
    this.#isTold = true;
    const call = handshakeCall(this.#handshake, reason);
    if (call !== undefined) this.#context.emit(call);
  }
}
