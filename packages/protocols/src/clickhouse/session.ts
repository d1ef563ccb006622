import type { Mark } from "@weir/base";
import { Direction, type EndReason } from "@weir/model";
import type { Session, SessionContext } from "../contract.ts";
import { ByteSource, type Reading } from "./byte-source.ts";
import { type ClientMessage, readClient } from "./client-packets.ts";
import { Conversation, passageAt } from "./conversation.ts";
import { probeStart } from "./probe.ts";
import { readServer, type ServerMessage } from "./server-packets.ts";
import { ServerPacket } from "./wire.ts";

/** Beginning of a packet that is kept to see whether a query begins with it. */
const MAX_START_BYTES = 256;

/** One direction that is being read. */
interface Line {
  readonly source: ByteSource;
  readonly reading: Reading<void>;
}

/**
 * One connection. Packets do not tell their length, so that one that is not understood ends the reading of its direction: the server's goes on with the
 * next question, the client's with the next packet that begins with one.
 */
export class ClickhouseSession implements Session {
  readonly #context: SessionContext;
  readonly #conversation: Conversation;
  #client: Line | undefined;
  #server: Line | undefined;
  /** Where the packet under way began, per direction, and how many bytes were read before. */
  readonly #began: [Mark | undefined, Mark | undefined] = [undefined, undefined];
  readonly #before: [number, number] = [0, 0];
  /** The client's first bytes of a network packet, while it is not known whether they begin a query. */
  #start: { readonly bytes: Uint8Array; readonly mark: Mark } | undefined;
  #packetNumber = -1;
  #lastByte = 0;
  /** Bytes of the server's that were given to its line. */
  #fedBytes = 0;

  constructor(context: SessionContext) {
    this.#context = context;
    this.#conversation = new Conversation(context);
  }

  data(direction: Direction, bytes: Uint8Array, mark: Mark): boolean {
    if (bytes.length === 0) return true;
    if (direction === Direction.toClient) this.#fromServer(bytes, mark);
    else if (this.#client === undefined) this.#findStart(bytes, mark);
    else this.#fromClient(this.#client, bytes, mark);
    return true;
  }

  gap(direction: Direction): boolean {
    this.#conversation.lost();
    if (direction === Direction.toServer) {
      this.#client = undefined;
      this.#start = undefined;
      this.#packetNumber = -1;
    } else this.#server = undefined;
    return true;
  }

  end(): void {
    // A packet that is cut off says nothing; what is under way is settled by `close`.
  }

  close(reason: EndReason): void {
    if (this.#server === undefined && this.#lastByte === ServerPacket.endOfStream) this.#conversation.settle(true);
    this.#conversation.close(reason);
  }

  #fromClient(line: Line, bytes: Uint8Array, mark: Mark): void {
    if (!line.source.feed(bytes, mark, line.reading)) return;
    this.#client = undefined;
    this.#packetNumber = mark.packetNumber;
    this.#context.violation({ code: "unknownPacket", direction: Direction.toServer, mark });
  }

  /** Looks whether a network packet begins with a hello or a query. */
  #findStart(bytes: Uint8Array, mark: Mark): void {
    const isNew = mark.packetNumber !== this.#packetNumber;
    this.#packetNumber = mark.packetNumber;
    if (isNew) this.#start = undefined;
    else if (this.#start === undefined) return;
    const joined = this.#start === undefined ? bytes : join(this.#start.bytes, bytes);
    const verdict = probeStart(joined);
    if (verdict === "match") {
      this.#start = undefined;
      this.#client = this.#newClient(mark);
      this.#fromClient(this.#client, joined, mark);
    } else this.#start = verdict === "needMore" ? { bytes: joined.slice(0, MAX_START_BYTES), mark } : undefined;
  }

  #fromServer(bytes: Uint8Array, mark: Mark): void {
    this.#lastByte = bytes[bytes.length - 1] ?? 0;
    if (this.#server === undefined) {
      this.#conversation.unread(passageAt(mark, mark, bytes.length));
      return;
    }
    this.#fedBytes += bytes.length;
    if (!this.#server.source.feed(bytes, mark, this.#server.reading)) return;
    this.#server = undefined;
    const unreadBytes = this.#fedBytes - this.#before[Direction.toClient];
    if (unreadBytes === 0) return;
    this.#conversation.unread(passageAt(this.#began[Direction.toClient] ?? mark, mark, unreadBytes));
  }

  #newClient(mark: Mark): Line {
    const source = new ByteSource(mark);
    const agreed = () => this.#conversation.agreed;
    const begins = () => this.#begin(Direction.toServer, source);
    const reading = readClient(source, agreed, begins, (message) => this.#asked(source, message));
    this.#before[Direction.toServer] = 0;
    return { source, reading };
  }

  #newServer(mark: Mark): Line {
    const source = new ByteSource(mark);
    const agreed = () => this.#conversation.agreed;
    const begins = () => this.#begin(Direction.toClient, source);
    const reading = readServer(source, agreed, begins, (message) => this.#answered(source, message));
    this.#before[Direction.toClient] = 0;
    this.#fedBytes = 0;
    return { source, reading };
  }

  /** A packet begins: its number was read. */
  #begin(direction: Direction, { mark }: ByteSource): void {
    this.#began[direction] = mark;
  }

  #passage(direction: Direction, { mark, passed }: ByteSource) {
    const bytes = passed - this.#before[direction];
    this.#before[direction] = passed;
    return passageAt(this.#began[direction] ?? mark, mark, bytes);
  }

  #asked(source: ByteSource, message: ClientMessage): void {
    const passage = this.#passage(Direction.toServer, source);
    const asks = message.kind === "query" || message.kind === "tables" || message.kind === "ping";
    const isRead = this.#server !== undefined;
    if (asks && !isRead) this.#conversation.settle(this.#lastByte === ServerPacket.endOfStream);
    if (this.#conversation.asked(message, passage) && !isRead) this.#server = this.#newServer(source.mark);
  }

  #answered(source: ByteSource, message: ServerMessage): void {
    this.#conversation.answered(message, this.#passage(Direction.toClient, source));
  }
}

function join(first: Uint8Array, second: Uint8Array): Uint8Array {
  const joined = new Uint8Array(first.length + second.length);
  joined.set(first);
  joined.set(second, first.length);
  return joined;
}
