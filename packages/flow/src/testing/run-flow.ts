import type { ConnectionHealth } from "@weir/model";
import { CaptureReader } from "@weir/wire";
import type { FlowLimits, PacketNote } from "../contract.ts";
import { FlowEngine } from "../engine.ts";

/** One direction's stream as it was delivered: text, with holes as `[3 missing]` and the end as `[end]`. */
export interface FlowRun {
  readonly connections: ConnectionHealth[];
  readonly streams: Record<string, string>;
  /** Notes per packet number, where there are any. */
  readonly notes: Record<number, readonly PacketNote[]>;
}

/** Runs a capture through wire and flow, and keeps everything that came out. */
export function runFlow(pcap: Uint8Array, limits: Partial<FlowLimits> = {}): FlowRun {
  const run: FlowRun = { connections: [], streams: {}, notes: {} };
  const append = (key: string, text: string) => {
    run.streams[key] = (run.streams[key] ?? "") + text;
  };
  let packetNumber = 0;
  const keyOf = (connection: { transport: string; streamNumber: number }, direction: number) =>
    `${connection.transport} ${connection.streamNumber} ${direction === 0 ? "client" : "server"}`;
  const engine = new FlowEngine({
    limits,
    sink: {
      opened: () => undefined,
      data: (connection, direction, bytes) => append(keyOf(connection, direction), new TextDecoder().decode(bytes)),
      gap: (connection, direction, missingBytes) => append(keyOf(connection, direction), `[${missingBytes} missing]`),
      ended: (connection, direction) => append(keyOf(connection, direction), "[end]"),
      closed: (_, health) => run.connections.push(health.record()),
    },
    observer(_, __, notes) {
      if (notes.length > 0) run.notes[packetNumber] = [...notes];
    },
  });
  const reader = new CaptureReader();
  reader.push(pcap, (packet) => {
    packetNumber = packet.number;
    engine.packet(packet);
  });
  engine.finish();
  return run;
}
