import type { Mark } from "@weir/base";
import { Direction, type EndReason } from "@weir/model";
import type { Session, SessionContext } from "../contract.ts";
import { QuicConnection, type QuicPath } from "./connection.ts";
import { ConnectionIds, type KnownId } from "./connection-ids.ts";
import { GoogleHandshake, readGoogleStart } from "./google.ts";
import { Handshake } from "./handshake.ts";
import { Move } from "./move.ts";
import { initialKeys, openPacket } from "./protection.ts";
import { LONG, type LongPacket, readInvariants, readLongPacket, readOfferedVersions } from "./wire.ts";

/** Connections that use a path at the same time, at most; the oldest is given up beyond it. */
const MAX_CONNECTIONS = 64;
/** RFC 9000 §7.2: the id that a client chooses for the server first is not shorter. */
const MIN_CHOSEN_ID_BYTES = 8;
/** Initial packets that are tried as the beginning of a connection in vain, at most. */
const MAX_VAIN_TRIES = 64;
/** Datagrams that belong to no connection, before a path without any is let go. */
const MAX_FOREIGN = 32;
const MAX_OFFERED_VERSIONS = 32;

/** One path (two addresses with their ports), and the connections that use it. */
export class QuicSession implements Session, QuicPath {
  readonly context: SessionContext;
  /** Ids of the connections on this path, and of those on all. */
  readonly #own = new ConnectionIds<QuicConnection>();
  readonly #shared: ConnectionIds<QuicConnection>;
  readonly #connections = new Set<QuicConnection>();
  /** The connection that was seen last. */
  #current: QuicConnection | undefined;
  /** Where what clients send goes to. */
  #toServer: Direction = Direction.toServer;
  /** A client's try with a version that is not known. */
  #refused: Handshake | undefined;
  #google: GoogleHandshake | undefined;
  #move: Move | undefined;
  #vainTries = 0;
  #foreign = 0;

  constructor(context: SessionContext) {
    this.context = context;
    this.#shared = sharedIds(context);
  }

  data(direction: Direction, bytes: Uint8Array, mark: Mark): boolean {
    if (this.#google !== undefined) {
      const call = direction === this.#toServer ? undefined : this.#google.answered(bytes, mark);
      if (call !== undefined) this.context.emit(call);
      return true;
    }
    if (this.#connections.size === 0 && this.#isGoogle(direction, bytes, mark)) return true;
    const isLong = ((bytes[0] ?? 0) & LONG) !== 0;
    const isKnown = isLong ? this.#long(direction, bytes, mark) : this.#short(direction, bytes, mark);
    if (isKnown || this.#connections.size > 0) return true;
    this.#foreign += 1;
    return this.#foreign < MAX_FOREIGN;
  }

  /** Over UDP nothing is known to be missing. */
  gap(): boolean {
    return true;
  }

  end(): void {
    // UDP has no ends.
  }

  close(reason: EndReason, mark: Mark): void {
    const call = this.#google?.callAt(reason) ?? this.#refused?.callAt(reason);
    this.#google = undefined;
    this.#refused = undefined;
    if (call !== undefined) this.context.emit(call);
    if (this.#move !== undefined) this.context.emit(this.#move.callAt(reason));
    this.#move = undefined;
    for (const connection of this.#connections) this.#leave(connection, reason, mark);
  }

  learnId(id: Uint8Array, connection: QuicConnection, toServer: boolean): void {
    this.#own.add(id, connection, toServer);
    this.#shared.add(id, connection, toServer);
  }

  /** A packet with a short header fills its datagram. */
  #short(direction: Direction, bytes: Uint8Array, mark: Mark): boolean {
    const byClient = direction === this.#toServer;
    const current = this.#current;
    if (current === undefined || !current.isCarriedBy(bytes, byClient)) {
      const known = this.#own.findShort(bytes) ?? this.#joined(bytes, direction, mark);
      if (known !== undefined) {
        this.#use(known.connection).short(bytes, known.toServer, mark, known.id);
        this.#moved(bytes, known.toServer, mark);
        return true;
      }
    }
    if (current === undefined) return false;
    // An id that was agreed on under encryption is not known; the path is.
    current.enter(this);
    current.short(bytes, byClient, mark);
    this.#moved(bytes, byClient, mark);
    return true;
  }

  /** The packets of a datagram that begins with a long header (RFC 9000 §12.2). Returns false where it belongs to no connection. */
  #long(direction: Direction, datagram: Uint8Array, mark: Mark): boolean {
    let rest = datagram;
    let connection: QuicConnection | undefined;
    while (rest.length > 0) {
      const byClient = direction === this.#toServer;
      if (((rest[0] ?? 0) & LONG) === 0) {
        if (connection?.isCarriedBy(rest, byClient) === true) connection.short(rest, byClient, mark);
        break;
      }
      const packet = readLongPacket(rest);
      if (packet === undefined) return connection !== undefined || this.#otherVersion(direction, rest, mark);
      connection = this.#connectionOf(packet, direction, mark);
      if (connection === undefined) return false;
      this.#use(connection).long(packet, direction === this.#toServer, mark);
      rest = rest.subarray(packet.bytes.length);
    }
    return true;
  }

  #use(connection: QuicConnection): QuicConnection {
    this.#current = connection;
    connection.enter(this);
    return connection;
  }

  #connectionOf(packet: LongPacket, direction: Direction, mark: Mark): QuicConnection | undefined {
    const known = this.#own.find(packet.destinationId);
    if (known !== undefined) return known.connection;
    const isClients = direction === this.#toServer || this.#connections.size === 0;
    if (isClients && packet.type === "initial" && this.#beginsConnection(packet))
      return this.#begun(packet, direction, mark);
    const bySource = this.#own.find(packet.sourceId)?.connection ?? this.#current;
    if (bySource !== undefined || packet.type === "retry") return bySource;
    // The client's first packet was not captured: nothing can be opened.
    return this.#add(new QuicConnection(this, packet, direction === this.#toServer), mark);
  }

  /** Whether a packet opens with the keys of a client's first packet (RFC 9001 §5.2): that proves it. */
  #beginsConnection({ version, destinationId, bytes, numberAt }: LongPacket): boolean {
    if (destinationId.length < MIN_CHOSEN_ID_BYTES || this.#vainTries >= MAX_VAIN_TRIES) return false;
    if (openPacket(bytes, numberAt, initialKeys(version, destinationId).client, -1) !== undefined) return true;
    this.#vainTries += 1;
    return false;
  }

  #begun(packet: LongPacket, direction: Direction, mark: Mark): QuicConnection {
    if (this.#current?.awaitsVersion === true) {
      this.#current.restart(packet);
      return this.#current;
    }
    if (this.#connections.size === 0) this.#toServer = direction;
    const connection = this.#add(new QuicConnection(this, packet, true), mark);
    if (this.#refused !== undefined) connection.handshake.follow(this.#refused);
    this.#refused = undefined;
    return connection;
  }

  #add(connection: QuicConnection, mark: Mark): QuicConnection {
    const [oldest] = this.#connections;
    if (this.#connections.size >= MAX_CONNECTIONS && oldest !== undefined) {
      this.#leave(oldest, "replaced", mark);
    }
    this.#connections.add(connection);
    connection.openPaths += 1;
    return connection;
  }

  #leave(connection: QuicConnection, reason: EndReason, mark: Mark): void {
    this.#connections.delete(connection);
    this.#own.forget(connection, connection.ids);
    if (this.#current === connection) this.#current = undefined;
    connection.openPaths -= 1;
    if (connection.openPaths > 0) return;
    connection.enter(this);
    connection.close(reason, mark);
    // One that has been quiet for long may still come back, from another port.
    if (reason !== "idle") this.#shared.forget(connection, connection.ids);
  }

  /** A Version Negotiation packet, or one of a version that is not known. */
  #otherVersion(direction: Direction, bytes: Uint8Array, mark: Mark): boolean {
    const head = readInvariants(bytes);
    if (head === undefined) return false;
    if (head.version === 0) {
      const offered = readOfferedVersions(bytes, head.end, MAX_OFFERED_VERSIONS);
      const known = (this.#own.find(head.sourceId) ?? this.#own.find(head.destinationId))?.connection ?? this.#current;
      known?.negotiate(offered, bytes.length, mark);
      this.#refused?.negotiate(offered, bytes.length, mark);
      return known !== undefined || this.#refused !== undefined;
    }
    if (this.#connections.size > 0) return true;
    if (this.#refused === undefined) {
      this.#toServer = direction;
      this.#refused = new Handshake(head.version, head.destinationId);
    }
    this.#refused.count(direction === this.#toServer, bytes.length, mark);
    return true;
  }

  /** Google's own handshake, in versions that are not like QUIC's: only its hello is read. */
  #isGoogle(direction: Direction, bytes: Uint8Array, mark: Mark): boolean {
    const start = readGoogleStart(bytes);
    if (start === undefined) return false;
    this.#toServer = direction;
    this.#google = new GoogleHandshake(start, bytes.length, mark);
    return true;
  }

  /** A connection that comes from another path: its client has moved, or has another port for those outside (RFC 9000 §9). */
  #joined(bytes: Uint8Array, direction: Direction, mark: Mark): KnownId<QuicConnection> | undefined {
    const known = this.#shared.findShort(bytes);
    if (known === undefined) return undefined;
    this.#toServer = known.toServer ? direction : otherWay(direction);
    this.#add(known.connection, mark);
    for (const { id, toServer } of known.connection.ids) this.#own.add(id, known.connection, toServer);
    this.#move = new Move(known.connection.handshake, known.toServer, mark);
    return known;
  }

  #moved(bytes: Uint8Array, byClient: boolean, mark: Mark): void {
    const call = this.#move?.packet(bytes.length, byClient, mark);
    if (call === undefined) return;
    this.#move = undefined;
    this.context.emit(call);
  }
}

/** The ids of all paths' connections. */
export function sharedIds(context: Pick<SessionContext, "common">): ConnectionIds<QuicConnection> {
  return context.common(() => new ConnectionIds<QuicConnection>());
}

function otherWay(direction: Direction): Direction {
  return direction === Direction.toServer ? Direction.toClient : Direction.toServer;
}
