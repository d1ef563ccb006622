import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { FlowEngine, type FlowSink } from "@weir/flow";
import type { ConnectionHealth } from "@weir/model";
import { CaptureReader, type CaptureSummary } from "@weir/wire";

/** What Weir says about one capture: its TCP connections by stream number. */
export interface Analysed {
  readonly summary: CaptureSummary;
  readonly tcpStreams: number;
  readonly udpStreams: number;
  readonly connections: ReadonlyMap<number, ConnectionHealth>;
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
  const engine = new FlowEngine({ sink, limits: { tcpIdleNs: never, udpIdleNs: never } });
  const reader = new CaptureReader();
  const bytes = readFileSync(file);
  const plain = bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
  reader.push(plain, (packet) => engine.packet(packet));
  reader.end((packet) => engine.packet(packet));
  engine.finish();
  return { summary: reader.summary, tcpStreams: engine.streamCounts.tcp, udpStreams: engine.streamCounts.udp, connections };
}
