import { completionOf, type Mark, type UnixNs } from "@weir/base";
import {
  type AttemptSummary,
  type Ends,
  FlowEngine,
  type FlowSink,
  type HealthReading,
  type Held,
  type OpenConnection,
} from "@weir/flow";
import { type CallStatus, Direction, type EndReason } from "@weir/model";
import {
  type CallDraft,
  newSurroundings,
  type PlainText,
  type RestingRecogniser,
  StreamRecogniser,
  type Surroundings,
  type Violation,
} from "@weir/protocols";
import type { Packet } from "@weir/wire";
import { type AnsweredCall, AnsweredCalls } from "./answered-calls.ts";
import { type Attachment, attachmentOf, closeSession, newAttachment, noteEnd, notePacket, turn } from "./attachment.ts";
import { type ConnectionIdentity, callRecordOf } from "./call-record.ts";
import { turned } from "./call-times.ts";
import { ConnectionRecords } from "./connection-records.ts";
import type { PipelineOptions } from "./contract.ts";
import { EndNames } from "./end-names.ts";
import { type Reader, ReaderContext } from "./reader-context.ts";
import { type RestingAttachment, RestingAttachments } from "./resting-attachments.ts";

/** A call that failed, for counting: everything that is neither fine nor unknown. */
const FAILED: ReadonlySet<CallStatus> = new Set(["clientError", "serverError", "timeout", "aborted"]);

/**
 * Joins the stages: packets in, finished connections and calls out. Holds only what is open: memory does not grow with
 * the length of a capture. Times of records are absolute; `startUnixNs` must be set before the first packet.
 */
export class Pipeline implements FlowSink, Reader {
  readonly #options: PipelineOptions;
  readonly #flow: FlowEngine;
  readonly #surroundings: Surroundings;
  readonly #records: ConnectionRecords;
  readonly #calls: AnsweredCalls;
  readonly #resting = new RestingAttachments();
  /** Their bytes that broke a protocol's rules, by protocol and code. */
  readonly violations = new Map<string, number>();
  /** True leaves out calls, of connections that are open too: for who has more packets than can be read. Those keep their health, and say it in their grade. */
  shedsCalls = false;
  /** Absent where nobody wants to hear of connections that go on. */
  readonly started?: NonNullable<FlowSink["started"]>;
  readonly updated?: NonNullable<FlowSink["updated"]>;

  constructor(options: PipelineOptions) {
    this.#options = options;
    this.#records = new ConnectionRecords(options);
    this.#calls = new AnsweredCalls((call) => options.sink.call(call));
    if (options.sink.update !== undefined) {
      this.started = (connection, health) =>
        options.sink.update?.(this.#records.soFar(connection, health.record(), "start"), "start");
      this.updated = (connection, health) =>
        options.sink.update?.(this.#records.soFar(connection, health.record(), "update"), "update");
    } else if (options.sink.open !== undefined) {
      this.started = (connection) => options.sink.open?.(this.#records.endsOf(connection));
      this.updated = this.started;
    }
    const {
      dissect = true,
      limits = {},
      share,
      vantages,
      numbering,
      probeMemory,
      tlsSecrets,
      httpApplications,
    } = options;
    this.#surroundings = newSurroundings({
      memory: probeMemory,
      ...(tlsSecrets && { tlsSecrets }),
      ...(httpApplications && { httpApplications }),
    });
    const shared = share === undefined ? {} : { shard: share, onStream: share.onStream };
    this.#flow = new FlowEngine({ sink: this, streams: dissect, limits, vantages, numbering, ...shared });
  }

  /** Feeds one packet. `startUnixNs` is the absolute time of the capture's first packet. */
  packet(packet: Packet, startUnixNs: UnixNs): void {
    this.#records.startUnixNs = startUnixNs;
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

  /** Packets that were counted at another vantage, by the vantage's number. */
  get copies(): readonly number[] {
    return this.#flow.copies;
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
  get held(): Held {
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
    const attachment = newAttachment(this.shedsCalls ? undefined : this.#recogniserFor(connection));
    attachment.isShed = this.shedsCalls;
    connection.attachment = attachment;
    if (this.shedsCalls) this.#flow.dropStreams(connection);
  }

  data(connection: OpenConnection, direction: Direction, bytes: Uint8Array, mark: Mark): void {
    const attachment = attachmentOf(connection);
    notePacket(attachment, direction, mark.packetNumber);
    if (this.shedsCalls && !attachment.isShed) this.#shed(connection, attachment, mark);
    else attachment.recogniser?.data(direction, bytes, mark);
  }

  gap(connection: OpenConnection, direction: Direction, missingBytes: number, mark: Mark): void {
    attachmentOf(connection).recogniser?.gap(direction, missingBytes, mark);
  }

  ended(connection: OpenConnection, direction: Direction, mark: Mark): void {
    const attachment = attachmentOf(connection);
    attachment.recogniser?.end(direction, mark);
    noteEnd(attachment, direction === Direction.toServer ? "client" : "server", mark);
    const { ends } = attachment;
    // No byte can follow: what the session holds is let go now, not when the connection is forgotten.
    const isOver = ends.client !== undefined && ends.server !== undefined;
    if (isOver && this.#options.awaitsPlainText !== true) closeSession(attachment, "fin", mark);
  }

  rest(connection: OpenConnection): RestingAttachment | undefined {
    return this.#resting.restOf(attachmentOf(connection));
  }

  woken(connection: OpenConnection, rest: object): void {
    connection.attachment = this.#resting.wake(rest as RestingAttachment, this.#options.names, (recogniser) =>
      this.#recogniserFor(connection, recogniser),
    );
  }

  closed(connection: OpenConnection, reading: HealthReading, reason: EndReason, mark: Mark): void {
    const health = reading.record();
    const attachment = connection.attachment as Attachment | undefined;
    if (attachment !== undefined) {
      if (reason === "reset" && health.closedBy !== "") noteEnd(attachment, health.closedBy, mark);
      closeSession(attachment, reason, mark);
      this.#forgetUnacknowledged(attachment);
      this.#calls.releaseTo(attachment.lastCall);
    }
    this.#options.sink.connection(this.#records.of(connection, health));
  }

  summarized(summary: AttemptSummary): void {
    this.#options.sink.connection(this.#records.ofAttempts(summary));
  }

  acknowledged(connection: OpenConnection, atNs: number): void {
    const attachment = attachmentOf(connection);
    const { unacknowledged } = attachment;
    const answered = unacknowledged?.shift();
    if (unacknowledged?.length === 0) attachment.unacknowledged = undefined;
    if (answered?.call === undefined) return;
    noteAcknowledgment(answered, connection, atNs);
    this.#calls.settle(answered);
  }

  /** No acknowledgement comes any more. */
  #forgetUnacknowledged(attachment: Attachment): void {
    const { unacknowledged = [] } = attachment;
    attachment.unacknowledged = undefined;
    for (const answered of unacknowledged) this.#calls.settle(answered);
  }

  /** Leaves a connection's further calls out; the one that goes on is told as far as it came. */
  #shed(connection: OpenConnection, attachment: Attachment, mark: Mark): void {
    attachment.isShed = true;
    closeSession(attachment, "captureEnd", mark);
    this.#forgetUnacknowledged(attachment);
    this.#flow.dropStreams(connection);
  }

  #recogniserFor(connection: OpenConnection, rest?: RestingRecogniser): StreamRecogniser | undefined {
    if (connection.transport === "icmp") return undefined;
    return new StreamRecogniser(this.#surroundings, new ReaderContext(this, connection), rest);
  }

  get startUnixNs(): UnixNs {
    return this.#records.startUnixNs;
  }

  asked(connection: OpenConnection, direction: Direction): boolean {
    const isTurned = this.#flow.confirmDirection(connection, direction);
    if (isTurned) turn(attachmentOf(connection));
    return isTurned;
  }

  violation({ code }: Violation, protocol: string): void {
    const key = `${protocol} ${code}`;
    this.violations.set(key, (this.violations.get(key) ?? 0) + 1);
  }

  emit(connection: OpenConnection, draft: CallDraft, protocol: string): void {
    const attachment = attachmentOf(connection);
    attachment.calls += 1;
    const hasFailed = FAILED.has(draft.status);
    if (hasFailed) attachment.callErrors += 1;
    attachment.identity ??= this.#identityOf(connection);
    attachment.names ??= new EndNames(this.#options.names);
    const { identity, names } = attachment;
    names.learn(draft, identity);
    names.resolve(identity);
    const lastPacket = draft.responseLast?.packetNumber;
    const call = callRecordOf(draft, {
      captureId: this.#options.captureId,
      connection: identity,
      ordinal: attachment.calls,
      startUnixNs: this.#records.startUnixNs,
      protocol,
      clientService: names.client,
      serverService: names.server,
      way: lastPacket === attachment.lastPacketToServer ? turned(connection) : connection,
      ends: attachment.ends,
    });
    const answeredAtNs = draft.responseLast && completionOf(draft.responseLast).atNs;
    const answered: AnsweredCall = {
      call,
      hasFailed,
      answeredAtNs: answeredAtNs ?? 0,
      isSettled: true,
    };
    // Only of what the client was given last it can be told which acknowledgement covers it.
    if (answeredAtNs !== undefined && lastPacket === attachment.lastPacketToClient)
      this.#awaitAcknowledgment(connection, attachment, answered);
    attachment.lastCall = answered;
    this.#calls.add(answered);
  }

  #awaitAcknowledgment(connection: OpenConnection, attachment: Attachment, answered: AnsweredCall): void {
    const sight = this.#flow.awaitAcknowledgment(connection);
    if (sight === "awaited") {
      answered.isSettled = false;
      if (attachment.unacknowledged === undefined) attachment.unacknowledged = [answered];
      else attachment.unacknowledged.push(answered);
    } else if (sight !== undefined) noteAcknowledgment(answered, connection, sight.atNs);
  }

  /** Read at once: each of them is looked up in the connections' memory. */
  #identityOf(connection: OpenConnection): ConnectionIdentity {
    const { transport, streamNumber, clientAddress, clientPort, serverAddress, serverPort, startedAtNs } = connection;
    const connectionId = this.#records.idOf(connection);
    return { connectionId, transport, streamNumber, clientAddress, clientPort, serverAddress, serverPort, startedAtNs };
  }
}

/** The acknowledgement of a response has come; what was told by then stays as it is. */
function noteAcknowledgment({ call, answeredAtNs }: AnsweredCall, connection: OpenConnection, atNs: number): void {
  if (call === undefined) return;
  call.responseAckNs = Math.max(0, atNs - answeredAtNs);
  // Where the connection's beginning was not seen, the first acknowledgement is the first that tells it.
  if (call.clientNetworkNs === undefined) call.clientNetworkNs = connection.rttClientMinNs;
}
