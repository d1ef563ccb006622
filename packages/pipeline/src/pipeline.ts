import type { Mark, UnixNs } from "@weir/base";
import { completionOf, unixNsAt } from "@weir/base";
import {
  type AttemptSummary,
  type Ends,
  FlowEngine,
  type FlowEngineOptions,
  type FlowLimits,
  type FlowSink,
  type OpenConnection,
} from "@weir/flow";
import type { Names } from "@weir/identity";
import {
  type Call,
  type CallStatus,
  type Connection,
  type ConnectionHealth,
  type Delivery,
  Direction,
  type EndReason,
  type GradeReason,
  gradeOf,
  type Retry,
} from "@weir/model";
import {
  type CallDraft,
  newSurroundings,
  type PlainText,
  type ProbeMemory,
  StreamRecogniser,
  type Surroundings,
  type TlsSecrets,
} from "@weir/protocols";
import type { Packet, Shard } from "@weir/wire";
import { type AnsweredCall, AnsweredCalls } from "./answered-calls.ts";
import { type ConnectionEnds, type ConnectionIdentity, callRecordOf } from "./call-record.ts";
import { turned } from "./call-times.ts";
import { EndNames } from "./end-names.ts";

/** What a report on a connection that is not over tells: its beginning, or its numbers so far. */
export type ConnectionReport = "start" | "update";

/** Receives finished records, in the order in which they are finished. */
export interface RecordSink {
  connection(connection: Connection): void;
  call(call: Call): void;
  /** Several calls were attempts of one logical call; each of them has come as a call before. */
  retry?(retry: Retry): void;
  /** One call delivered a message that another one published; both have come as calls before. */
  delivery?(delivery: Delivery): void;
  /**
   * A connection has begun, or goes on: its numbers so far, after its first packet and then every minute in which something happened. Where it is absent
   * they are not made. The last word is `connection`'s, of a summary of attempts that of the summary.
   */
  update?(connection: Connection, report: ConnectionReport): void;
}

export interface PipelineOptions {
  readonly captureId: string;
  /** Who is behind an address; the pipeline teaches it what DNS answers say. */
  readonly names: Names;
  readonly probeMemory: ProbeMemory;
  /** Secrets to open TLS with; absent where there are none. */
  readonly tlsSecrets?: TlsSecrets | undefined;
  /** How protocols inside HTTP are read, where more is known about them than their bytes tell. */
  readonly httpApplications?: Surroundings["httpApplications"] | undefined;
  readonly sink: RecordSink;
  readonly limits?: Partial<FlowLimits>;
  /** False reads headers only: connections and their health, no calls. No stream is put in order then, which is quicker. */
  readonly dissect?: boolean;
  /** Texts from inside of TLS come later than their packets ({@link Pipeline.plainText}): sessions stay until the connection leaves. */
  readonly awaitsPlainText?: boolean;
  /** Reads one share of a capture that several workers read together. */
  readonly share?: PipelineShare;
}

/** One worker's share of a capture: its conversations, and who hears of the numbers that they are given for the time being. */
export interface PipelineShare extends Shard {
  readonly onStream: NonNullable<FlowEngineOptions["onStream"]>;
}

/** What the pipeline keeps for one open connection whose calls are looked for. */
interface Attachment {
  /** Absent where no protocol is looked for, and once both directions have ended. */
  recogniser: StreamRecogniser | undefined;
  readonly ends: ConnectionEnds;
  protocol: string;
  calls: number;
  callErrors: number;
  readonly names: EndNames;
  /** Who it is between, as its calls say it; undefined before the first one, and once client and server were turned. */
  identity: ConnectionIdentity | undefined;
  /** Packets of the bytes that were passed on last, by direction. */
  readonly lastPackets: [number, number];
  /** Its calls whose response is not acknowledged yet, in that order. */
  readonly unacknowledged: AnsweredCall[];
  /** The call of it that was finished last. */
  lastCall: AnsweredCall | undefined;
  /** Its calls were left out, from somewhere on, because there was too much to read. */
  isShed: boolean;
}

/** Names of an end in which attempts that were summed up differ. */
const SEVERAL = { clients: "several clients", servers: "several servers" } as const;

/** Grade reasons that a report on an open connection does not have: nothing has ended, and after one packet nothing is missing. */
const NOT_YET: Readonly<Record<ConnectionReport, readonly GradeReason[]>> = {
  start: ["captureEnded", "oneDirection"],
  update: ["captureEnded"],
};

/** A call that failed, for counting: everything that is neither fine nor unknown. */
const FAILED: ReadonlySet<CallStatus> = new Set(["clientError", "serverError", "timeout", "aborted"]);

/**
 * Joins the stages: packets in, finished connections and calls out. Holds only what is open: memory does not grow with
 * the length of a capture. Times of records are absolute; `startUnixNs` must be set before the first packet.
 */
export class Pipeline implements FlowSink {
  readonly #options: PipelineOptions;
  readonly #flow: FlowEngine;
  readonly #surroundings: Surroundings;
  #startUnixNs: UnixNs = 0n;
  readonly #calls: AnsweredCalls;
  /** Their bytes that broke a protocol's rules, by protocol and code. */
  readonly violations = new Map<string, number>();
  /** True leaves out calls, of connections that are open too: for who has more packets than can be read. Those keep their health, and say it in their grade. */
  shedsCalls = false;
  /** Absent where nobody wants to hear of connections that go on. */
  readonly started?: NonNullable<FlowSink["started"]>;
  readonly updated?: NonNullable<FlowSink["updated"]>;

  constructor(options: PipelineOptions) {
    this.#options = options;
    this.#calls = new AnsweredCalls((call) => options.sink.call(call));
    if (options.sink.update !== undefined) {
      this.started = (connection, health) => this.#report(connection, health, "start");
      this.updated = (connection, health) => this.#report(connection, health, "update");
    }
    const { dissect = true, limits = {}, share, probeMemory, tlsSecrets, httpApplications } = options;
    this.#surroundings = newSurroundings({
      memory: probeMemory,
      ...(tlsSecrets && { tlsSecrets }),
      ...(httpApplications && { httpApplications }),
    });
    const shared = share === undefined ? {} : { shard: share, onStream: share.onStream };
    this.#flow = new FlowEngine({ sink: this, streams: dissect, limits, ...shared });
  }

  /** Feeds one packet. `startUnixNs` is the absolute time of the capture's first packet. */
  packet(packet: Packet, startUnixNs: UnixNs): void {
    this.#startUnixNs = startUnixNs;
    this.#flow.packet(packet);
    this.#calls.advance(packet.atNs);
  }

  /** Tells the time of a packet that is in another worker's share. */
  otherPacket(atNs: number): void {
    this.#flow.otherPacket(atNs);
    this.#calls.advance(atNs);
  }

  /** Packets that came too late for their connection, see `FlowEngine.latePackets`. */
  get latePackets(): number {
    return this.#flow.latePackets;
  }

  /** Time has come to `atNs` without a packet, where packets come live. */
  tick(atNs: number): void {
    this.#flow.tick(atNs);
    this.#calls.advance(atNs);
  }

  /** Takes what a process wrote to a TLS connection or read from it; the ends are those of the packet that carried it. False where that cannot be used. */
  plainText(ends: Ends, text: PlainText): boolean {
    const found = this.#flow.find(ends);
    const attachment = found?.connection.attachment as Attachment | undefined;
    return found !== undefined && attachment?.recogniser?.plainText(found.direction, text) === true;
  }

  /** Connections that are open, and bytes of typed memory for them. */
  get held(): { readonly connections: number; readonly bytes: number } {
    return this.#flow.held;
  }

  /** Hands out now what is finished by the time of the last packet; it comes by itself every so many packets. */
  sweep(): void {
    this.#flow.sweep();
  }

  /** Closes what is still open: the capture ends here. */
  finish(): void {
    this.#flow.finish();
    this.#calls.finish();
  }

  /** Not called where streams are not wanted: a connection without an attachment has no calls. */
  opened(connection: OpenConnection): void {
    const attachment: Attachment = {
      recogniser: this.shedsCalls ? undefined : this.#recogniserFor(connection),
      ends: { client: undefined, server: undefined },
      protocol: "",
      calls: 0,
      callErrors: 0,
      names: new EndNames(this.#options.names),
      identity: undefined,
      lastPackets: [0, 0],
      unacknowledged: [],
      lastCall: undefined,
      isShed: this.shedsCalls,
    };
    connection.attachment = attachment;
    if (this.shedsCalls) this.#flow.dropStreams(connection);
  }

  data(connection: OpenConnection, direction: Direction, bytes: Uint8Array, mark: Mark): void {
    const attachment = attachmentOf(connection);
    attachment.lastPackets[direction] = mark.packetNumber;
    if (this.shedsCalls && !attachment.isShed) this.#shed(connection, attachment, mark);
    else attachment.recogniser?.data(direction, bytes, mark);
  }

  gap(connection: OpenConnection, direction: Direction, missingBytes: number, mark: Mark): void {
    attachmentOf(connection).recogniser?.gap(direction, missingBytes, mark);
  }

  ended(connection: OpenConnection, direction: Direction, mark: Mark): void {
    const attachment = attachmentOf(connection);
    attachment.recogniser?.end(direction, mark);
    const { ends } = attachment;
    ends[direction === Direction.toServer ? "client" : "server"] ??= mark;
    // No byte can follow: what the session holds is let go now, not when the connection is forgotten.
    const isOver = ends.client !== undefined && ends.server !== undefined;
    if (isOver && this.#options.awaitsPlainText !== true) closeSession(attachment, "fin", mark);
  }

  closed(connection: OpenConnection, health: ConnectionHealth, reason: EndReason, mark: Mark): void {
    const attachment = connection.attachment as Attachment | undefined;
    if (attachment !== undefined) {
      if (reason === "reset" && health.closedBy !== "") attachment.ends[health.closedBy] ??= mark;
      closeSession(attachment, reason, mark);
      this.#forgetUnacknowledged(attachment);
      this.#calls.releaseTo(attachment.lastCall);
    }
    this.#options.sink.connection(this.#recordOf(connection, health));
  }

  acknowledged(connection: OpenConnection, atNs: number): void {
    const answered = attachmentOf(connection).unacknowledged.shift();
    if (answered?.call === undefined) return;
    noteAcknowledgment(answered, connection, atNs);
    this.#calls.settle(answered);
  }

  /** No acknowledgement comes any more. */
  #forgetUnacknowledged({ unacknowledged }: Attachment): void {
    for (const answered of unacknowledged.splice(0)) this.#calls.settle(answered);
  }

  /** Leaves a connection's further calls out; the one that goes on is told as far as it came. */
  #shed(connection: OpenConnection, attachment: Attachment, mark: Mark): void {
    attachment.isShed = true;
    closeSession(attachment, "captureEnd", mark);
    this.#forgetUnacknowledged(attachment);
    this.#flow.dropStreams(connection);
  }

  /** Attempts that were summed up are a connection record of their own. */
  summarized({ health, startedAtNs }: AttemptSummary): void {
    const { captureId, names, sink } = this.#options;
    const { clientAddress, serverAddress } = health;
    const record: Connection = Object.assign(health, {
      captureId,
      // A single one is the connection that it was.
      connectionId:
        health.attempts === 1 ? this.#idOf(health) : `${captureId}-${health.transport}-attempts-${health.firstPacket}`,
      protocol: "",
      clientService: clientAddress === "" ? SEVERAL.clients : this.#nameOf(clientAddress, startedAtNs),
      serverService:
        serverAddress === "" ? SEVERAL.servers : names.resolveServer(serverAddress, startedAtNs, undefined).name,
      startedAt: unixNsAt(this.#startUnixNs, startedAtNs),
      calls: 0,
      callErrors: 0,
      grade: gradeOf(health.gradeReasons as readonly GradeReason[]),
    });
    sink.connection(record);
  }

  /** Tells of a connection that is not over: how it ends and what it lacks is not known yet. */
  #report(connection: OpenConnection, health: ConnectionHealth, report: ConnectionReport): void {
    const gradeReasons = health.gradeReasons.filter(
      (reason) => !(NOT_YET[report] as readonly string[]).includes(reason),
    );
    const soFar: ConnectionHealth = Object.assign(health, { closeReason: "open" as const, gradeReasons });
    this.#options.sink.update?.(this.#recordOf(connection, soFar), report);
  }

  /** The record of a connection. The numbers are handed over: completing them in place is many times faster than copying ninety fields. */
  #recordOf(connection: OpenConnection, health: ConnectionHealth): Connection {
    const attachment = connection.attachment as Attachment | undefined;
    const gradeReasons = health.gradeReasons as GradeReason[];
    if (attachment?.isShed === true) gradeReasons.push("overload");
    return Object.assign(health, {
      captureId: this.#options.captureId,
      connectionId: this.#idOf(connection),
      protocol: attachment?.recogniser?.protocol ?? attachment?.protocol ?? "",
      clientService: this.#nameOf(connection.clientAddress, connection.startedAtNs),
      serverService: this.#serverNameOf(connection, attachment),
      startedAt: unixNsAt(this.#startUnixNs, connection.startedAtNs),
      calls: attachment?.calls ?? 0,
      callErrors: attachment?.callErrors ?? 0,
      tlsServerName: attachment?.names.tlsServerName,
      grade: gradeOf(gradeReasons),
    });
  }

  #recogniserFor(connection: OpenConnection): StreamRecogniser | undefined {
    const { transport } = connection;
    if (transport === "icmp") return undefined;
    return new StreamRecogniser(this.#surroundings, {
      // The messages of an SCTP association are read as a stream is.
      transport: transport === "udp" ? "udp" : "tcp",
      // Read when they are asked for: client and server may turn out to be the other way round.
      get clientPort() {
        return connection.clientPort;
      },
      get serverPort() {
        return connection.serverPort;
      },
      get serverAddress() {
        return connection.serverAddress;
      },
      midStream: connection.midStream,
      startUnixNs: this.#startUnixNs,
      asked: (direction) => {
        const isTurned = this.#flow.confirmDirection(connection, direction);
        if (isTurned) turn(attachmentOf(connection));
        return isTurned;
      },
      emit: (draft, protocol) => this.#emit(connection, draft, protocol),
      violation: ({ code }, protocol) => {
        const key = `${protocol} ${code}`;
        this.violations.set(key, (this.violations.get(key) ?? 0) + 1);
      },
    });
  }

  #emit(connection: OpenConnection, draft: CallDraft, protocol: string): void {
    const attachment = attachmentOf(connection);
    attachment.calls += 1;
    if (FAILED.has(draft.status)) attachment.callErrors += 1;
    attachment.identity ??= this.#identityOf(connection);
    const { identity, names } = attachment;
    names.learn(draft, identity);
    names.resolve(identity);
    const lastPacket = draft.responseLast?.packetNumber;
    const call = callRecordOf(draft, {
      captureId: this.#options.captureId,
      connection: identity,
      ordinal: attachment.calls,
      startUnixNs: this.#startUnixNs,
      protocol,
      clientService: names.client,
      serverService: names.server,
      way: lastPacket === attachment.lastPackets[Direction.toServer] ? turned(connection) : connection,
      ends: attachment.ends,
    });
    const answeredAtNs = draft.responseLast && completionOf(draft.responseLast).atNs;
    const answered: AnsweredCall = {
      call,
      hasFailed: FAILED.has(draft.status),
      answeredAtNs: answeredAtNs ?? 0,
      isSettled: true,
    };
    // Only of what the client was given last it can be told which acknowledgement covers it.
    if (answeredAtNs !== undefined && lastPacket === attachment.lastPackets[Direction.toClient])
      this.#awaitAcknowledgment(connection, attachment, answered);
    attachment.lastCall = answered;
    this.#calls.add(answered);
  }

  #awaitAcknowledgment(connection: OpenConnection, { unacknowledged }: Attachment, answered: AnsweredCall): void {
    const sight = this.#flow.awaitAcknowledgment(connection);
    if (sight === "awaited") {
      answered.isSettled = false;
      unacknowledged.push(answered);
    } else if (sight !== undefined) noteAcknowledgment(answered, connection, sight.atNs);
  }

  /** Read at once: each of them is looked up in the connections' memory. */
  #identityOf(connection: OpenConnection): ConnectionIdentity {
    const { transport, streamNumber, clientAddress, clientPort, serverAddress, serverPort, startedAtNs } = connection;
    const connectionId = this.#idOf(connection);
    return { connectionId, transport, streamNumber, clientAddress, clientPort, serverAddress, serverPort, startedAtNs };
  }

  #idOf({ transport, streamNumber }: Pick<OpenConnection, "transport" | "streamNumber">): string {
    return `${this.#options.captureId}-${transport}-${streamNumber}`;
  }

  #serverNameOf({ serverAddress, startedAtNs }: OpenConnection, attachment: Attachment | undefined): string {
    const hinted = attachment?.names.tlsServerName ?? attachment?.names.host;
    return this.#options.names.resolveServer(serverAddress, startedAtNs, hinted).name;
  }

  #nameOf(address: string, atNs: number): string {
    return this.#options.names.resolve(address, atNs).name;
  }
}

function closeSession(attachment: Attachment, reason: EndReason, mark: Mark): void {
  const { recogniser } = attachment;
  if (recogniser === undefined) return;
  recogniser.close(reason, mark);
  attachment.protocol = recogniser.protocol;
  attachment.recogniser = undefined;
}

/** Client and server turned out to be the other way round. */
function turn(attachment: Attachment): void {
  attachment.names.turned();
  attachment.identity = undefined;
}

/** The acknowledgement of a response has come; what was told by then stays as it is. */
function noteAcknowledgment({ call, answeredAtNs }: AnsweredCall, connection: OpenConnection, atNs: number): void {
  if (call === undefined) return;
  call.responseAckNs = Math.max(0, atNs - answeredAtNs);
  // Where the connection's beginning was not seen, the first acknowledgement is the first that tells it.
  if (call.clientNetworkNs === undefined) call.clientNetworkNs = connection.rttClientMinNs;
}

function attachmentOf(connection: OpenConnection): Attachment {
  return connection.attachment as Attachment;
}
