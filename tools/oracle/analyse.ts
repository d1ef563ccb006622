import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { FlowEngine, type FlowSink } from "@weir/flow";
import type { ConnectionHealth } from "@weir/model";
import { CaptureReader, type CaptureSummary, type Packet } from "@weir/wire";

/** What Weir says about one capture: its TCP connections by stream number. */
export interface Analysed {
  readonly summary: CaptureSummary;
  readonly tcpStreams: number;
  /** UDP streams as the facts count them: the innermost of each packet. */
  readonly innermostUdpStreams: number;
  readonly connections: ReadonlyMap<number, ConnectionHealth>;
  /** Completeness before the last packet of each stream: tshark shows a packet's completeness before it counts the packet. */
  readonly completenessBefore: ReadonlyMap<number, number>;
}

/** Runs wire and flow over a capture file. */
export function analyseCapture(file: string): Analysed {
  const connections = new Map<number, ConnectionHealth>();
  const ignore = () => undefined;
  const sink: FlowSink = {
    opened: ignore,
    data: ignore,
    gap: ignore,
    ended: ignore,
    closed(connection, health) {
      if (connection.transport === "tcp") connections.set(connection.streamNumber, health);
    },
  };
  // Never idle: tshark does not time streams out.
  const never = Number.POSITIVE_INFINITY;
  const completenessBefore = new Map<number, number>();
  const completeness = new Map<number, number>();
  const udpStreams = new Set<number>();
  let innermost: number | undefined;
  const engine = new FlowEngine({
    sink,
    limits: { tcpIdleNs: never, udpIdleNs: never },
    observer(connection) {
      const { streamNumber } = connection;
      if (connection.transport === "udp") innermost = streamNumber;
      if (connection.transport !== "tcp") return;
      completenessBefore.set(streamNumber, completeness.get(streamNumber) ?? 0);
      completeness.set(streamNumber, connection.completeness);
    },
  });
  const take = (packet: Packet) => {
    innermost = undefined;
    engine.packet(packet);
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
    completenessBefore,
  };
}
