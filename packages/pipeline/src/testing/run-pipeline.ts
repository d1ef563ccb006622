import { Names } from "@weir/identity";
import type { Call, Connection } from "@weir/model";
import { ProbeMemory } from "@weir/protocols";
import { CaptureReader } from "@weir/wire";
import type { ScriptedCapture } from "@weir/wire/testing";
import { Pipeline } from "../pipeline.ts";

/** Connections and calls of a scripted capture, each in the order in which they are told. */
export function run(capture: ScriptedCapture): { connections: Connection[]; calls: Call[] } {
  const connections: Connection[] = [];
  const calls: Call[] = [];
  const pipeline = new Pipeline({
    captureId: "test",
    names: new Names(),
    probeMemory: new ProbeMemory(),
    sink: { connection: (connection) => connections.push(connection), call: (call) => calls.push(call) },
  });
  const reader = new CaptureReader();
  reader.push(capture.toPcap(), (packet) => pipeline.packet(packet, reader.startUnixNs));
  pipeline.finish();
  return { connections, calls };
}
