import type { Mark as PacketMark, PackReader, PackWriter } from "@weir/base";
import { Direction } from "@weir/model";
import { type Packet, TcpFlag } from "@weir/wire";
import type { FlowConnection } from "./connection.ts";
import type { FlowLimits, FlowSink } from "./contract.ts";
import { SERVER, SideInt } from "./memory/connection-record.ts";
import { assembleChunks } from "./sctp/assemble-chunks.ts";
import { UserMessages } from "./sctp/user-messages.ts";
import type { AckSight } from "./tcp/ack-watch.ts";
import { type ReorderBudget, StreamAssembler, type StreamSink } from "./tcp/assembler.ts";
import { HeldUp, isScaleKnown, leavesRoom } from "./tcp/held-up.ts";
import { plus } from "./tcp/sequence.ts";

/** Segments whose window says nothing of room: a SYN's is not scaled, a reset's means nothing. */
const NO_WINDOW = TcpFlag.syn | TcpFlag.rst;

/** The byte streams of all connections: segments in, bytes in order out, with one budget for what waits for a hole. */
export class Streams {
  readonly #sink: FlowSink;
  readonly #budget: ReorderBudget;

  constructor(sink: FlowSink, { reorderBytesTotal, reorderBytesPerStream }: FlowLimits) {
    this.#sink = sink;
    this.#budget = { heldBytes: 0, maxBytes: reorderBytesTotal, maxBytesPerStream: reorderBytesPerStream };
  }

  /** Gives a new connection a stream for each direction, where it has streams. */
  attach(connection: FlowConnection): void {
    if (!connection.isReliable) return;
    connection.clientAssembler = this.#assembler(connection, Direction.toServer);
    connection.serverAssembler = this.#assembler(connection, Direction.toClient);
  }

  /** True where a connection's streams are where they are, and know nothing else. */
  mayRest({ clientAssembler, serverAssembler, heldUp, transport }: FlowConnection): boolean {
    if (heldUp !== undefined || transport === "sctp") return false;
    return clientAssembler?.mayRest !== false && serverAssembler?.mayRest !== false;
  }

  /** Writes where a connection's streams are, and lets them go. */
  rest(writer: PackWriter, connection: FlowConnection): void {
    const { clientAssembler, serverAssembler } = connection;
    writer.byte(clientAssembler === undefined || serverAssembler === undefined ? 0 : 1);
    clientAssembler?.rest(writer);
    serverAssembler?.rest(writer);
    connection.clientAssembler = undefined;
    connection.serverAssembler = undefined;
    connection.isTurned = false;
  }

  /** Gives a connection the streams that {@link rest} let go. */
  wake(reader: PackReader, connection: FlowConnection): void {
    if (reader.byte() === 0) return;
    connection.clientAssembler = this.#assembler(connection, Direction.toServer);
    connection.serverAssembler = this.#assembler(connection, Direction.toClient);
    connection.clientAssembler.wake(reader);
    connection.serverAssembler.wake(reader);
  }

  /** Takes a segment's bytes, and what it acknowledges. */
  segment(connection: FlowConnection, packet: Packet, fromClient: boolean): void {
    if (!connection.hasStreams) this.#detach(connection);
    const { clientAssembler, serverAssembler } = connection;
    const assembler = fromClient ? clientAssembler : serverAssembler;
    const { tcpFlags: flags, tcpSequence: sequence, payloadBytes } = packet;
    if (assembler === undefined) return;
    if ((flags & TcpFlag.ack) !== 0) {
      if (fromClient) noteRoom(connection, packet);
      (fromClient ? serverAssembler : clientAssembler)?.acknowledge(packet.tcpAcknowledgment | 0, packet.atNs);
    }
    if ((flags & TcpFlag.syn) !== 0) assembler.start(sequence);
    const dataAt = (flags & TcpFlag.syn) === 0 ? sequence : plus(sequence, 1);
    // Keep-alives repeat one byte that was sent before: the assembler drops it as known, but not where it began mid-stream.
    if (payloadBytes > 0 && (flags & TcpFlag.rst) === 0) {
      const payload = packet.bytes.subarray(packet.payloadAt, packet.payloadEnd);
      assembler.segment(dataAt, payload, payloadBytes, markOf(packet));
    }
    if ((flags & TcpFlag.fin) !== 0) assembler.fin(plus(dataAt, payloadBytes), markOf(packet));
  }

  /** Asks for the acknowledgement of all that was passed on of what the server sent; see {@link FlowSink.acknowledged}. */
  awaitAcknowledgment({ serverAssembler }: FlowConnection): AckSight {
    return serverAssembler?.awaitAcknowledgment();
  }

  /**
   * Takes the chunks of an SCTP packet, and what they acknowledge: TSNs are put in order as TCP's bytes are, one for a chunk. `nextTsn` is the one behind
   * the last that the sender has sent.
   */
  chunks(connection: FlowConnection, packet: Packet, fromClient: boolean, nextTsn: number | undefined): void {
    if (!connection.hasStreams) this.#detach(connection);
    const { clientAssembler, serverAssembler } = connection;
    const own = fromClient ? clientAssembler : serverAssembler;
    const other = fromClient ? serverAssembler : clientAssembler;
    if (own !== undefined && other !== undefined) assembleChunks(packet, own, other, nextTsn);
  }

  /** No segment of the connection comes any more. */
  finish({ clientAssembler, serverAssembler }: FlowConnection): void {
    clientAssembler?.finish();
    serverAssembler?.finish();
  }

  /** The connection has no streams any more: what waited for a hole is let go. */
  #detach(connection: FlowConnection): void {
    this.finish(connection);
    connection.clientAssembler = undefined;
    connection.serverAssembler = undefined;
  }

  #assembler(connection: FlowConnection, direction: Direction): StreamAssembler {
    const sink = new DirectionSink(this.#sink, connection, direction);
    return new StreamAssembler(connection.transport === "sctp" ? new UserMessages(sink) : sink, this.#budget);
  }
}

/** What a segment of the client says of its window. HOT PATH: an object is made only where a window is, or was, too small. */
function noteRoom(connection: FlowConnection, packet: Packet): void {
  const { memory } = connection;
  const hasRoom = (packet.tcpFlags & NO_WINDOW) !== 0 || leavesRoom(memory, packet);
  if (hasRoom && connection.heldUp === undefined) return;
  connection.heldUp ??= new HeldUp();
  const serverNext = memory.ints[memory.base + SERVER + SideInt.next]!;
  connection.heldUp.client(hasRoom, isScaleKnown(memory), serverNext, packet.atNs);
}

/** HOT PATH: all marks are of one shape, as the code that reads them is compiled for one. */
function markOf(packet: Packet): PacketMark {
  return { packetNumber: packet.number, atNs: packet.atNs, completedBy: undefined };
}

/** Says of which connection and direction a stream's bytes are. */
class DirectionSink implements StreamSink {
  readonly #sink: FlowSink;
  readonly #connection: FlowConnection;
  readonly #direction: Direction;

  constructor(sink: FlowSink, connection: FlowConnection, direction: Direction) {
    this.#sink = sink;
    this.#connection = connection;
    this.#direction = direction;
  }

  data(bytes: Uint8Array, mark: PacketMark): void {
    this.#sink.data(this.#connection, this.#now, bytes, mark);
  }

  gap(missingBytes: number, mark: PacketMark): void {
    this.#sink.gap(this.#connection, this.#now, missingBytes, mark);
  }

  end(mark: PacketMark): void {
    this.#sink.ended(this.#connection, this.#now, mark);
  }

  acknowledged(atNs: number): void {
    if (this.#now === Direction.toClient) this.#sink.acknowledged?.(this.#connection, atNs);
  }

  /** Client and server may turn out to be the other way round between two of its bytes. */
  get #now(): Direction {
    if (!this.#connection.isTurned) return this.#direction;
    return this.#direction === Direction.toServer ? Direction.toClient : Direction.toServer;
  }
}
