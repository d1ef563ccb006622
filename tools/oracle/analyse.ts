import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { completenessOf, FlowEngine, type FlowSink } from "@weir/flow";
import type { ConnectionHealth } from "@weir/model";
import { CaptureReader, type CaptureSummary, type Packet, TcpFlag } from "@weir/wire";

/** What Weir says about one capture: its TCP connections by stream number, and its SCTP associations. */
export interface Analysed {
  readonly summary: CaptureSummary;
  readonly tcpStreams: number;
  /** UDP streams as the facts count them: the innermost of each packet. */
  readonly innermostUdpStreams: number;
  readonly connections: ReadonlyMap<number, ConnectionHealth>;
  readonly associations: readonly ConnectionHealth[];
  /** Wireshark's initial round trip of each stream, in nanoseconds; 0 where there is none. */
  readonly firstRttNs: ReadonlyMap<number, number>;
  /** Completeness as tshark shows it at the last packet of each stream, see {@link ShownCompleteness}. */
  readonly shownCompleteness: ReadonlyMap<number, number>;
}

/** Runs wire and flow over a capture file. */
export function analyseCapture(file: string): Analysed {
  const connections = new Map<number, ConnectionHealth>();
  const associations: ConnectionHealth[] = [];
  const firstRttNs = new Map<number, number>();
  const ignore = () => undefined;
  const sink: FlowSink = {
    opened: ignore,
    data: ignore,
    gap: ignore,
    ended: ignore,
    closed(connection, health) {
      if (connection.transport === "sctp") associations.push(health.record());
      if (connection.transport !== "tcp") return;
      connections.set(connection.streamNumber, health.record());
      firstRttNs.set(connection.streamNumber, connection.firstRttNs);
    },
  };
  // Never idle: tshark does not time streams out.
  const never = Number.POSITIVE_INFINITY;
  const completeness = new Map<number, ShownCompleteness>();
  const udpStreams = new Set<number>();
  let innermost: number | undefined;
  let tcpStream: number | undefined;
  let isReused = false;
  const engine = new FlowEngine({
    sink,
    limits: { tcpIdleNs: never, tcpLingerNs: never, udpIdleNs: never },
    observer(connection, _direction, notes) {
      const { streamNumber } = connection;
      if (connection.transport === "udp") innermost = streamNumber;
      else if (connection.transport === "tcp") tcpStream = streamNumber;
      isReused = notes.includes("reusedPorts");
    },
  });
  const take = (packet: Packet) => {
    innermost = undefined;
    tcpStream = undefined;
    engine.packet(packet);
    if (tcpStream !== undefined) {
      const shown = completeness.get(tcpStream) ?? new ShownCompleteness();
      completeness.set(tcpStream, shown);
      shown.packet(packet, isReused);
    }
    if (innermost !== undefined) udpStreams.add(innermost);
  };
  const reader = new CaptureReader();
  const bytes = readFileSync(file);
  const plain = bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
  reader.push(plain, take);
  reader.end(take);
  engine.finish();
  return {
    summary: reader.summary,
    tcpStreams: engine.streamCounts.tcp,
    innermostUdpStreams: udpStreams.size,
    connections,
    associations,
    firstRttNs,
    shownCompleteness: new Map([...completeness].map(([stream, { shown }]) => [stream, shown])),
  };
}

/**
 * The completeness that tshark 4.0 shows at a packet, which is not yet what the packet itself adds: a SYN counts
 * only as the first packet of a stream, of which nothing else ever counts, and it is shown at once only where it takes over known ports; at every later packet what came before it is shown. Weir's own number counts every packet.
 */
class ShownCompleteness {
  shown = 0;
  #soFar: number | undefined;

  packet({ tcpFlags, payloadBytes }: Packet, isReused: boolean): void {
    if (this.#soFar === undefined) {
      const isSyn = (tcpFlags & (TcpFlag.syn | TcpFlag.ack)) === TcpFlag.syn;
      this.#soFar = isSyn ? completenessOf(tcpFlags, payloadBytes) : 0;
      this.shown = isReused ? this.#soFar : 0;
      return;
    }
    this.shown = this.#soFar;
    this.#soFar |= completenessOf(tcpFlags, payloadBytes) & ~1;
  }
}
