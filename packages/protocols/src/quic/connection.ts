import type { Mark } from "@weir/base";
import { Direction, type EndReason } from "@weir/model";
import type { SessionContext } from "../contract.ts";
import { applicationOf, type QuicApplication } from "./application.ts";
import { closeCall } from "./close-call.ts";
import { carries } from "./connection-ids.ts";
import { isClean } from "./error-names.ts";
import { type ConnectionClose, type FrameHandler, readFrames } from "./frames.ts";
import { readGoogleHello } from "./google.ts";
import { Handshake } from "./handshake.ts";
import { HandshakeReader } from "./handshake-reader.ts";
import { PacketOpener } from "./packet-opener.ts";
import { Streams } from "./streams.ts";
import { type LongPacket, sameBytes } from "./wire.ts";

/** Connection ids of one connection that are remembered at most. */
const MAX_IDS = 64;
/** Retry packets of one connection that are looked at. */
const MAX_RETRIES = 8;
const NO_MARK: Mark = { packetNumber: 0, atNs: 0 };

/** The path that carries a connection at the time. */
export interface QuicPath {
  readonly context: SessionContext;
  /** Packets with this connection id belong to the connection, on whichever path. */
  learnId(id: Uint8Array, connection: QuicConnection, toServer: boolean): void;
}

/** One QUIC connection, on whichever paths it goes: its handshake, and what it carries where there are secrets. */
export class QuicConnection {
  readonly handshake: Handshake;
  /** All connection ids that it was known by. */
  readonly ids: { readonly id: Uint8Array; readonly toServer: boolean }[] = [];
  /** How many paths carry it. */
  openPaths = 0;
  /** The server refused the client's version; the client's next try may have other connection ids. */
  awaitsVersion = false;
  #path: QuicPath;
  readonly #opener: PacketOpener;
  readonly #reader: HandshakeReader;
  readonly #frames: FrameHandler;
  /** The ids that packets to either side carry now; their lengths tell where packet numbers begin. */
  #serverId: Uint8Array;
  #clientId: Uint8Array;
  /** Ids that the server asked to use instead, in Retry packets. */
  #retryIds: Uint8Array[] = [];
  #streams: Streams | undefined;
  #application: QuicApplication | undefined;
  #hasEarlyData = false;
  #isReported = false;
  #isClosed = false;
  /** The client's last Handshake packet; and the same once the server has gone on behind it. */
  #clientFlight: Mark | undefined;
  #confirmed: Mark | undefined;
  /** What the frames that are read now came with. */
  #type: LongPacket["type"] | "short" = "initial";
  #byClient = true;
  #mark = NO_MARK;

  /** `packet` is the first one that was seen of it. */
  constructor(path: QuicPath, packet: LongPacket, byClient: boolean) {
    this.#path = path;
    const chosen = byClient ? packet.destinationId : packet.sourceId;
    this.handshake = new Handshake(packet.versionNumber, chosen);
    this.#opener = new PacketOpener(path.context.tlsSecrets, packet.version, chosen);
    this.#reader = new HandshakeReader(this.handshake, this.#opener);
    this.#frames = this.#newFrameHandler();
    this.#serverId = this.#learn(chosen, true);
    this.#clientId = this.#learn(byClient ? packet.sourceId : packet.destinationId, false);
  }

  /** What comes next comes on this path. */
  enter(path: QuicPath): void {
    this.#path = path;
  }

  /** Whether a packet with a short header carries the id that packets in this direction carry now. */
  isCarriedBy(bytes: Uint8Array, byClient: boolean): boolean {
    return carries(bytes, byClient ? this.#serverId : this.#clientId);
  }

  /** A packet with a long header. */
  long(packet: LongPacket, byClient: boolean, mark: Mark): void {
    const { handshake } = this;
    if (packet.type === "retry") {
      if (!byClient) this.#retry(packet);
      return;
    }
    if (!this.#isReported) handshake.count(byClient, packet.bytes.length, mark);
    this.#followIds(packet, byClient);
    if (packet.type === "zeroRtt") handshake.earlyPackets += 1;
    if (packet.type === "handshake" && byClient) this.#clientFlight = mark;
    const payload = this.#opener.openLong(packet, byClient);
    if (payload === undefined) return;
    this.#hasEarlyData ||= packet.type === "zeroRtt";
    handshake.versionNumber = packet.versionNumber;
    if (packet.version.isGoogle) handshake.google ??= readGoogleHello(payload);
    else this.#read(payload, packet.type, byClient, mark);
  }

  /** A packet with a short header. `id`: the connection id that it carries, where that is not the one in use. */
  short(bytes: Uint8Array, byClient: boolean, mark: Mark, id?: Uint8Array): void {
    if (!this.#isReported) this.#beginsApplication(byClient, mark);
    if (this.#isClosed || !this.#opener.opensShort(byClient)) return;
    if (id !== undefined) {
      if (byClient) this.#serverId = id;
      else this.#clientId = id;
    }
    const numberAt = 1 + (byClient ? this.#serverId : this.#clientId).length;
    const payload = this.#opener.openShort(bytes, numberAt, byClient);
    if (payload !== undefined) this.#read(payload, "short", byClient, mark);
  }

  /** The server does not have the client's version, but these (RFC 9000 §6). */
  negotiate(offered: readonly number[], bytes: number, mark: Mark): void {
    if (this.handshake.serverHello !== undefined) return;
    this.handshake.negotiate(offered, bytes, mark);
    this.awaitsVersion = true;
  }

  /** The client tries again after a version negotiation. */
  restart({ destinationId }: LongPacket): void {
    this.awaitsVersion = false;
    this.#opener.moveTo(destinationId);
    this.#reader.restart();
    this.#serverId = this.#learn(destinationId, true);
  }

  /** Nothing more comes on any path. */
  close(reason: EndReason, mark: Mark): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.handshake.finished ??= this.#confirmed;
    this.#report(reason);
    this.#streams?.close(mark);
    this.#application?.close(reason, mark);
    this.#streams = undefined;
    this.#application = undefined;
  }

  #followIds({ type, sourceId, destinationId }: LongPacket, byClient: boolean): void {
    if (byClient) {
      if (!sameBytes(sourceId, this.#clientId)) this.#clientId = this.#learn(sourceId, false);
      const isRetried = type === "initial" && this.#retryIds.some((id) => sameBytes(id, destinationId));
      if (isRetried) this.#opener.moveTo(destinationId);
      if (isRetried) this.#retryIds = [];
    } else if (!sameBytes(sourceId, this.#serverId)) this.#serverId = this.#learn(sourceId, true);
  }

  #retry(packet: LongPacket): void {
    const { handshake } = this;
    if (handshake.serverHello !== undefined || handshake.retries >= MAX_RETRIES) return;
    handshake.retries += 1;
    handshake.server.bytes += packet.bytes.length;
    // The client goes on with one of them (RFC 9000 §17.2.5.2): its next packet tells which.
    this.#retryIds.push(this.#learn(packet.sourceId, true));
  }

  #learn(id: Uint8Array, toServer: boolean): Uint8Array {
    const copy = id.slice();
    if (this.ids.length < MAX_IDS) {
      this.ids.push({ id: copy, toServer });
      this.#path.learnId(copy, this, toServer);
    }
    return copy;
  }

  /** The client's first packet with a short header says that its handshake is over, where its Finished cannot be seen. */
  #beginsApplication(byClient: boolean, mark: Mark): void {
    if (!byClient) this.#confirmed ??= this.#clientFlight;
    else if (!this.#opener.opensHandshake) {
      this.handshake.finished = mark;
      this.#report("captureEnd");
    }
  }

  #read(payload: Uint8Array, type: LongPacket["type"] | "short", byClient: boolean, mark: Mark): void {
    this.#type = type;
    this.#byClient = byClient;
    this.#mark = mark;
    if (!readFrames(payload, this.#frames)) this.#violation("badFrame");
    if (type === "handshake") this.#dropRefusedData();
    if (this.handshake.finished !== undefined) this.#report("captureEnd");
  }

  /** Early data that the server does not take was never said: the client says it anew (RFC 9001 §4.6.2). */
  #dropRefusedData(): void {
    if (!this.#hasEarlyData || this.handshake.acceptsEarlyData !== false) return;
    this.#hasEarlyData = false;
    this.#streams = undefined;
    this.#application = undefined;
  }

  #newFrameHandler(): FrameHandler {
    return {
      crypto: (offset, data) => {
        if (this.#type === "short") return;
        if (!this.#reader.crypto(this.#type, this.#byClient, offset, data, this.#mark)) this.#violation("badHandshake");
      },
      stream: (id, offset, data, isLast) => this.#streamsOf().add(id, this.#byClient, offset, data, isLast, this.#mark),
      reset: (id, code) => this.#streamsOf().reset(id, this.#byClient, code, this.#mark),
      newConnectionId: (id) => {
        this.#learn(id, !this.#byClient);
      },
      close: (close) => this.#closed(close),
      handshakeDone: () => {
        this.handshake.finished ??= this.#clientFlight;
      },
    };
  }

  #streamsOf(): Streams {
    if (this.#streams !== undefined) return this.#streams;
    const alpn = this.handshake.alpn ?? this.handshake.clientHello?.alpn[0] ?? "";
    const application = applicationOf(alpn, () => this.#path.context);
    this.#application = application;
    this.#streams = new Streams(application);
    return this.#streams;
  }

  #closed(close: ConnectionClose): void {
    const byClient = this.#byClient;
    if (!this.#isReported) {
      this.handshake.closed ??= { ...close, byClient };
      this.handshake.finished ??= this.#confirmed;
      this.#report("fin");
    } else if (!this.#isClosed && !isClean(close)) {
      this.#path.context.emit(closeCall(close, byClient, this.handshake, this.#mark));
    }
    this.close("fin", this.#mark);
  }

  #violation(code: string): void {
    const direction = this.#byClient ? Direction.toServer : Direction.toClient;
    this.#path.context.violation({ code, direction, mark: this.#mark });
  }

  #report(reason: EndReason): void {
    if (this.#isReported) return;
    this.#isReported = true;
    const call = this.handshake.callAt(reason);
    if (call !== undefined) this.#path.context.emit(call);
  }
}
